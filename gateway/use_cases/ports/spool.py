"""The port of the spool: what providers and citizens tell us while the database is away."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from gateway.domain.dialogue.session import Session
from gateway.domain.handler_contract.service_call import ServiceCall
from gateway.domain.telecom.delivery import DeliveryReport
from gateway.domain.telecom.sms import InboundSms, ProviderOptOut

#: What a provider tells us in a webhook that is stored, and answered with no more than "received".
Told = InboundSms | ProviderOptOut | DeliveryReport


@dataclass(frozen=True, slots=True)
class KeptCall:
    """A call that is run later, and the session at the screen that made it."""

    call: ServiceCall
    session: Session


Spooled = Told | KeptCall

#: Called with the channel, what was kept, and when.
Take = Callable[[str, Spooled, datetime], None]
#: The same for several, in their order: all of them are taken, or none.
TakeTogether = Callable[[Sequence[tuple[str, Spooled, datetime]]], None]


@dataclass(frozen=True, slots=True)
class SpoolState:
    """How much waits on this node, since when, and how much was set aside; sizes in bytes."""

    waiting: int
    since: datetime | None
    aside: int


class WaitingSpools(Protocol):
    """Which nodes have something in their spool, for all that send. Raises StoreUnavailable.

    A STOP may be among it, so no notice leaves meanwhile.
    """

    def note(self, node: str) -> None:
        """Says that something waits on a node; it counts for `SPOOL_NOTED`, and is said again."""

    def clear(self, node: str) -> None:
        """Says that nothing waits there any more."""

    def nodes(self) -> Sequence[str]:
        """Returns where something waits."""

    def may_hide_a_stop(self) -> bool:
        """Returns whether something waits anywhere.

        So it is, too, for a moment after the nodes' word was lost: until all have had time to say
        it again.
        """


class Spool(Protocol):
    """A file of this node. What `keep` has returned from is there after a power cut."""

    def keep(self, channel: str, told: Spooled, at: datetime) -> None:
        """Writes it to the disk; raises StoreUnavailable when it cannot, or is full."""

    def keep_all(self, told: Sequence[tuple[str, Spooled]], at: datetime) -> None:
        """Writes several to the disk with one wait, or none; raises StoreUnavailable."""

    def replay(self, take: Take) -> int:
        """Hands over what was kept, oldest first, and forgets it; returns how many there were.

        What `take` raises StoreUnavailable for stays, with all behind it, and is handed over again:
        `take` must bear that. What cannot be read, or is refused, is set aside. One process does
        it at a time; for any other there is nothing.
        """

    def replay_together(self, take: TakeTogether, most: int) -> int:
        """Hands over as `replay` does, at most so many at once.

        When they are refused they are handed over one by one, so that one alone is set aside.
        """

    def state(self) -> SpoolState:
        """Returns how much is where."""
