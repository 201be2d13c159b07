"""The ports of back ends: breakers, kept answers, calls that outlive a turn, and postings."""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from gateway.domain.dialogue.session import Session
from gateway.domain.handler_contract.posting import Posting
from gateway.domain.handler_contract.service_call import (
    Breaker,
    HandlerContract,
    Outcome,
    Row,
    ServiceCall,
)
from gateway.domain.telecom.identity import Identity
from gateway.domain.telecom.sms import NewSms, Texted
from gateway.use_cases.ports.sms.inbound import Conversation


class Contracts(Protocol):
    """What is declared of the back ends: of handlers, and of calls in the menu."""

    def contract(self, call: ServiceCall) -> HandlerContract | None:
        """Returns what the back end of a call declares, or None when there is no such back end."""


class BreakerState(enum.StrEnum):
    """Whether a back end is asked: as ever, not at all, or by one call that finds out."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"


class Breakers(Protocol):
    """Which back ends are down, for all processes together.

    Never raises: what cannot be known counts as well, so that a lost Redis closes no service.
    """

    def admits(self, back_end: str, breaker: Breaker) -> bool:
        """Returns whether a call may be made now; whoever asks and is let in says how it went."""

    def refuses(self, back_ends: Sequence[str]) -> bool:
        """Returns whether a call to one of them would be refused, without taking a place.

        What was well is not asked about again for half a second.
        """

    def note(self, back_end: str, breaker: Breaker, *, well: bool | None) -> None:
        """Notes how a call went; None says that it told nothing, and another may find out."""

    def states(self, back_ends: Sequence[str]) -> Mapping[str, BreakerState]:
        """Returns the state of each; raises StoreUnavailable."""


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """What a back end answered, and when (aware UTC)."""

    outcome: Outcome
    at: datetime


class KeptAnswers(Protocol):
    """Earlier answers of back ends, sealed. Never raises: what is lost is asked for again."""

    def find(self, key: bytes) -> KeptAnswer | None:
        """Returns what was kept under a key."""

    def keep(self, key: bytes, answer: KeptAnswer, seconds: float) -> None:
        """Keeps an answer for so long."""


class Claim(enum.StrEnum):
    """Who delivers an answer: the screen of the turn that waits, or an SMS."""

    SCREEN = "screen"
    SMS = "sms"


@dataclass(frozen=True, slots=True)
class Result:
    """What a slow call came to: an outcome, or the phrase that says why there is none."""

    outcome: Outcome | None = None
    failure: str = ""
    reference: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """A slow call as it is stored; `new` when this made it so, `done` when its result is there."""

    id: int
    new: bool
    done: bool


@dataclass(frozen=True, slots=True)
class Taken:
    """Who delivers, and what: the result is there for the screen only."""

    claim: Claim
    result: Result | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SlowCall:
    """A call to be run in a worker; `attempt` counts from 1."""

    id: int
    call: ServiceCall
    attempt: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LateAnswer:
    """A result that is ours to send by SMS, and the dialogue it goes on with.

    `session` stands at the screen that made the call; `call_key` is that of the call; `texted` is
    the MO that asked, if one did.
    """

    id: int
    channel: str
    subscriber: Identity
    call_key: str
    session: Session
    result: Result
    texted: Texted | None = None


class SlowCalls(Protocol):
    """Calls that outlive their turn. Raises StoreUnavailable."""

    def begin(
        self,
        call: ServiceCall,
        session: Session,
        deadline_at: datetime,
        now: datetime,
        texted: Texted | None = None,
    ) -> Begun:
        """Stores a call once, by its key, with the MO that asks if one does."""

    def take(self, call_id: int, now: datetime) -> Taken:
        """Claims the answer for the turn that waited: screen when it is there, else SMS.

        One statement decides. Whoever asks again gets the same claim. A call that was dropped
        meanwhile has failed.
        """

    def lease(self, limit: int, now: datetime, until: datetime) -> Sequence[SlowCall]:
        """Takes calls that are due, oldest first; due again after `until`."""

    def put_off(self, call_id: int, due_at: datetime) -> None:
        """Lets a call that was taken be taken again from then on, as if it had not been."""

    def finish(self, call_id: int, result: Result, now: datetime) -> bool:
        """Stores a result, and forgets the call with its answers; False when there was one."""

    def claim_sms(self, call_id: int, now: datetime) -> LateAnswer | None:
        """Returns an answer that is to go by SMS: claimed so, or given up by its turn."""

    def deliver(
        self, late: LateAnswer, sms: NewSms | None, conversation: Conversation | None,
        expires_at: datetime, now: datetime,
    ) -> bool:  # fmt: skip
        """Stores the SMS, the dialogue it opens, and that it was delivered, in one transaction.

        Without an SMS the call is settled, and nobody told: none can reach its subscriber.
        Returns False, with nothing stored, when that was done or the dialogue has moved on.
        """

    def undelivered(self, now: datetime, limit: int) -> Sequence[int]:
        """Returns the calls whose answer should be on its way by SMS."""

    def is_due(self, now: datetime) -> bool:
        """Returns whether a worker has something to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unposted:
    """What of a form is not posted: how much waits, since when, how much was given up, and why."""

    form: str
    waiting: int
    given_up: int
    oldest_at: datetime
    last_failure: str


class Postings(Protocol):
    """Stored rows that go on to another system. Raises StoreUnavailable.

    A row is noted in the transaction that stores it (adapters/sql), and gone when it is taken.
    """

    def lease(self, limit: int, now: datetime, until: datetime) -> Sequence[Posting]:
        """Takes postings that are due, oldest first; due again after `until`."""

    def read(self, posting: Posting, names: Sequence[str], now: datetime) -> Row | None:
        """Returns these values of the row as it stands now; None when it is gone.

        No other personal column is opened. Whose personal values are read can see that they were.
        """

    def taken(self, posting: Posting) -> bool:
        """Forgets it, unless its row was changed meanwhile; returns whether it did."""

    def gone(self, posting: Posting) -> None:
        """Forgets it: there is no row any more."""

    def failed(self, posting: Posting, why: str, due_at: datetime | None) -> None:
        """Lets it be taken again from then on; None gives it up."""

    def leave(self, form: str, until: datetime) -> None:
        """Lets what is due of a form wait until then, a few hundred rows at a time."""

    def again(self, form: str, now: datetime) -> int:
        """Makes all of a form due, what was given up, too; returns how many they are."""

    def unposted(self) -> Sequence[Unposted]:
        """Returns what is not posted, by form."""

    def is_due(self, now: datetime) -> bool:
        """Returns whether a worker has something to do."""


class ResultSignal(Protocol):
    """Tells a turn that waits that its answer is there. Raises StoreUnavailable."""

    def ring(self, call_id: int) -> None:
        """Wakes who waits."""

    def wait(self, call_id: int, seconds: float) -> None:
        """Returns when it rings, or after `seconds`."""
