"""The machine's clock, and one that stands still."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta


class SystemClock:
    """Time as the machine tells it."""

    def now(self) -> datetime:
        """Returns the time, aware, in UTC."""
        return datetime.now(UTC)  # noqa: TID251 - the one place that asks

    #: Returns seconds that never go back: the machine's own function, which a turn calls often.
    monotonic = staticmethod(time.monotonic)

    def sleep(self, seconds: float) -> None:
        """Waits."""
        time.sleep(seconds)  # noqa: TID251 - the one place that waits

    def skew(self) -> float:
        """Returns 0: there is no other time to compare with."""
        return 0.0


class StandingClock:
    """Time that passes only when it is told to: for dialogues, which shall go the same every day.

    Fits the `Clock` port.
    """

    def __init__(self, start: datetime) -> None:
        self._start = start
        self._passed_seconds = 0.0

    def now(self) -> datetime:
        """Returns the time, aware, in UTC."""
        return self._start + timedelta(seconds=self._passed_seconds)

    def monotonic(self) -> float:
        """Returns seconds that never go back."""
        return self._passed_seconds

    def sleep(self, seconds: float) -> None:
        """Lets time pass at once."""
        self._passed_seconds += seconds

    def skew(self) -> float:
        """Returns 0: it stands alone."""
        return 0.0
