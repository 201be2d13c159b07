"""Move the turns that wait for the statistics to the database."""

from __future__ import annotations

from dataclasses import dataclass

from gateway.use_cases.ports import TurnLog

#: Turns moved in one go: few enough to take seconds only.
TURNS = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreTurnStatistics:
    """The use case, with its port. One ticker runs it, again and again while turns wait."""

    turn_log: TurnLog

    def __call__(self) -> bool:
        """Returns whether more may wait. Raises StoreUnavailable."""
        return self.turn_log.drain(TURNS) == TURNS
