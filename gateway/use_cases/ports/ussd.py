"""The ports of USSD: sessions and the statistics of turns."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from gateway.domain.dialogue.session import StoredTurn
from gateway.domain.record import Record
from gateway.domain.telecom.sms import NewSms


class LoadedTurn(Record, frozen=True):
    """What is stored for a session: the last turn, and `token`, its version for `save`.

    `language` is what the subscriber chose earlier; None when the store does not remember, empty
    when it remembers that nothing was chosen. `dropped` is the newest turn of an earlier session
    that can be gone on with, told only when this one begins; `has_dropped` whether there is any.
    `dials` counts, when a session begins, how often the subscriber and everybody has dialled the
    channel within the last minute, this time included.
    """

    kept: StoredTurn | None
    token: bytes
    language: str | None
    dropped: StoredTurn | None = None
    has_dropped: bool = False
    dials: tuple[int, int] = (0, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumePlace:
    """What a turn does to the place its subscriber can come back to; stored together with it.

    The turn itself becomes that place for `keep_seconds`; with 0 the place is forgotten, with None
    an earlier one stays. `nudge_at` is when the line counts as dropped, where that shall be told.
    """

    subscriber: bytes
    keep_seconds: float | None
    nudge_at: datetime | None = None


class TurnRecord(Record, frozen=True):
    """One turn as statistics see it: no number, no text, no answer. Name its fields.

    `caller` is a subscriber's keyed index in hex, where it is to be kept on which network they are;
    empty otherwise. The statistics do not have it.
    `lasted` is how many seconds the session had lasted when it was answered, `lasted_before` at the
    turn before it, None at the first turn of a session; both None where nobody knows.
    `came_from` is the screen that was answered, as an id of a release, with whose it is and the
    language it was in: empty at the first turn. `done` says that what its service was come to for
    is stored, and `came_from_done` that it was at the turn before, or that this was an end, where
    something was still to be read. `refused_as` is the phrase of the complaint where the answer was
    refused, and never the answer. `is_late` says that the deadline was over. `session` is the key
    of the session in hex, and `dialled_by` at its first turn its subscriber's index, where it is
    kept how sessions went; empty otherwise. The statistics do not have them either.
    `district` is where the caller said to be, where their service counts by it, and
    `came_from_district` what was known of that at the turn before: the sums alone have it.
    """

    at: datetime
    channel: str
    service: str
    screen: str
    event: str
    language: str
    milliseconds: int
    network_code: str = ""
    institution: str = ""
    caller: str = ""
    lasted: int | None = None
    lasted_before: int | None = None
    came_from: str = ""
    came_from_institution: str = ""
    came_from_language: str = ""
    came_from_done: bool = False
    refused_as: str = ""
    ends: bool = False
    is_late: bool = False
    session: str = ""
    dialled_by: str = ""
    district: str = ""
    came_from_district: str = ""
    done: bool = False


class Sessions(Protocol):
    """USSD sessions. One round trip each; raises StoreUnavailable."""

    def load(self, key: bytes, subscriber: bytes, channel: str) -> LoadedTurn:
        """Returns the stored turn and the remembered language. Both keys come from `Keyring`."""

    def save(
        self,
        key: bytes,
        token: bytes,
        kept: StoredTurn,
        expires_in: float,
        record: TurnRecord,
        language: tuple[bytes, str] | None = None,
        comeback: ResumePlace | None = None,
    ) -> bool:
        """Stores the turn and appends its record; returns False when another turn was first.

        `token` is what `load` returned; the stored version must still be that one. `language` is
        a subscriber's key and language to keep at hand for `load`, in the same round trip. Without
        a `comeback` the place to come back to is not touched.
        """

    def remember_language(self, subscriber: bytes, language: str) -> None:
        """Keeps the language at hand for `load`; empty for "nothing chosen"."""

    def forget_language(self, subscriber: bytes) -> None:
        """Lets the language be looked up again: another was chosen or used, not over USSD."""

    def forget(self, subscriber: bytes) -> None:
        """Forgets the language, the place to come back to, and the drop, of a subscriber."""

    def forget_place(self, subscriber: bytes, origin: str) -> None:
        """Forgets the place to come back to, and the drop, if it is in the dialogue `origin`."""


class SpareSessions(Protocol):
    """Sessions whose newest turn Redis could not take. Raises StoreUnavailable."""

    def load(self, key: bytes, now: datetime) -> StoredTurn | None:
        """Returns the newest turn of a session; None when there is none, or it has expired."""

    def save(self, key: bytes, stored: StoredTurn, expires_at: datetime) -> None:
        """Stores the newest turn of a session."""


class Entry(enum.Enum):
    """What a turn finds whose screen will be handed over in a call of its own.

    `OURS`: it may be answered, and is settled afterwards. `GIVEN`: nothing is to be shown, for it
    was taken before, its session is over, or it cannot be an answer to a page not handed over yet.
    `BUSY`: the screen before is being handed over; it may be asked again. `LOST`: nobody knows
    whether the screen before was shown, and the session is over with this turn.
    """

    OURS = "ours"
    GIVEN = "given"
    BUSY = "busy"
    LOST = "lost"


class After(enum.Enum):
    """How a session stands after a screen: shown, over, or to be ended with the next turn."""

    SHOWN = "shown"
    OVER = "over"
    LOST = "lost"


class Screens(Protocol):
    """Which turns of a session were taken, and whether its newest screen was shown.

    For screens that are handed over in calls of their own: one at a time in a session, whatever the
    number of nodes, and none twice. One round trip each; raises StoreUnavailable. `claim` names one
    attempt to answer a turn, and is never used again.
    """

    def enter(
        self, key: bytes, name: bytes, claim: bytes, *, begins: bool, until: float, keep: float
    ) -> Entry:
        """Takes a turn, unless another is in hand; `name` is its keyed hash, empty without a name.

        What is in hand for longer than `until` seconds was left by a process that died. It is all
        forgotten after `keep` seconds. A turn that `begins` begins a session that is over anew.
        """

    def hand_over(self, key: bytes, claim: bytes) -> bool:
        """Notes that the screen is about to be handed over; False when it must not be any more."""

    def settle(self, key: bytes, claim: bytes, after: After) -> None:
        """Lets the next turn in."""


class TurnLog(Protocol):
    """The statistics of turns on their way to the database."""

    def drain(self, limit: int) -> int:
        """Moves up to `limit` records to the database; returns how many."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DroppedSession:
    """A session that nobody ended, `at` being when it counted as dropped.

    `kept` is its newest turn, None when it can no longer be gone on with.
    """

    subscriber: bytes
    at: datetime
    kept: StoredTurn | None


