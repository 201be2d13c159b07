"""The port of the spool: what providers tell us while the database is away."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from gateway.domain.telecom.delivery import DeliveryReport
from gateway.domain.telecom.sms import InboundSms, ProviderOptOut

#: What a provider tells us in a webhook that is stored, and answered with no more than "received".
Told = InboundSms | ProviderOptOut | DeliveryReport

#: Called with the channel, what was told, and when.
Take = Callable[[str, Told, datetime], None]


@dataclass(frozen=True, slots=True)
class SpoolState:
    """How much waits on this node, since when, and how much was set aside; sizes in bytes."""

    waiting: int
    since: datetime | None
    aside: int


class Spool(Protocol):
    """A file of this node. What `keep` has returned from is there after a power cut."""

    def keep(self, channel: str, told: Told, at: datetime) -> None:
        """Writes it to the disk; raises StoreUnavailable when it cannot, or is full."""

    def replay(self, take: Take) -> int:
        """Hands over what was kept, oldest first, and forgets it; returns how many there were.

        What `take` raises StoreUnavailable for stays, with all behind it, and is handed over again:
        `take` must bear that. What cannot be read, or is refused, is set aside. One process does
        it at a time; for any other there is nothing.
        """

    def state(self) -> SpoolState:
        """Returns how much is where."""
