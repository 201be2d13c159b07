"""The ports of broadcasts: the broadcasts themselves, whom they are for, what came of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from gateway.domain.broadcast.broadcast import Broadcast, NewBroadcast
from gateway.domain.broadcast.outcomes import Part
from gateway.domain.broadcast.states import State
from gateway.domain.telecom.delivery import DeliveryStatus
from gateway.domain.telecom.identity import Identity
from gateway.domain.telecom.sms import NewSms
from gateway.use_cases.ports.institutions import AuditEntry

#: What an MT of a broadcast was worded by (`template_id`): this and a language.
WORDED_BY = "broadcast."


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One recipient of an audience. `index` is the keyed hash of the subscriber.

    `language` is the one they chose or use, else that of where they stand; empty when nobody knows.
    `values` fill the text. `stopped` says that they want no notice on the topic.
    """

    subscriber: Identity
    index: bytes
    language: str
    values: Mapping[str, str] = field(repr=False)
    stopped: bool


@dataclass(frozen=True, slots=True)
class Members:
    """Some recipients, and the cursor behind them; `ends` when nobody comes after.

    `unreadable` counts rows that no key opens.
    """

    members: Sequence[Member]
    cursor: str
    ends: bool
    unreadable: int = 0


class Audiences(Protocol):
    """Who broadcasts are for. Raises StoreUnavailable.

    A service makes its subscribers an audience by subscribing them: their topic is the service's,
    the scope of each subscription a district of it.
    """

    def members(self, broadcast: Broadcast, after: str, most: int) -> Members:
        """Returns the next recipients in a fixed order, each once; `after` is empty at first."""

    def districts(self, topic: str) -> Sequence[str]:
        """Returns the scopes of a topic that anybody has subscribed to, in order."""

    def topics(self) -> Sequence[str]:
        """Returns the topics that anybody has subscribed to, or said something about, in order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListRow:
    """One row of an uploaded list; `language` is empty where the list says none."""

    number: Identity
    language: str
    values: Mapping[str, str] = field(repr=False)


class RecipientLists(Protocol):
    """Uploaded lists, each of one broadcast. Raises StoreUnavailable."""

    def add(self, broadcast: int, rows: Sequence[ListRow], now: datetime) -> int:
        """Stores rows; returns how many were new: a number stands once in a list."""

    def complete(self, broadcast: int, rows: int, now: datetime) -> None:
        """Notes that the list is whole. Until then nothing is sent to it."""

    def discard(self, broadcast: int, most: int) -> int:
        """Removes up to `most` rows of a list; returns how many they were."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """A step of filling: the MTs, and where the broadcast stands behind them."""

    sms: Sequence[NewSms]
    cursor: str
    left_out: Mapping[str, int]
    next_at: datetime
    ends: bool


@dataclass(frozen=True, slots=True)
class Other:
    """The other of an MT and its copy, as far as it is paid for, too."""

    channel: str
    cost: str
    segments: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What came of some MTs that are alike; `cost` is what the provider said of each.

    `segments` are those that the provider told, else those that were reckoned at acceptance. With
    `left` they are paid for: the provider has them, or may have. Of one that was sent twice it is
    the one that arrived, and `other` the other one.
    """

    status: DeliveryStatus
    error: str
    channel: str
    language: str
    number: int
    segments: int
    cost: str
    left: bool
    other: Other | None = None


class Broadcasts(Protocol):
    """Broadcasts and their MTs in the outbox. Raises StoreUnavailable."""

    def draft(
        self, new: NewBroadcast, now: datetime, noted: Callable[[int], AuditEntry] | None = None
    ) -> int:
        """Stores a draft; returns its id, or that of the one that has the key already.

        With a new one what `noted` returns of it is recorded, in one transaction.
        """

    def drop(self, id: int) -> None:
        """Removes a draft whose list was not taken."""

    def find(self, id: int) -> Broadcast | None:
        """Returns a broadcast, or None."""

    def newest(
        self, within: frozenset[str] | None, states: Iterable[State], limit: int, skip: int = 0
    ) -> Sequence[Broadcast]:
        """Returns broadcasts of some institutions, newest first; of all where it is None.

        The first `skip` of them are left out.
        """

    def moving(self) -> Sequence[Broadcast]:
        """Returns those with which the ticker has something to do, the oldest first."""

    def change(self, broadcast: Broadcast, now: datetime, entry: AuditEntry | None = None) -> bool:
        """Stores how a broadcast stands now, and what was done, in one transaction.

        False, with nothing stored, when it was changed since it was read.
        """

    def fill(self, broadcast: Broadcast, step: Filled, now: datetime) -> bool:
        """Stores MTs and where the broadcast stands behind them, in one transaction.

        False, with nothing stored, when it was changed since it was read.
        """

    def waiting(self, id: int, most: int) -> int:
        """Returns how many MTs of it have not left yet, counted to `most`."""

    def hold(self, id: int, most: int, now: datetime) -> int:
        """Keeps up to `most` MTs that wait from leaving; returns how many they were."""

    def release(self, id: int, most: int, now: datetime) -> int:
        """Lets up to `most` MTs that are held leave again; returns how many they were."""

    def take_back(self, id: int, most: int, now: datetime) -> int:
        """Ends up to `most` MTs that have not left; returns how many they were."""

    def let_lapse(self, id: int, now: datetime, entry: AuditEntry | None = None) -> int:
        """Sees to it that nothing of it is sent once more: its copies that wait are taken back, and
        what is unknown, or will be, holds no longer. Returns how many MTs that were; where there
        were any, what was done is recorded in the same transaction."""

    def without_report(self, before: datetime, most: int) -> Sequence[int]:
        """Returns broadcasts that ended by then and whose report is not kept, the oldest first."""

    def keep_report(self, id: int, parts: Sequence[Part]) -> None:
        """Keeps what came of a broadcast: its MTs may go from now on."""

    def sent(self, id: int) -> Sequence[Sent]:
        """Returns what came of its MTs, those that are alike together."""
