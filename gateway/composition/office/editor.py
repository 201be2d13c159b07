"""The editor of drafts: forms, and menus that are read to be shown and checked."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from gateway.adapters.menu_files.forms.files import DraftForms
from gateway.deployment.load import Deployment
from gateway.deployment.menu_of_texts import ReadMenu, faults_of, read_menu
from gateway.domain.faults_and_errors.fault import Fault
from gateway.domain.menu.draft import Draft, is_dialogue
from gateway.domain.menu.release import Release
from gateway.use_cases.releases.drafts.change_by_form import ChangeByForm
from gateway.use_cases.releases.drafts.edit_drafts import EditDrafts
from gateway.use_cases.releases.drafts.teach_keyword import TeachKeyword

#: Menus that are kept as they were read; one takes some ten megabytes.
_KEPT = 2


@dataclass(slots=True)
class _Kept:
    read: ReadMenu
    faults: Sequence[Fault] | None = None


@dataclass(slots=True)
class ReadDrafts:
    """Reads the menus of drafts, one at a time in a process: citizens' turns wait beside it."""

    deployment: Deployment
    shortcuts: Callable[[], Mapping[str, str]]
    _kept: OrderedDict[int, _Kept] = field(default_factory=OrderedDict)
    _one: threading.Lock = field(default_factory=threading.Lock)

    def menu(self, draft: Draft) -> ReadMenu:
        """Returns the menu of a draft as far as it can be read."""
        with self._one:
            return self._read(draft).read

    def faults(self, draft: Draft) -> Sequence[Fault]:
        """Returns all faults of a draft's files but its dialogues, as the checker has them."""
        with self._one:
            kept = self._read(draft)
            if kept.faults is None:
                kept.faults = faults_of(kept.read)
            return kept.faults

    def _read(self, draft: Draft) -> _Kept:
        files = {path: text for path, text in draft.files.items() if not is_dialogue(path)}
        key = hash(tuple(files.items()))
        if key not in self._kept:
            self._kept[key] = _Kept(read_menu(self.deployment, files, self.shortcuts()))
        self._kept.move_to_end(key)
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        return self._kept[key]


@dataclass(frozen=True, slots=True, kw_only=True)
class Editor:
    """What the pages of the editor need."""

    change: ChangeByForm
    teach: TeachKeyword
    forms: DraftForms
    read: ReadDrafts


def editor(
    deployment: Deployment,
    drafts: EditDrafts,
    shortcuts: Callable[[], Mapping[str, str]],
    current: Callable[[], Release],
) -> Editor:
    """Returns it wired."""
    forms = DraftForms()
    change = ChangeByForm(drafts=drafts, forms=forms)
    return Editor(
        change=change,
        teach=TeachKeyword(change=change, current=current),
        forms=forms,
        read=ReadDrafts(deployment, shortcuts),
    )
