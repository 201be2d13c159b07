"""Remove what is of no use any more, a little at a time."""

from __future__ import annotations

from dataclasses import dataclass

from gateway.use_cases.ports import Clock
from gateway.use_cases.ports.common import MOST_SKEW
from gateway.use_cases.ports.retention import ExpiredRows

#: Rows of one table that go in one step, so that nobody waits long for SQLite's one writer.
MOST_ROWS = 1000
#: How long steps follow each other; then the ticker has other things to do, and the rest waits.
MOST_SECONDS = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Purge:
    """The use case, with the ports it needs. One ticker runs it every few seconds."""

    rows: ExpiredRows
    clock: Clock

    def __call__(self) -> int:
        """Returns how many rows went; raises StoreUnavailable.

        Each table has its turn before any of them has a second one. Nothing goes by a clock that
        the others do not share.
        """
        if abs(self.clock.skew()) > MOST_SKEW:
            return 0
        now, stop_at, total = self.clock.now(), self.clock.monotonic() + MOST_SECONDS, 0
        waiting = list(self.rows.removals)
        while waiting:
            removed = {each: self.rows.remove(each, now, MOST_ROWS) for each in waiting}
            total += sum(removed.values())
            waiting = [each for each in waiting if removed[each] >= MOST_ROWS]
            if self.clock.monotonic() >= stop_at:
                break
        return total
