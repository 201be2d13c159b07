"""The port of consent: what subscribers have said about our writing to them, and what may go out.

The rule itself is domain/telecom/consent.py. Where a consent is stored together with other rows, in
one transaction, it travels as a `ConsentChange` and is written by the same adapter.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Generic, Protocol, TypeVar

from gateway.domain.telecom.consent import ConsentState, TopicConsents
from gateway.domain.telecom.identity import Identity
from gateway.domain.telecom.sms import NewSms, OutboundSms
from gateway.use_cases.ports.institutions import AuditEntry

AnyMt = TypeVar("AnyMt", NewSms, OutboundSms)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentChange:
    """What a subscriber said about our writing to them, and how anybody knows.

    `institution` is whose topic it is, empty for the deployment. `source` says by what it was told:
    the word of an SMS, a menu, a provider's callback, a list. `words` are what the subscriber
    wrote, or where their agreement is written down; `by` is the member of staff who stores it for
    them. `said_at` is when they said it, where that is not now. With a `place`, such as a district,
    it ends the news of that place alone; who wants those of one more asks the service for it.
    """

    subscriber: Identity
    topic: str
    state: ConsentState
    source: str
    institution: str = ""
    channel: str = ""
    words: str = field(default="", repr=False)
    by: str = ""
    said_at: datetime | None = None
    place: str = ""


@dataclass(frozen=True, slots=True)
class Weighed(Generic[AnyMt]):
    """What may become of MTs at this moment, in their order.

    A notice is undecided whose subscriber has texted what nobody has read yet: it may be STOP. One
    that is neither allowed nor undecided may not be sent.
    """

    allowed: Sequence[AnyMt]
    undecided: Sequence[AnyMt]


class Consents(Protocol):
    """What subscribers have said. Raises StoreUnavailable."""

    def of(self, subscriber: Identity) -> TopicConsents:
        """Returns what a subscriber last said, by topic."""

    def allowed(self, sms: Sequence[AnyMt]) -> Sequence[AnyMt]:
        """Returns the MTs that may go out at this moment, in their order."""

    def weigh(self, sms: Sequence[AnyMt]) -> Weighed[AnyMt]:
        """Returns of MTs that are about to leave which may, and which have to wait."""

    def written_about(self, subscriber: Identity) -> Mapping[str, frozenset[str]]:
        """Returns what a subscriber has lately been sent unasked: topics, by who wrote of them."""

    def subscribed(self, subscriber: Identity) -> Sequence[tuple[str, str]]:
        """Returns the topics a subscriber has asked for, each with a place; empty for all."""

    def change(self, changes: Sequence[ConsentChange], now: datetime) -> None:
        """Keeps what subscribers said, from whichever door it came; what was said later stays."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentLine:
    """What a subscriber said once, or what stands of it.

    The fields are those of a `ConsentChange`; `subscriber` is None where no key opens it, and
    `stored_at`, when it came here, of what stands.
    """

    subscriber: Identity | None
    topic: str
    institution: str
    state: ConsentState
    said_at: datetime
    source: str
    channel: str = ""
    words: str = field(default="", repr=False)
    by: str = ""
    stored_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentQuery:
    """Which consents are wanted; what is empty or None bounds nothing."""

    institutions: frozenset[str] | None = None
    topic: str = ""
    state: ConsentState | None = None
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of changes: how many were told, and how many had been overruled by a later word."""

    changes: int
    overruled: int


class ConsentRecords(Protocol):
    """The proof of what subscribers said: each time, for good. Raises StoreUnavailable."""

    def standing(self, subscriber: Identity) -> Sequence[ConsentLine]:
        """Returns what a subscriber last said, by topic."""

    def history(self, subscriber: Identity, most: int) -> Sequence[ConsentLine]:
        """Returns what a subscriber has said, the newest first."""

    def newest(self, query: ConsentQuery, most: int) -> Sequence[ConsentLine]:
        """Returns what was said last and fits, the newest first."""

    def each(self, query: ConsentQuery) -> Iterator[ConsentLine]:
        """Yields all that stands and fits."""

    def take(
        self, changes: Sequence[ConsentChange], entries: Sequence[AuditEntry], now: datetime
    ) -> Taken:
        """Keeps all of them with their proof, and who did so, in one transaction, or nothing."""
