"""Until when something is to be dealt with, as the deployment has set it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

#: Under this name stands what is set for messages to the help desk.
HELP_DESK = "help_desk"


@dataclass(frozen=True, slots=True)
class DueTimes:
    """Within how many days, by service; what stands in none is never overdue."""

    days: Mapping[str, int]

    def due_at(self, service: str, opened_at: datetime) -> datetime | None:
        """Returns until when, or None."""
        days = self.days.get(service)
        return None if days is None else opened_at + timedelta(days=days)

    def opened_before(self, now: datetime) -> Mapping[str, datetime]:
        """Returns by service before when one was opened that is overdue now."""
        return {name: now - timedelta(days=days) for name, days in self.days.items()}
