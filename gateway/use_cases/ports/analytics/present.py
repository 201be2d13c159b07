"""How the gateway stands at this moment, as those who watch it are told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from gateway.domain.institutions.spending import Bound


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """What waits, and what is down. None where a store did not answer.

    `up` is by store. `queues` has of each how much is due, and for how many seconds the oldest;
    `standings` how each channel stands of which something is known, `breakers` how each back end.
    `outbound` is by channel and status. `ticker_idle` is infinite where none ever swept.
    """

    up: Mapping[str, bool] = field(default_factory=dict)
    queues: Mapping[str, tuple[int, float]] | None = None
    outbound: Mapping[tuple[str, str], int] = field(default_factory=dict)
    standings: Mapping[str, str] = field(default_factory=dict)
    breakers: Mapping[str, str] | None = None
    ticker_idle: float = 0.0
    help_desk_open: int = 0
    given_up_rows: int = 0


class Present(Protocol):
    """Reads it. Never waits for long, and never raises but where it is said."""

    def moment(self) -> Moment:
        """Returns how the gateway stands."""

    def budgets(self) -> Mapping[str, Sequence[Bound]]:
        """Returns what bounds each institution, and what is used; raises StoreUnavailable."""
