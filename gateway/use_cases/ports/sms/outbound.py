"""The ports of SMS that go out: the outbox, the queue and pacing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from gateway.domain.telecom.channel import Channel
from gateway.domain.telecom.delivery import DeliveryReport, DeliveryStatus
from gateway.domain.telecom.identity import Identity
from gateway.domain.telecom.sms import Accepted, Lane, NewSms, OutboundSms


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcomes:
    """What attempts came to, to be stored in one transaction. Times are aware UTC."""

    accepted: Mapping[int, Accepted] = field(default_factory=dict)
    retry_at: Mapping[int, tuple[datetime, str]] = field(default_factory=dict)
    final: Mapping[int, tuple[DeliveryStatus, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Swept:
    """What the sweeper found: lanes with due MTs, and how many rows it mended.

    `given_up` holds the channel of each MT whose outcome will stay unknown.
    """

    due: Sequence[tuple[str, Lane]] = ()
    inbound_due: bool = False
    released: int = 0
    given_up: Sequence[str] = ()
    reports_applied: int = 0


class Outbox(Protocol):
    """MTs, from acceptance to delivery report. Raises StoreUnavailable."""

    def add(self, new: Sequence[NewSms], now: datetime) -> Sequence[int]:
        """Stores MTs in one transaction; returns the ids of those that are new (by key)."""

    def lease(
        self, channel: str, lane: Lane, limit: int, now: datetime, until: datetime
    ) -> Sequence[OutboundSms]:
        """Takes due MTs, so that no other worker does; due again after `until`.

        The institutions that have any take turns, each with its oldest first: all get the same
        share, and what one does not use, the others may.
        """

    def give_back(self, ids: Sequence[int], now: datetime) -> None:
        """Puts MTs that were leased, and not begun, back into the queue, due at once."""

    def move(self, ids: Sequence[int], channel: str, to: str, now: datetime) -> int:
        """Puts MTs that were leased on a channel, and not begun, into the queue of another.

        They are due at once. Returns how many were moved: others took the rest meanwhile.
        """

    def start(
        self,
        ids: Sequence[int],
        outcomes: Outcomes,
        now: datetime,
        channel: str = "",
        price_at: datetime | None = None,
    ) -> Sequence[int]:
        """Stores finished outcomes and marks the next MTs as being sent, in one transaction.

        Returns those of `ids` that may be sent: still leased (on the `channel`, where one is
        given: what was moved is another's), and not refused meanwhile. An MT that is marked and
        never gets an outcome becomes `unknown`, since the provider may have it. `price_at` is when
        to ask what those cost; None where nobody is asked.
        """

    def record_reports(
        self, told: Sequence[tuple[str, DeliveryReport]], now: datetime
    ) -> Sequence[bool]:
        """Applies reports in one transaction, in their order; each with the channel it came on.

        They move an MT forward only; a report is kept for later when its MT is not known yet.
        Returns of each whether the status of an MT changed.
        """

    def sweep(self, now: datetime, *, expires: bool = True) -> Swept:
        """Mends what crashes left: expired leases, sends without outcome, early reports.

        Without `expires` nothing is given up by its age.
        """

    def to_subscriber(
        self, subscriber: Identity, limit: int
    ) -> Sequence[tuple[OutboundSms, DeliveryStatus]]:
        """Returns the newest MTs to a number, for the development phone."""


class Jobs(Protocol):
    """The queue: a reminder of work in the database. Never raises: a sweep reminds again."""

    def wake_inbound(self) -> None:
        """Asks a worker to route what waits."""

    def wake_outbound(self, channel: str, lane: Lane) -> None:
        """Asks a worker to send what is due."""

    def wake_calls(self) -> None:
        """Asks a worker to run the slow calls that wait."""

    def try_draft(self, id: str, anew_by: str = "") -> None:
        """Asks a worker to play the dialogues of a draft of a menu.

        `anew_by` names who wants them written as they go now, where they visit the same screens.
        """

    def check_broadcast(self, id: int, by: str) -> None:
        """Asks a worker to count whom a broadcast reaches, as somebody has asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """The moment at which one call may be made: not before `at`, and not after `by`.

    Both are on the worker's own clock that never goes back; `name` is by what it is given back.
    """

    at: float
    by: float
    name: bytes = b""


class Throttle(Protocol):
    """Throughput of a channel in segments, over all workers on all hosts.

    It holds by what leaves: whoever makes a call within its slot, and not outside, never exceeds
    the limit in any second.
    """

    def take(
        self,
        channel: Channel,
        lane: Lane,
        wanted: Sequence[int],
        unused: Sequence[Slot] = (),
        *,
        first: bool = False,
        at_any_time: bool = False,
    ) -> tuple[Sequence[Slot], float]:
        """Returns slots for the first of some calls, and the seconds until more may be asked for.

        `wanted` are the segments of each call, in their order. Urgent goes before replies, and
        these before bulk, of which a tenth always remains. `unused` slots are given back; with
        `first` the calls have waited for their turn before. With either that or `at_any_time` they
        may leave whenever it suits within a while, as far as there is room. Raises
        StoreUnavailable.
        """
