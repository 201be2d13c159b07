"""What the services need of the world. Adapters fit these by shape; the fakes do, too."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from gateway.domain.consent import ConsentState
from gateway.domain.delivery import DeliveryReport, DeliveryStatus
from gateway.domain.menu import Release
from gateway.domain.msisdn import Msisdn
from gateway.domain.service_call import HandlerContract, Outcome, Row, ServiceCall
from gateway.domain.session import KeptTurn, Session
from gateway.domain.sms import Accepted, InboundSms, Lane, NewSms, OutboundSms, ProviderOptOut
from gateway.domain.ussd import UssdEnd, UssdReply, UssdTurn
from gateway.domain.webhook import WebhookReply, WebhookRequest


class Clock(Protocol):
    """Time, so that tests need none."""

    def now(self) -> datetime:
        """Returns the time, aware, in UTC."""

    def monotonic(self) -> float:
        """Returns seconds that never go back."""

    def sleep(self, seconds: float) -> None:
        """Waits. Workers only: a web request never waits."""


class Releases(Protocol):
    """The menus that can be served."""

    def current(self) -> Release:
        """Returns the release new sessions begin on."""

    def find(self, release_id: str) -> Release | None:
        """Returns a release that a session began on, while it is still known."""


# ---------------------------------------------------------------- USSD sessions


@dataclass(frozen=True, slots=True)
class LoadedTurn:
    """What is stored for a session: the last turn, and `token`, its version for `save`.

    `language` is what the subscriber chose earlier; None when the store does not remember, empty
    when it remembers that nothing was chosen.
    """

    kept: KeptTurn | None
    token: bytes
    language: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnRecord:
    """One turn as statistics see it: no number, no text, no answer."""

    at: datetime
    channel: str
    service: str
    screen: str
    event: str
    language: str
    milliseconds: int
    network_code: str = ""


class Sessions(Protocol):
    """USSD sessions. One round trip each; raises StoreUnavailable."""

    def load(self, key: bytes, subscriber: bytes) -> LoadedTurn:
        """Returns the stored turn and the remembered language. Both keys come from `Keyring`."""

    def save(
        self, key: bytes, token: bytes, kept: KeptTurn, expires_in: float, record: TurnRecord
    ) -> bool:
        """Stores the turn and appends its record; returns False when another turn was first.

        `token` is what `load` returned; the stored version must still be that one.
        """

    def remember_language(self, subscriber: bytes, language: str) -> None:
        """Keeps the language at hand for `load`; empty for "nothing chosen"."""


class TurnLog(Protocol):
    """The statistics of turns on their way to the database."""

    def drain(self, limit: int) -> int:
        """Moves up to `limit` records to the database; returns how many."""


class Keyring(Protocol):
    """The secrets of the deployment."""

    def index(self, purpose: str, text: str) -> bytes:
        """Returns a keyed hash (16 bytes) by which a value is found without storing it."""


# ---------------------------------------------------------------- SMS


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredInbound:
    """An MO as it stands in the database."""

    id: int
    channel: str
    sms: InboundSms
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Conversation:
    """The SMS dialogue of a subscriber on a channel; `version` 0 when there is none yet."""

    session: Session | None
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentChange:
    """What a subscriber said about our writing to them."""

    msisdn: Msisdn
    topic: str
    state: ConsentState
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Routed:
    """All that routing one MO came to. It is stored in one transaction, or not at all."""

    inbound_id: int
    replies: Sequence[NewSms] = ()
    conversation: Conversation | None = None
    conversation_expires_at: datetime | None = None
    consents: Sequence[ConsentChange] = ()
    language: str = ""
    forget_text: bool = False
    outcome: str = ""


class Inbox(Protocol):
    """MOs. Raises StoreUnavailable."""

    def accept(self, channel: str, sms: InboundSms, now: datetime) -> int | None:
        """Stores an MO; returns its id, or None when its provider reference is already stored."""

    def waiting(self, now: datetime, limit: int) -> Sequence[int]:
        """Returns the ids of MOs to route, oldest first, those due for another try included."""

    def read(self, inbound_id: int) -> StoredInbound | None:
        """Returns an MO that still waits to be routed, or None."""

    def conversation(self, channel: str, msisdn: Msisdn, now: datetime) -> Conversation:
        """Returns the open dialogue of the subscriber; its session is None once it has expired."""

    def finish(self, routed: Routed, now: datetime) -> bool:
        """Stores the result in one transaction, replies included.

        Returns False, with nothing stored, when the MO was already routed or the conversation has
        moved on since it was read.
        """

    def put_off(self, inbound_id: int, now: datetime, error: str) -> None:
        """Notes a failed try at routing; the MO is due again later, by the retry schedule."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcomes:
    """What attempts came to, to be stored in one transaction. Times are aware UTC."""

    accepted: Mapping[int, Accepted] = field(default_factory=dict)
    retry_at: Mapping[int, tuple[datetime, str]] = field(default_factory=dict)
    final: Mapping[int, tuple[DeliveryStatus, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Swept:
    """What the sweeper found: lanes with due MTs, and how many rows it mended."""

    due: Sequence[tuple[str, Lane]] = ()
    inbound_due: bool = False
    released: int = 0
    unknown: int = 0
    reports_applied: int = 0


class Outbox(Protocol):
    """MTs, from acceptance to delivery report. Raises StoreUnavailable."""

    def add(self, new: Sequence[NewSms], now: datetime) -> Sequence[int]:
        """Stores MTs in one transaction; returns the ids of those that are new (by key)."""

    def lease(
        self, channel: str, lane: Lane, limit: int, now: datetime, until: datetime
    ) -> Sequence[OutboundSms]:
        """Takes due MTs, oldest first, so that no other worker does; due again after `until`."""

    def start(self, ids: Sequence[int], outcomes: Outcomes, now: datetime) -> Sequence[int]:
        """Stores finished outcomes and marks the next MTs as being sent, in one transaction.

        Returns those of `ids` that may be sent: still leased, and not refused meanwhile. An MT that
        is marked and never gets an outcome becomes `unknown`, since the provider may have it.
        """

    def opted_out_topics(self, msisdns: Sequence[Msisdn]) -> Mapping[Msisdn, frozenset[str]]:
        """Returns the topics each subscriber has stopped; those without any may be left out."""

    def record_report(self, channel: str, report: DeliveryReport, now: datetime) -> bool:
        """Applies a report, forward only; keeps it for later when its MT is not known yet.

        Returns whether the status of an MT changed.
        """

    def sweep(self, now: datetime) -> Swept:
        """Mends what crashes left: expired leases, sends without outcome, early reports."""

    def to_subscriber(
        self, msisdn: Msisdn, limit: int
    ) -> Sequence[tuple[OutboundSms, DeliveryStatus]]:
        """Returns the newest MTs to a number, for the development phone."""


class Subscribers(Protocol):
    """What is remembered of a subscriber. Raises StoreUnavailable."""

    def language(self, msisdn: Msisdn) -> str:
        """Returns the chosen language, or an empty text."""

    def choose_language(self, msisdn: Msisdn, language: str, now: datetime) -> None:
        """Keeps the choice."""

    def change_consents(self, changes: Sequence[ConsentChange], now: datetime) -> None:
        """Keeps what subscribers said, from whichever door it came."""


class Jobs(Protocol):
    """The queue: a reminder that work waits in the database. Never raises: a sweep reminds again."""

    def wake_inbound(self) -> None:
        """Asks a worker to route what waits."""

    def wake_outbound(self, channel: str, lane: Lane) -> None:
        """Asks a worker to send what is due."""


class Throttle(Protocol):
    """Throughput of a channel over all workers."""

    def take(self, channel: str, wanted: int, per_second: float) -> tuple[int, float]:
        """Returns how many sends are granted now, and the seconds until the next one may be."""


@dataclass(frozen=True, slots=True)
class Count:
    """What a number counts: a name, and labels sorted by their names."""

    name: str
    labels: tuple[tuple[str, str], ...] = ()


class Counters(Protocol):
    """Counts kept for the whole deployment. Never raises: a lost count must not cost a turn."""

    def add(self, name: str, **labels: str) -> None:
        """Adds one."""


# ---------------------------------------------------------------- providers


class Provider(Protocol):
    """One channel at one provider: reads its requests, writes its answers, sends.

    `routes` names the webhooks it has: ussd, ussd-end, sms, delivery, optout. Whoever calls a
    parser has called `prove_origin` first. All parsers raise Malformed.
    """

    routes: Mapping[str, Sequence[str]]  # route name to HTTP methods

    def prove_origin(self, request: WebhookRequest) -> None:
        """Returns when the request is shown to come from the provider; raises OriginUnproven."""

    def parse_ussd(self, request: WebhookRequest) -> UssdTurn: ...
    def render_ussd(self, reply: UssdReply) -> WebhookReply: ...
    def parse_ussd_end(self, request: WebhookRequest) -> UssdEnd: ...
    def parse_sms(self, request: WebhookRequest) -> InboundSms: ...
    def parse_delivery(self, request: WebhookRequest) -> DeliveryReport: ...
    def parse_opt_out(self, request: WebhookRequest) -> ProviderOptOut: ...

    def acknowledge(self, route: str) -> WebhookReply:
        """Returns the answer to anything but a USSD turn."""

    def send(self, sms: OutboundSms, delivery_url: str) -> Accepted:
        """Hands one MT over; raises SendFailed. `delivery_url` is where its reports shall go."""


# ---------------------------------------------------------------- handlers


class Data(Protocol):
    """The reference data of the deployment, loaded by `gateway data import`. Read only."""

    def find(self, dataset: str, **equal: str) -> Sequence[Row]:
        """Returns the rows whose columns equal the given values, in the order of the file."""

    def one(self, dataset: str, **equal: str) -> Row | None:
        """Returns the first such row, or None."""

    def distinct(self, dataset: str, column: str, **equal: str) -> Sequence[str]:
        """Returns the different values of a column, in the order of the file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A citizen's case with an institution."""

    number: str
    service: str
    category: str
    status: str
    opened_at: datetime


class Cases(Protocol):
    """Cases: what citizens have told an institution."""

    def open(
        self, call: ServiceCall, service: str, category: str, details: Mapping[str, str]
    ) -> str:
        """Stores a case and returns its number; the same call again returns the same number."""

    def find(self, number: str) -> Case | None:
        """Returns the case with this number."""


class Desk(Protocol):
    """What a handler works with."""

    @property
    def data(self) -> Data: ...
    @property
    def cases(self) -> Cases: ...


@dataclass(frozen=True, slots=True)
class Handler:
    """A government service: a function and what it declares."""

    run: Callable[[ServiceCall, Desk], Outcome]
    contract: HandlerContract


class HandlerRunner(Protocol):
    """Runs handlers in a bounded time."""

    def run(self, call: ServiceCall, seconds: float) -> Outcome:
        """Returns the outcome; raises DeadlineExceeded or HandlerFailed (with its reference)."""


class LeaderLock(Protocol):
    """A row in the database that one ticker holds at a time."""

    def hold(self, name: str, seconds: float) -> AbstractContextManager[bool]:
        """Yields whether this process holds the lock; it lapses after `seconds`."""
