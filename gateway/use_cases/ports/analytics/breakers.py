"""The port of which back ends were not asked, over time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from gateway.use_cases.ports.calls import BreakerState


class SeenBreaker(NamedTuple):
    """The worst state in which a breaker was seen, in the five minutes that begin at `at`."""

    at: datetime
    back_end: str
    state: BreakerState


class BreakerMinutes(Protocol):
    """Keeps it, for back ends that are not well. All methods raise StoreUnavailable."""

    def note(self, at: datetime, states: Mapping[str, BreakerState]) -> None:
        """Keeps of each the worse of this state and the one that stands there."""

    def since(self, at: datetime) -> Sequence[SeenBreaker]:
        """Returns what was seen from then on, in the order of time."""