class DroppedSessions(Protocol):
    """Sessions that may have been dropped, by the clock. Raises StoreUnavailable."""

    def due(self, now: datetime, limit: int) -> Sequence[DroppedSession]:
        """Returns the drops up to now, oldest first; they stay until they are settled."""

    def settle(self, drop: DroppedSession) -> None:
        """Takes a drop off the list, unless the subscriber has gone on meanwhile."""

    def hasten(self, key: bytes, subscriber: bytes, at: datetime) -> None:
        """Lets a session count as dropped at `at`, if it is the newest and waits to be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumePoint:
    """A dialogue that a code goes on with. `fact` is the keyed hash of the second fact, in hex."""

    code: str
    service: str
    fact: str
    kept: StoredTurn
    expires_at: datetime


class ResumePoints(Protocol):
    """Dialogues to be gone on with from any phone. Raises StoreUnavailable."""

    def nudge(self, sms: NewSms, point: ResumePoint | None, now: datetime) -> bool:
        """Stores an SMS and the point it tells of in one transaction; False when it was sent."""

    def find(self, code: str, session: bytes, now: datetime) -> ResumePoint | None:
        """Returns the point of a code's index (hex), unless it has expired or was used elsewhere.

        `session` is the key of the session that asks: what it has used itself it finds again.
        """

    def miss(self, code: str) -> bool:
        """Notes a wrong second fact; returns whether the point may be tried for again."""

    def use(self, code: str, session: bytes) -> bool:
        """Gives the point to a session, for good; returns False when another has it, or nobody."""

    def retire(self, subscriber: bytes, service: str) -> None:
        """Takes away the codes of a subscriber's dialogues in a service; used ones stay used."""

    def note_offered(self, session: bytes, expires_at: datetime) -> None:
        """Keeps in mind that the first answers of a session are not the home screen's."""

    def was_offered(self, session: bytes) -> bool:
        """Returns whether `note_offered` has kept it in mind."""
