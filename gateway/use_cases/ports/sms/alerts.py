"""The ports of public warnings: reading a document, and keeping what came of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

from gateway.domain.alerts.alert import Alert, AlertName
from gateway.domain.alerts.taken import AlertSource, AlertState, TakenAlert
from gateway.domain.alerts.warning import Reading
from gateway.use_cases.ports.institutions import AuditEntry


class AlertDocuments(Protocol):
    """Reads the documents of alerts."""

    def read(self, source: str, octets: bytes, file: str, now: datetime) -> Alert:
        """Returns the alert; raises AlertInvalid, and OriginUnproven where a source signs."""


class Alerts(Protocol):
    """The alerts that were taken. Raises StoreUnavailable."""

    def take(
        self,
        source: AlertSource,
        alert: Alert,
        reading: Reading,
        now: datetime,
        by: str = "",
        noted: Callable[[int], AuditEntry] | None = None,
    ) -> tuple[int, bool]:
        """Stores an alert, with the person who took it from a file.

        Returns its id, and whether it is new: else it is that of the one taken before. With
        a new one what `noted` returns of it is recorded, in one transaction.
        """

    def find(self, id: int) -> TakenAlert | None:
        """Returns an alert, or None."""

    def named(self, source: str, name: AlertName) -> TakenAlert | None:
        """Returns the alert that a source calls so, or None."""

    def newest(
        self, within: frozenset[str] | None, limit: int, skip: int = 0
    ) -> Sequence[TakenAlert]:
        """Returns alerts of some institutions, the newest first; of all where it is None."""

    def unfinished(self) -> Sequence[int]:
        """Returns the ids of those that a crash left half done, the oldest first."""

    def drafted(self, id: int, place: int, broadcast: int, now: datetime) -> None:
        """Notes the broadcast that a warning became; the first one stays."""

    def move(self, id: int, state: AlertState) -> None:
        """Notes where an alert stands now."""
