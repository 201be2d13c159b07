"""A menu that stands in no folder of the deployment, as a draft holds it: its files as texts."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from gateway.adapters.menu_files.gc_pause import no_collector
from gateway.adapters.menu_files.load import parsed
from gateway.adapters.releases import whole_folder
from gateway.adapters.yaml.documents import shown_name
from gateway.deployment.folder import load_handlers
from gateway.deployment.load import Deployment
from gateway.domain.faults_and_errors.errors import FilesInvalid
from gateway.domain.faults_and_errors.fault import Fault
from gateway.domain.menu.draft import is_dialogue
from gateway.domain.menu_checks import check
from gateway.domain.menu_checks.candidate import Review
from gateway.use_cases.ports import Handler

_MENUS = "menus"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadMenu:
    """A menu as far as it can be read, and the faults of its form, each at its path in the draft.

    There is no `review` where main.yaml cannot be read.
    """

    review: Review | None
    faults: Sequence[Fault]
    folder: str = ""


def read_menu(
    deployment: Deployment,
    files: Mapping[str, str],
    published_shortcuts: Mapping[str, str] | None = None,
) -> ReadMenu:
    """Returns the menu in these files, with the glossaries and handlers of the deployment.

    Dialogues are not looked at. It takes a tenth of a second.
    """
    with tempfile.TemporaryDirectory(prefix="draft-") as name:
        menus = Path(name).resolve() / _MENUS
        for beside in whole_folder.BESIDE:
            (menus.parent / beside).mkdir()
        content = {path: text for path, text in files.items() if not is_dialogue(path)}
        whole_folder.lay_out(menus, content, deployment.settings.menus_folder)
        with no_collector():
            return _read(deployment, menus, published_shortcuts or {})


def faults_of(read: ReadMenu) -> Sequence[Fault]:
    """Returns all faults of a menu, as `gateway menus check` has them; it takes up to a second."""
    found = list(read.faults)
    if read.review is not None:
        menu, review = read.review.menu, read.review
        with no_collector():
            made = check(menu, review.contracts, review.channels, review.published_shortcuts)
        found += [_in_draft(fault, Path(read.folder)) for fault in made]
    return sorted(set(found))


def _read(deployment: Deployment, menus: Path, shortcuts: Mapping[str, str]) -> ReadMenu:
    handlers: Mapping[str, Handler] = deployment.handlers
    faults: list[Fault] = []
    try:
        handlers = load_handlers(deployment.settings.home, menus)
    except FilesInvalid as invalid:
        faults += invalid.faults
    menu, found = parsed(menus)
    review = None
    if menu is not None:
        contracts = {name: handler.contract for name, handler in handlers.items()}
        review = Review(
            menu=menu,
            contracts={**contracts, **menu.release.declared_contracts},
            channels=deployment.settings.to_channels(),
            published_shortcuts=shortcuts,
        )
    told = [_in_draft(fault, menus) for fault in [*faults, *found]]
    return ReadMenu(review=review, faults=sorted(set(told)), folder=str(menus))


def _in_draft(fault: Fault, menus: Path) -> Fault:
    """Returns a fault at the path that its file has in the draft."""
    for folder in (menus, menus.parent):
        for begin in (f"{shown_name(folder)}/", f"{folder}/"):
            if fault.file.startswith(begin):
                return replace(fault, file=fault.file.removeprefix(begin))
    return fault
