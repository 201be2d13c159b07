"""Change a file of a draft as a form does: text by text, so that two people may be in one file."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from gateway.domain.faults_and_errors.errors import Refused
from gateway.domain.menu.draft import Draft
from gateway.domain.menu.edits import Conflict, Edit, FormChanges
from gateway.use_cases.releases.drafts.edit_drafts import DraftMoved, EditDrafts

#: How often a change is made anew on what somebody else has just saved.
_TRIES = 5
_BUSY = "Others save this file all the time. Try again in a moment."


class MenuForms(Protocol):
    """Files of a menu as forms. Its methods raise Refused, which says why."""

    def filled_in(
        self, draft: Draft, path: str, written: Mapping[str, str], read: Mapping[str, str]
    ) -> FormChanges:
        """Returns what a form of a file changes; `read` is what stood in it when it was read."""
        ...

    def with_name(self, text: str, screen: str, name: str) -> Sequence[Edit]:
        """Returns the edits that give a screen another name, wherever its file names it."""
        ...

    def with_keyword(self, text: str, language: str, keyword: str) -> Sequence[Edit]:
        """Returns the edits that give a service one keyword more in a language."""
        ...

    def applied(self, text: str, edits: Sequence[Edit]) -> str:
        """Returns the text of a file with the edits, everything else as it was."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ByForm:
    """What came of a form: the draft as it is now, and what was not saved, with both texts."""

    draft: Draft
    conflicts: Sequence[Conflict] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeByForm:
    """The use case. Its methods raise NotAllowed, StoreUnavailable and Refused; then nothing is
    changed."""

    drafts: EditDrafts
    forms: MenuForms

    def fill_in(
        self, id: str, path: str, written: Mapping[str, str], read: Mapping[str, str], *, by: str
    ) -> ByForm:
        """Saves what was filled in; what somebody else has changed since it was read is left."""
        conflicts: Sequence[Conflict] = ()

        def edits(draft: Draft, _: str) -> Sequence[Edit]:
            nonlocal conflicts
            changes = self.forms.filled_in(draft, path, written, read)
            conflicts = changes.conflicts
            return changes.edits

        draft = self._changed(id, path, edits, by)
        return ByForm(draft=draft, conflicts=conflicts)

    def edit(self, id: str, path: str, edits: Sequence[Edit], *, by: str) -> Draft:
        """Makes these edits in a file, all of them or none."""
        return self._changed(id, path, lambda _draft, _text: edits, by)

    def rename_screen(self, id: str, path: str, screen: str, name: str, *, by: str) -> Draft:
        """Gives a screen another name, and all that leads to it in its file."""
        return self._changed(
            id, path, lambda _draft, text: self.forms.with_name(text, screen, name), by
        )

    def add_keyword(self, id: str, path: str, language: str, keyword: str, *, by: str) -> Draft:
        """Gives the service of a file one keyword more in a language."""
        return self._changed(
            id, path, lambda _draft, text: self.forms.with_keyword(text, language, keyword), by
        )

    def _changed(
        self, id: str, path: str, edits: Callable[[Draft, str], Sequence[Edit]], by: str
    ) -> Draft:
        for _ in range(_TRIES):
            draft = self.drafts.one(id, by=by)
            text = self.drafts.text(draft, path)
            new = self.forms.applied(text, edits(draft, text))
            if new == text:
                return draft
            try:
                return self.drafts.save(id, path, new, version=draft.version, by=by)
            except DraftMoved:
                continue  # somebody was quicker: the edits are made on what they have saved
        raise Refused(_BUSY)
