"""When to try an MT again, and when to give up. Pure: chance is an argument."""

from __future__ import annotations

#: Seconds before the second, third, … attempt. The sum is a little over two days.
SCHEDULE = (15, 60, 300, 900, 3600, 4 * 3600, 12 * 3600, 36 * 3600)

#: A provider may ask for patience, but not for ever: what it asks beyond this is taken for a slip.
LONGEST_WAIT = 36 * 3600.0


def next_delay(attempt: int, chance: float, retry_after: float | None = None) -> float | None:
    """Returns the seconds until the next attempt, or None to give up.

    `attempt` is the number of the attempt that failed, from 1. `chance` in [0, 1) spreads the delay
    over ±20 %, so that a recovering provider is not met by everyone at once. A provider's own
    `retry_after` is a lower bound, up to LONGEST_WAIT. Raises ValueError for an attempt below 1.

    >>> next_delay(1, 0.5)
    15.0
    >>> next_delay(9, 0.5) is None
    True
    """
    if attempt < 1:
        raise ValueError(f"Attempts count from 1; got {attempt}.")
    if attempt > len(SCHEDULE):
        return None
    delay = SCHEDULE[attempt - 1] * (0.8 + 0.4 * chance)
    return max(delay, min(retry_after or 0.0, LONGEST_WAIT))
