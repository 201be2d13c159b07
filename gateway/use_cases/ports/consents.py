"""The port of consent: what subscribers have said about our writing to them, and what may go out.

The rule itself is domain/telecom/consent.py. Where a consent is stored together with other rows, in
one transaction, it travels as a `ConsentChange` and is written by the same adapter.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeVar

from gateway.domain.telecom.consent import ConsentState, TopicConsents
from gateway.domain.telecom.identity import Identity
from gateway.domain.telecom.sms import NewSms, OutboundSms

AnyMt = TypeVar("AnyMt", NewSms, OutboundSms)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentChange:
    """What a subscriber said about our writing to them, and to whom; empty for the deployment."""

    subscriber: Identity
    topic: str
    state: ConsentState
    source: str
    institution: str = ""


class Consents(Protocol):
    """What subscribers have said. Raises StoreUnavailable."""

    def of(self, subscriber: Identity) -> TopicConsents:
        """Returns what a subscriber last said, by topic."""

    def allowed(self, sms: Sequence[AnyMt]) -> Sequence[AnyMt]:
        """Returns the MTs that may go out at this moment, in their order."""

    def undecided(self, sms: Sequence[AnyMt]) -> Sequence[AnyMt]:
        """Returns the MTs whose subscriber has texted what nobody has read yet, in their order.

        It may be STOP. Asked before `allowed`, so that none is read in between.
        """

    def change(self, changes: Sequence[ConsentChange], now: datetime) -> None:
        """Keeps what subscribers said, from whichever door it came; what was said later stays."""
