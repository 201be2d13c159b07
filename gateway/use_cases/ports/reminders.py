"""The port of reminders that are due: from a row that waits to an MT in the outbox."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from gateway.domain.telecom.identity import Identity
from gateway.domain.telecom.sms import NewSms


@dataclass(frozen=True, slots=True, kw_only=True)
class DueReminder:
    """A text that shall be sent now; `language` is the one the subscriber has chosen last.

    `channel` is the one on which it was asked for.
    """

    id: int
    channel: str
    subscriber: Identity
    topic: str
    message: str
    values: Mapping[str, str] = field(repr=False)
    language: str
    due_at: datetime
    institution: str = ""


class ReminderQueue(Protocol):
    """Reminders as the ticker sees them. Raises StoreUnavailable."""

    def due(self, now: datetime, limit: int) -> Sequence[DueReminder]:
        """Returns the reminders whose time has come, oldest first."""

    def hand_over(self, sms: Mapping[int, NewSms], now: datetime) -> int:
        """Removes reminders and stores the MT of each, in one transaction; returns how many.

        One that was cancelled, moved or handed over meanwhile is passed over.
        """

    def put_off(self, ids: Sequence[int], until: datetime) -> None:
        """Makes reminders due again later."""
