"""Queue, pacing and counts for a gateway within one command, where no worker and no network is."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping, Sequence

from gateway.domain.telecom.channel import Channel
from gateway.domain.telecom.sms import Lane
from gateway.use_cases.ports import Count, Slot
from gateway.use_cases.ports.metrics import BOUNDS, Counted, Timed


class NoQueue:
    """Fits the `Jobs` port for a command that does the waiting work itself, right after."""

    def wake_inbound(self) -> None:
        """Does nothing: there is no other process to wake."""

    def wake_outbound(self, channel: str, lane: Lane) -> None:
        """Does nothing: there is no other process to wake."""

    def wake_calls(self) -> None:
        """Does nothing: slow calls are run within the turn."""

    def try_draft(self, id: str, anew_by: str = "") -> None:
        """Does nothing: a command plays the dialogues itself."""

    def check_broadcast(self, id: int, by: str) -> None:
        """Does nothing: a command counts itself."""


class NoLimit:
    """Fits the `Throttle` port where nothing reaches a network."""

    def take(
        self,
        channel: Channel,
        lane: Lane,
        wanted: Sequence[int],
        unused: Sequence[Slot] = (),
        *,
        first: bool = False,
        at_any_time: bool = False,
    ) -> tuple[Sequence[Slot], float]:
        """Returns a slot for each, from ever to ever."""
        return [Slot(at=-math.inf, by=math.inf)] * len(wanted), 0.0


class MemoryCounters:
    """Fits the `KeptCounters` port for this process alone."""

    def __init__(self) -> None:
        self._counts: Counter[Count] = Counter()
        self._times: dict[Count, list[float]] = {}

    def add(self, name: str, number: int = 1, /, **labels: str) -> None:
        """Adds one, or so many."""
        self._counts[Count(name, tuple(sorted(labels.items())))] += number

    def observe(self, name: str, seconds: float, **labels: str) -> None:
        """Keeps how long it took."""
        count = Count(name, tuple(sorted(labels.items())))
        self._times.setdefault(count, []).append(seconds)

    def snapshot(self) -> Mapping[Count, int]:
        """Returns every count."""
        return dict(self._counts)

    def counted(self) -> Counted:
        """Returns every count and time."""
        return Counted(
            self.snapshot(), {count: _timed(seconds) for count, seconds in self._times.items()}
        )

    def close(self) -> None:
        """Lets go of nothing."""


def _timed(seconds: list[float]) -> Timed:
    buckets = Counter(bisect_left(BOUNDS, each) for each in seconds)
    return Timed(tuple(buckets[at] for at in range(len(BOUNDS) + 1)), sum(seconds))


class NoRateCounter:
    """Fits the `RateCounter` port where nobody can flood."""

    def count(
        self, channel: str, surface: str, subscriber: bytes, seconds: float
    ) -> tuple[int, int]:
        """Returns 0 and 0."""
        return 0, 0


class NoSpools:
    """Fits the `WaitingSpools` port where there is one node, and it tries something out."""

    def note(self, node: str) -> None:
        """Tells nobody."""

    def clear(self, node: str) -> None:
        """Tells nobody."""

    def nodes(self) -> Sequence[str]:
        """Returns none."""
        return ()

    def may_hide_a_stop(self) -> bool:
        """Returns False."""
        return False


class NoTurnLog:
    """Fits the `TurnLog` port where nobody reads statistics."""

    def drain(self, limit: int) -> int:
        """Returns 0: nothing was kept."""
        return 0
