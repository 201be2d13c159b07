"""The day on which the tests take place: another one in each run, so that no test leans on one.

`SUITE_DAY=2028-02-29` in the environment repeats a run's day; the run's first line says it.
"""

from __future__ import annotations

import os
import random
from datetime import UTC, date, datetime, timedelta

_VARIABLE = "SUITE_DAY"
_MIDDLE = date(2026, 11, 23)
_MOST_DAYS_AWAY = 400
#: Days on which calendars go wrong: they come up in every second run.
SPECIAL_DAYS = tuple(
    map(
        date.fromisoformat,
        [
            "2028-02-29",  # the leap day
            "2027-02-28",  # the day before the one that is missing
            "2028-03-01",
            "2026-12-31",
            "2027-01-01",
            "2027-01-31",  # a month later is no day
            "2027-03-28",  # clocks go forward in Europe
            "2026-10-25",  # and back
            "2027-04-30",  # forward in Egypt
            "2026-11-01",  # back in North America
            "2026-09-11",  # the Ethiopian new year
            "2027-09-12",  # the same after an Ethiopian leap year
        ],
    )
)


def drawn(chance: random.Random) -> date:
    """Returns a day: every second time a special one."""
    if chance.random() < 0.5:
        return chance.choice(SPECIAL_DAYS)
    return _MIDDLE + timedelta(days=chance.randint(-_MOST_DAYS_AWAY, _MOST_DAYS_AWAY))


def _agreed() -> date:
    """Returns this run's day, and leaves it to the processes that share in the run."""
    given = os.environ.get(_VARIABLE)
    day = date.fromisoformat(given) if given else drawn(random.SystemRandom())
    os.environ[_VARIABLE] = day.isoformat()
    return day


DAY = _agreed()
#: When every clock begins that is not told otherwise: in the morning, whatever the country.
MORNING = datetime(DAY.year, DAY.month, DAY.day, 8, tzinfo=UTC)
