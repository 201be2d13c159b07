"""Note which back ends are not asked as ever, for the overview: what the ticker does.

No call writes it: a back end that is down would cost a row a call, when calls are many.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import UTC

from gateway.domain.analytics.spans import Span
from gateway.use_cases.ports import Clock
from gateway.use_cases.ports.analytics.breakers import BreakerMinutes
from gateway.use_cases.ports.calls import Breakers, BreakerState


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteBreakers:
    """The use case, with the ports it needs; `back_ends` names those that there are now."""

    breakers: Breakers
    minutes: BreakerMinutes
    back_ends: Callable[[], Collection[str]]
    clock: Clock

    def __call__(self) -> None:
        """Notes those that are not well; where all are, the database is not asked.

        Raises StoreUnavailable.
        """
        states = self.breakers.states(list(self.back_ends()))
        ill = {name: each for name, each in states.items() if each is not BreakerState.CLOSED}
        if ill:
            self.minutes.note(Span.MINUTES.begins(self.clock.now(), UTC), ill)
