"""Bring a draft onto what is live now, without loss: neither of its own work nor of others'."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from gateway.domain.faults_and_errors.errors import Refused
from gateway.domain.faults_and_errors.sentence import Sentence
from gateway.domain.menu.draft import Draft
from gateway.domain.menu.onto_live import Clash, Joined, joined
from gateway.use_cases.institutions.authorise import Actor
from gateway.use_cases.releases.drafts.edit_drafts import hold_changeable, with_changes
from gateway.use_cases.releases.drafts.seeing import Seeing, Served


class Clashing(Refused):
    """Files were changed on both sides, and nobody has decided yet; nothing is changed."""

    code = "drafts_clash"

    def __init__(self, draft: Draft, clashes: tuple[Clash, ...]) -> None:
        self.clashes = clashes
        names = ", ".join(each.path for each in clashes)
        super().__init__(
            Sentence(
                "Changed in draft %(id)s and in what is live: %(names)s. Say of each which text "
                "stays.",
                by_command="gateway drafts update %(id)s --mine FILE, or --live FILE. To see both: "
                "gateway drafts update %(id)s --show FILE",
                id=draft.id,
                names=names,
            )
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateDrafts:
    """The use case. Its methods raise NotAllowed, StoreUnavailable and Refused."""

    seeing: Seeing
    served: Served

    def clashes(self, id: str, *, by: str) -> Joined:
        """Returns what a draft would be on top of what is live, and which files clash."""
        draft, _ = self.seeing.one(id, by)
        return joined(draft, self.served().files)

    def onto_live(
        self, id: str, *, version: int, by: str, decided: Mapping[str, str | None] | None = None
    ) -> Draft:
        """Returns the draft on top of what is live; raises Clashing until all is `decided`.

        `decided` has the text of each file that clashes, None for one that goes.
        """
        live, texts = self.served(), decided or {}

        def brought(draft: Draft, actor: Actor, now: datetime) -> Draft:
            hold_changeable(draft)
            found = joined(draft, live.files)
            if found.clashes and draft.version != version:
                raise Refused(
                    Sentence("Draft %(id)s was changed meanwhile. Look at both texts again.", id=id)
                )
            open_ones = tuple(each for each in found.clashes if each.path not in texts)
            if open_ones:
                raise Clashing(draft, open_ones)
            files: dict[str, str | None] = dict(found.files)
            files |= {each.path: texts[each.path] for each in found.clashes}
            before = draft.files
            changed = {
                path: files.get(path)
                for path in {*files, *before}
                if files.get(path) != before.get(path)
            }
            kept = {
                path: change
                for path, change in draft.changes.items()
                if path in changed or change.text != live.files.get(path)
            }
            moved = replace(draft, base=live.release, base_files=live.files, changes=kept)
            return with_changes(moved, changed, actor, now)

        return self.seeing.change(id, by, brought)
