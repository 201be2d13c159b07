"""How long who tries out second facts has to wait: growing with each wrong one, to a day.

Four wrong ones cost nothing: people mistype. Each day without a wrong one takes one back, so that
whoever goes on for long has one try a day: a birth year takes a year.
"""

from __future__ import annotations

from datetime import datetime, timedelta

#: Wrong tries, and how long the next one waits.
_WAITS = {
    4: timedelta(minutes=5),
    5: timedelta(minutes=30),
    6: timedelta(hours=3),
    7: timedelta(days=1),
}
#: So many wrong tries cost no wait: with the next one, the phone that proved it is told.
FREE_TRIES = min(_WAITS) - 1
_MOST = max(_WAITS)
_ONE_IS_FORGOTTEN = timedelta(days=1)


def still_counted(wrong: int, last_at: datetime, now: datetime) -> int:
    """Returns how many of the wrong tries count now.

    >>> noon = datetime.fromisoformat("2026-11-23T12:00Z")
    >>> still_counted(7, noon, noon + timedelta(days=3))
    4
    """
    quiet_days = max(now - last_at, timedelta()) // _ONE_IS_FORGOTTEN
    return max(min(wrong, _MOST) - quiet_days, 0)


def waits_until(wrong: int, last_at: datetime) -> datetime:
    """Returns when the next try is looked at, after so many wrong ones."""
    return last_at + _WAITS.get(min(wrong, _MOST), timedelta())
