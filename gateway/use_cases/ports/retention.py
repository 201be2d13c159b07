"""The port of retention: what is removed when it is of no use any more."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from gateway.domain.retention.what_is_removed import Removal


class ExpiredRows(Protocol):
    """Rows of the database that may go by their age. Raises StoreUnavailable."""

    @property
    def removals(self) -> Sequence[Removal]:
        """Returns what is removed when, the tables that a deployment declares included."""

    def remove(self, removal: Removal, now: datetime, most: int) -> int:
        """Removes up to `most` rows that are due, oldest first; returns how many they were."""
