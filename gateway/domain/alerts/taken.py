"""An alert as the gateway keeps it: what came of it, and what is still open."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from gateway.domain.alerts.alert import AlertName
from gateway.domain.alerts.warning import Reading


class AlertState(enum.StrEnum):
    """Where an alert stands. One that is over was updated or cancelled by a later one."""

    TAKEN = "taken"
    STANDS = "stands"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class AlertSource:
    """Who may bring alerts, in whose name they go out, and who may stand as their sender."""

    name: str
    institution: str
    senders: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenAlert:
    """An alert that was taken. `drafts` are the broadcasts of its warnings, by their place in it.

    A warning without a draft waits for a person: its doubts say why. `brought_by` is who took it
    from a file; it is empty where its source brought it. `taken_before` is true of one that was
    brought just now and had been taken already: nothing was changed then. Whether a certificate
    of its source has proven it is `signed`; None of one that was taken before this was kept.
    """

    id: int
    source: str
    name: AlertName
    institution: str
    message_type: str
    status: str
    reading: Reading
    references: tuple[AlertName, ...]
    state: AlertState
    received_at: datetime
    brought_by: str = ""
    drafts: Mapping[int, int] = field(default_factory=dict)
    taken_before: bool = False
    signed: bool | None = None

    @property
    def waits(self) -> tuple[int, ...]:
        """Returns the places of the warnings that a person has to decide about."""
        if self.state is AlertState.OVER:
            return ()
        warnings = range(len(self.reading.warnings))
        return tuple(place for place in warnings if place not in self.drafts)

    def waiting(self, now: datetime) -> tuple[int, ...]:
        """Returns those of them that hold still: nothing is sent of the others."""
        warnings = self.reading.warnings
        return tuple(place for place in self.waits if warnings[place].valid_until > now)
