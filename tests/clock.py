"""A clock that stands still until a test moves it."""

from __future__ import annotations

from datetime import datetime, timedelta

from tests.suite_day import MORNING


class FixedClock:
    """Fits the `Clock` port. It begins on the suite's day; nothing but the test moves it.

    A test that is about a date gives its own start. `ahead` is its skew, in seconds.
    """

    ahead = 0.0

    def __init__(self, start: datetime = MORNING) -> None:
        self._start = start
        self._elapsed_seconds = 0.0

    def now(self) -> datetime:
        """Returns the time, aware, in UTC."""
        return self._start + timedelta(seconds=self._elapsed_seconds)

    def monotonic(self) -> float:
        """Returns seconds that never go back."""
        return 1000.0 + self._elapsed_seconds

    def sleep(self, seconds: float) -> None:
        """Moves the clock on instead of waiting."""
        self.advance(seconds)

    def skew(self) -> float:
        """Returns `ahead`."""
        return self.ahead

    def advance(self, seconds: float = 0.0, *, hours: float = 0.0, days: float = 0.0) -> datetime:
        """Moves the clock on and returns the new time."""
        self._elapsed_seconds += seconds + 3600 * hours + 86400 * days
        return self.now()
