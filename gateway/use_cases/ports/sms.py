"""The ports of SMS: inbox, outbox, subscribers, queue and pacing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from gateway.domain.dialogue.session import Session
from gateway.domain.telecom.delivery import DeliveryReport, DeliveryStatus
from gateway.domain.telecom.help_desk_message import NewHelpDeskMessage
from gateway.domain.telecom.identity import Identity
from gateway.domain.telecom.sms import Accepted, InboundSms, Lane, NewSms, OutboundSms
from gateway.use_cases.ports.consents import ConsentChange


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredInbound:
    """An MO as it stands in the database."""

    id: int
    channel: str
    sms: InboundSms
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Conversation:
    """The SMS dialogue of a subscriber on a channel; `version` 0 when there has been none.

    `suggested` is a text that the subscriber was asked about: whether it is what they meant, or,
    where a dialogue is open, whether it is their answer. A dialogue that is open meanwhile goes on
    unless they say that it was not. `language` is that of the dialogue, also of one that has
    expired; empty where it is not known.
    """

    session: Session | None
    version: int
    suggested: str = field(default="", repr=False)
    language: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Routed:
    """All that routing one MO came to. It is stored in one transaction, or not at all.

    `institution` is whose service it was, empty for the deployment's own. `language` was chosen,
    `language_used` is that of a whole dialogue.

    `shown` is the screen that the reply shows, behind the language it is in; None for any other
    words. It is not stored: rehearsals want to know.
    """

    inbound_id: int
    replies: Sequence[NewSms] = ()
    conversation: Conversation | None = None
    conversation_expires_at: datetime | None = None
    consents: Sequence[ConsentChange] = ()
    language: str = ""
    language_used: str = ""
    forget_text: bool = False
    help_desk: Sequence[NewHelpDeskMessage] = ()
    outcome: str = ""
    institution: str = ""
    shown: tuple[str, str] | None = None


class Inbox(Protocol):
    """MOs. Raises StoreUnavailable."""

    def accept(
        self, channel: str, sms: InboundSms, now: datetime, put_off_to: datetime | None = None
    ) -> int | None:
        """Stores an MO; returns its id, or None when its provider reference is already stored.

        One that is `put_off_to` a later time waits for it, and holds back no other.
        """

    def put_off_since(self, subscriber: Identity, most: int) -> int:
        """Returns how many of a subscriber's newest MOs were put off and wait; at most so many."""

    def lease(self, limit: int, now: datetime, until: datetime) -> Mapping[int, int]:
        """Takes MOs that are due, oldest first, so that no other worker does; due after `until`.

        Returns ids, each with the number of its attempt, from 1: one that a worker did not survive
        is counted. Of one subscriber an MO is taken only when all earlier ones were tried, so that
        two workers keep their order.
        """

    def give_back(self, inbound_ids: Sequence[int], now: datetime) -> None:
        """Makes MOs that were leased, and not routed, due at once."""

    def read(self, inbound_id: int) -> StoredInbound | None:
        """Returns an MO that still waits to be routed, or None."""

    def conversation(self, channel: str, subscriber: Identity, now: datetime) -> Conversation:
        """Returns the open dialogue of the subscriber; its session is None once it has expired."""

    def outcomes(self, stored: StoredInbound, since: datetime) -> Mapping[str, int]:
        """Returns how often each outcome came of the subscriber's earlier MOs since then."""

    def repeats(self, stored: StoredInbound, since: datetime, *, in_a_row: bool = False) -> int:
        """Returns how many of the subscriber's newest MOs since then say the same words.

        Those before an MO that says something else do not count when they are to be `in_a_row`.
        """

    def latest_outcomes(self, stored: StoredInbound, since: datetime, most: int) -> Sequence[str]:
        """Returns what came of the subscriber's newest MOs since then, the newest first."""

    def latest_replies(self, stored: StoredInbound, since: datetime, most: int) -> Sequence[str]:
        """Returns the newest answers to MOs of the subscriber since then, the newest first.

        One that cannot be read is an empty text.
        """

    def finish(self, routed: Routed, now: datetime) -> bool:
        """Stores the result in one transaction, replies included.

        Returns False, with nothing stored, when the MO was already routed or the conversation has
        moved on since it was read.
        """

    def put_off(self, inbound_id: int, now: datetime, error: str) -> bool:
        """Notes a failed try at routing; the MO is due again later, by the retry schedule.

        Returns whether that was the last try: then it waits no more, and the help desk is told.
        """


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
        """Takes due MTs, oldest first, so that no other worker does; due again after `until`."""

    def give_back(self, ids: Sequence[int], now: datetime) -> None:
        """Puts MTs that were leased, and not begun, back into the queue, due at once."""

    def start(self, ids: Sequence[int], outcomes: Outcomes, now: datetime) -> Sequence[int]:
        """Stores finished outcomes and marks the next MTs as being sent, in one transaction.

        Returns those of `ids` that may be sent: still leased, and not refused meanwhile. An MT that
        is marked and never gets an outcome becomes `unknown`, since the provider may have it.
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


class Subscribers(Protocol):
    """What is remembered of a subscriber. Raises StoreUnavailable."""

    def language(self, subscriber: Identity) -> str:
        """Returns the chosen language, else the one last used, or an empty text."""

    def asked_in(self, subscriber: Identity) -> bytes:
        """Returns the key of the session that asked for the language; empty when none did."""

    def choose_language(
        self, subscriber: Identity, language: str, now: datetime, asked_in: bytes = b""
    ) -> None:
        """Keeps the choice, and with the first one which session had asked for it."""

    def use_language(self, subscriber: Identity, language: str, now: datetime) -> None:
        """Keeps the language of a whole dialogue, for who chooses none."""


class Jobs(Protocol):
    """The queue: a reminder of work in the database. Never raises: a sweep reminds again."""

    def wake_inbound(self) -> None:
        """Asks a worker to route what waits."""

    def wake_outbound(self, channel: str, lane: Lane) -> None:
        """Asks a worker to send what is due."""

    def wake_calls(self) -> None:
        """Asks a worker to run the slow calls that wait."""


class Throttle(Protocol):
    """Throughput of a channel over all workers."""

    def take(self, channel: str, wanted: int, per_second: float) -> tuple[int, float]:
        """Returns how many sends are granted now, and the seconds until the next one may be."""
