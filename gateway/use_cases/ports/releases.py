"""The ports of menus: what was published, when it goes live, what it held; and drafts."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from gateway.domain.menu.draft import Draft, DraftLine, DraftState, Trial
from gateway.domain.menu.release import Release


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPublication:
    """A release that shall be served from `live_at` on.

    `files` is the release that the deployment's own files are at that moment, in development: there
    it is served until they are changed. It is empty elsewhere. `upon` is the number of the newest
    publication that was there when it was decided; None where that does not matter.
    """

    release_id: str
    live_at: datetime
    by: str
    note: str = ""
    files: str = ""
    upon: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What a release is made of, with the dialogues of this publication where they are known."""

    release: Release
    sources: Mapping[str, str] = field(repr=False)
    dialogues: Mapping[str, str] | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """A release that was, is or will be served; `withdrawn` ones never went live."""

    id: int
    release_id: str
    live_at: datetime
    published_at: datetime
    by: str
    note: str
    withdrawn: bool
    files: str = ""


class ReleaseStore(Protocol):
    """Published menus. Raises StoreUnavailable."""

    def current(self, now: datetime) -> str:
        """Returns the id of the release to serve; empty when nothing has gone live yet."""

    def live_publication(self, now: datetime) -> Publication | None:
        """Returns the publication whose release is served; None when nothing has gone live yet."""

    def load(self, release_id: str) -> Release | None:
        """Returns a release, ready to serve; None when it was never kept."""

    def sources(self, release_id: str) -> Mapping[str, str] | None:
        """Returns the menu files of a release, by name; None when it was never kept."""

    def dialogues(self, release_id: str) -> Mapping[str, str] | None:
        """Returns the dialogues that a release was published with, by path; None when unknown."""

    def newest(self) -> int:
        """Returns the number of the newest publication, whenever it goes live; 0 for none."""

    def keep(self, content: Content, now: datetime) -> None:
        """Keeps a release, its shortcuts and forms, and the dialogues of this publication.

        Raises Refused when a shortcut was given to another service meanwhile.
        """

    def hold(self, release: Release, sources: Mapping[str, str], now: datetime) -> None:
        """Keeps a release that is served and not published, for the sessions that begin on it."""

    def publish(self, new: NewPublication, now: datetime, content: Content | None = None) -> int:
        """Makes a release go live; returns the number of the publication.

        Its `content` is kept with it, all or nothing; without it the release was kept before.
        Raises Refused like `keep`, for a release that nobody kept, and where something else was
        published since the publication it was decided upon.
        """

    def withdraw_scheduled(self, now: datetime, release_id: str = "") -> Sequence[Publication]:
        """Takes back what has not gone live yet, and returns it; of one release, if it is named."""

    def history(self, limit: int) -> Sequence[Publication]:
        """Returns publications, the one that goes live last first."""

    def published_forms(self) -> Mapping[str, str]:
        """Returns the text of each form that was ever published, as it was last, by path."""

    def shortcuts(self) -> Mapping[str, str]:
        """Returns every shortcut that was ever published, with its service."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDraft:
    """A draft that begins at these files."""

    title: str
    owner: str
    base: str
    base_files: Mapping[str, str] = field(repr=False)


class DraftStore(Protocol):
    """Drafts of menus. All methods raise StoreUnavailable."""

    def begin(self, new: NewDraft, now: datetime, since: datetime | None = None) -> Draft:
        """Keeps a draft, and returns it.

        One that its owner has begun under the same title `since` then, and that nobody has
        changed, is returned in its place: also where both are begun at the same moment.
        """

    def find(self, id: str) -> Draft | None:
        """Returns a draft; None where there is none."""

    def change(self, draft: Draft, *, seen: int, state: DraftState) -> bool:
        """Keeps a draft in the place of what it was, with the version that it has.

        Returns False, and keeps nothing, where it has another version than was `seen`, or is not in
        the `state` any more. How its dialogues went stays.
        """

    def begin_trial(self, id: str, now: datetime) -> None:
        """Notes that the dialogues of a draft are about to be played."""

    def keep_trial(self, id: str, trial: Trial) -> None:
        """Keeps how the dialogues of a draft went; what it holds stays as it is."""

    def left_since(self, states: Collection[DraftState], before: datetime) -> Draft | None:
        """Returns the draft in some states that was not changed for longest, if it is so long."""

    def newest(self, states: Collection[DraftState], limit: int) -> Sequence[DraftLine]:
        """Returns the drafts in some states, the one that was changed last first."""
