"""Tries an imported service in a copy of the menu: what the checker would say of it."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from gateway.adapters.menu_files.load import parsed
from gateway.adapters.menu_files.trial_copy import copied
from gateway.domain.faults_and_errors.fault import Fault
from gateway.domain.faults_and_errors.sentence import Sentence
from gateway.domain.menu_checks import check
from gateway.domain.menu_views.release_diff import describe
from gateway.domain.telecom.channel import Channel
from gateway.use_cases.ports import Handler

#: Beside the folder of the menus.
FORMS = "forms"
_SCREEN = re.compile(r"  ([a-z][a-z0-9_]*):$")
_LINE_OF_PAGE = ("M060", "M061", "M062")


@dataclass(frozen=True, slots=True)
class Told:
    """A fault that the service would have: at which screen, and what of it."""

    screen: str
    code: str
    sentence: str

    @property
    def is_of_room(self) -> bool:
        """Returns whether something does not fit its page."""
        return self.code in _LINE_OF_PAGE


@dataclass(frozen=True, slots=True)
class Trial:
    """A menu, what it calls, and the channels that it is measured for.

    `handlers` loads those of a deployment whose menus stand in a folder.
    """

    menus: Path
    handlers: Callable[[Path], Mapping[str, Handler]]
    channels: Sequence[Channel]

    def faults_with(self, files: Mapping[str, str]) -> list[Told]:
        """Returns the faults that a menu has with these files and has not without.

        Files are named from beside the folder of the menus: `menus/survey.yaml`,
        `forms/survey.yaml`.
        """
        with tempfile.TemporaryDirectory(prefix="gateway-") as name:
            scratch = Path(name)
            copied(self.menus, scratch)
            for changed in files:
                (scratch / changed).unlink(missing_ok=True)
            before = {(each.code, each.sentence) for each in self._faults(scratch)}
            for changed, content in files.items():
                (scratch / changed).write_text(content, encoding="utf-8")
            found = self._faults(scratch)
        service = files[next(changed for changed in files if changed.startswith("menus/"))]
        return [
            Told(_screen_at(service, fault.line), fault.code, fault.sentence)
            for fault in found
            if (fault.code, fault.sentence) not in before
        ]

    def changes_with(self, files: Mapping[str, str]) -> Sequence[Sentence]:
        """Returns in plain words what is otherwise in a menu with these files.

        Of a menu that cannot be read there is nothing to tell.
        """
        with tempfile.TemporaryDirectory(prefix="gateway-") as name:
            scratch = Path(name)
            copied(self.menus, scratch)
            before, _ = parsed(scratch / "menus")
            for changed, content in files.items():
                (scratch / changed).write_text(content, encoding="utf-8")
            after, _ = parsed(scratch / "menus")
        if before is None or after is None:
            return []
        return describe(before.release, after.release)

    def _faults(self, scratch: Path) -> Sequence[Fault]:
        menu, faults = parsed(scratch / "menus")
        if menu is None:
            return faults
        handlers = self.handlers(scratch / "menus")
        found = {name: handler.contract for name, handler in handlers.items()}
        contracts = {**found, **menu.release.declared_contracts}
        return sorted({*faults, *check(menu, contracts, self.channels)})


def _screen_at(service: str, line: int) -> str:
    """Returns the screen of a service's file that a line stands in; nothing above all of them."""
    above = reversed(service.splitlines()[:line])
    return next((found[1] for each in above if (found := _SCREEN.fullmatch(each))), "")
