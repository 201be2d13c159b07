"""The port of looking at MTs one by one, and deciding about them by hand."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from gateway.domain.telecom.delivery import DeliveryStatus
from gateway.domain.telecom.identity import Identity
from gateway.domain.telecom.sms import Lane, NewSms, OutboundSms, Purpose
from gateway.use_cases.ports.sms.settling import Step

#: What a person may settle: the provider has it, or may have it.
TO_SETTLE = (DeliveryStatus.UNKNOWN, DeliveryStatus.SENT, DeliveryStatus.UNREPORTED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which MTs are asked for; what is left out does not matter. `institutions` None is all."""

    subscriber: Identity | None = None
    status: DeliveryStatus | None = None
    lane: Lane | None = None
    channel: str = ""
    institutions: Collection[str] | None = None
    before: datetime | None = None
    limit: int = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageFile:
    """An MT with all that is known of it; `sms` is None where no key opens it.

    `due_at` is what it means in its status: when it is tried or looked at next, or when it was
    begun to be sent.
    """

    id: int
    channel: str
    lane: Lane
    purpose: Purpose
    institution: str
    status: DeliveryStatus
    sms: OutboundSms | None = field(repr=False)
    created_at: datetime
    changed_at: datetime
    due_at: datetime
    attempts: int
    provider_ref: str
    segments: int | None
    cost: str
    error: str
    report_detail: str
    resend_of: int | None
    valid_until: datetime | None
    steps: Sequence[Step] = ()
    copies: Sequence[tuple[int, DeliveryStatus]] = ()


class Messages(Protocol):
    """MTs as people see them. Raises StoreUnavailable."""

    def find(self, wanted: Wanted) -> Sequence[MessageFile]:
        """Returns MTs, the newest first, without their steps and copies.

        With neither a number nor a status that is on its way, the newest are looked through, as
        many as can be at once.
        """

    def read(self, sms_id: int) -> MessageFile | None:
        """Returns one with its steps and copies, None where there is none such."""

    def settle(
        self, sms_id: int, status: DeliveryStatus, step: Step, now: datetime
    ) -> DeliveryStatus | None:
        """Moves an MT that nobody knows of to a status; returns the one it had.

        None where it moved meanwhile, or was not open: then nothing is stored.
        """

    def resend(self, sms_id: int, copy: NewSms, step: Step, now: datetime) -> int | None:
        """Adds a copy; returns its id, None where somebody else has just added that one."""
