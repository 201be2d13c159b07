"""The `RateCounter` port in this process, for what has to be counted while Redis is away."""

from __future__ import annotations

import threading

from gateway.use_cases.ports import Clock, RateCounter

#: Windows that are kept. Where there are more, the oldest one is forgotten: whoever comes from so
#: many places at once is not stopped by counting.
MOST_WINDOWS = 20_000


class ProcessRateCounter:
    """Fits the `RateCounter` port: a window begins with its first arrival."""

    def __init__(self, clock: Clock, most: int = MOST_WINDOWS) -> None:
        self._clock, self._most = clock, most
        self._windows: dict[tuple[object, ...], tuple[float, int]] = {}
        self._lock = threading.Lock()

    def count(
        self, channel: str, surface: str, subscriber: bytes, seconds: float
    ) -> tuple[int, int]:
        """Returns the subscriber's and the channel's count in the window, this one in it."""
        of_channel = (surface, channel)
        with self._lock:
            own = self._one_more((*of_channel, subscriber), seconds)
            return own, self._one_more(of_channel, seconds)

    def _one_more(self, key: tuple[object, ...], seconds: float) -> int:
        now = self._clock.monotonic()
        ends_at, count = self._windows.pop(key, (now + seconds, 0))
        if ends_at <= now:
            ends_at, count = now + seconds, 0
        while len(self._windows) >= self._most:
            del self._windows[next(iter(self._windows))]
        self._windows[key] = (ends_at, count + 1)
        return count + 1


class CountedAnyway:
    """Fits the `RateCounter` port: by the first counter, and by the other one while that cannot."""

    def __init__(self, shared: RateCounter, own: RateCounter) -> None:
        self._shared, self._own = shared, own

    def count(
        self, channel: str, surface: str, subscriber: bytes, seconds: float
    ) -> tuple[int, int]:
        """Returns the counts of all processes, or (while they are not known) of this one."""
        counted = self._shared.count(channel, surface, subscriber, seconds)
        return counted if counted[0] else self._own.count(channel, surface, subscriber, seconds)
