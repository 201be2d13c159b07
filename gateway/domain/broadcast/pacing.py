"""How fast a broadcast may go into the outbox."""

from __future__ import annotations

import math
from datetime import datetime, timedelta

#: Recipients that are looked up, worded and stored in one step.
STEP = 1000
#: What waits in the outbox of one broadcast, in seconds of its channel's throughput: enough that
#: the channel never idles between two ticks, and little enough that a pause takes all of it back.
AHEAD_SECONDS = 20
#: What is due before the ticker looks again is due now.
LOOK_AHEAD = timedelta(seconds=5)
#: A pace that was missed, since nobody filled, is made up for this long and no longer.
MADE_UP = timedelta(seconds=30)

#: A broadcast that names a code brings callers back. Of those who are reached, about so many dial
#: within minutes of reading it, and a dialogue has about so many turns.
CALLERS_SHARE = 0.3
TURNS_A_CALL = 6.0


def per_minute_for(turns_per_second: float) -> int:
    """Returns how many MTs a minute bring back no more turns than the gateway answers.

    >>> per_minute_for(90.0)
    3000
    """
    return max(1, math.floor(turns_per_second * 60 / (CALLERS_SHARE * TURNS_A_CALL)))


def pace_of(
    asked: int, channel_per_second: float, names_code: bool, turns_per_second: float
) -> int:
    """Returns MTs a minute; `asked` is 0 for as fast as the channel goes.

    Without an expected number of turns (0) a named code does not slow it down.

    >>> pace_of(0, 100.0, False, 0.0), pace_of(0, 100.0, True, 9.0), pace_of(60, 100.0, True, 9.0)
    (6000, 300, 60)
    """
    bounds = [max(1, math.floor(channel_per_second * 60))]
    if asked:
        bounds.append(asked)
    if names_code and turns_per_second:
        bounds.append(per_minute_for(turns_per_second))
    return min(bounds)


def due_now(next_at: datetime, now: datetime, per_minute: int) -> int:
    """Returns how many MTs are due until the next look; the first of them is at `next_at`.

    >>> from datetime import UTC
    >>> noon = datetime(2026, 12, 1, 12, tzinfo=UTC)
    >>> due_now(noon, noon, 60), due_now(noon, noon + timedelta(seconds=10), 60)
    (6, 16)
    >>> due_now(noon + timedelta(seconds=6), noon, 60)
    0
    """
    late = (now + LOOK_AHEAD - max(next_at, now - MADE_UP)).total_seconds()
    return 0 if late < 0 else 1 + math.floor(late * per_minute / 60)


def next_after(next_at: datetime, now: datetime, filled: int, per_minute: int) -> datetime:
    """Returns when the next MT is due after so many were filled."""
    return max(next_at, now - MADE_UP) + timedelta(seconds=filled * 60 / per_minute)
