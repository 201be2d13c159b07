"""When a service is open: weekly hours with several spans, and the days on which it is closed.

All by the clock on the wall of the deployment: a moment is given in its time zone, and never read
here. A span belongs to the day on which it begins, and may end on the next.
"""

from __future__ import annotations

from collections.abc import Iterator, Set
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

from gateway.domain.faults_and_errors.sentence import both
from gateway.domain.text.localised_text import LocalisedText

#: Minutes from midnight of the day on which it begins; the end may lie on the next day.
Span = tuple[int, int]

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY_MINUTES = 24 * 60
#: Who is closed for longer says no day on which it opens.
_MOST_DAYS = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Holidays:
    """The days on which public offices are closed.

    `yearly` are days of each year (`12-25`), `dated` those of one year (`2026-03-20`), and `easter`
    those that are counted from Easter Sunday of the Gregorian calendar. With `sunday_moves` a
    yearly day that falls on a Sunday is kept on the Monday after it, too.
    """

    yearly: Set[str] = frozenset()
    dated: Set[str] = frozenset()
    easter: Set[int] = frozenset()
    sunday_moves: bool = False

    def has(self, day: date) -> bool:
        """Returns whether a day is one of them."""
        if self._is(day):
            return True
        before = day - timedelta(days=1)
        return self.sunday_moves and before.weekday() == 6 and f"{before:%m-%d}" in self.yearly

    def _is(self, day: date) -> bool:
        if f"{day:%m-%d}" in self.yearly or day.isoformat() in self.dated:
            return True
        return bool(self.easter) and (day - easter_sunday(day.year)).days in self.easter


def easter_sunday(year: int) -> date:
    """Returns Easter Sunday of the Gregorian calendar (the anonymous computus of 1876).

    >>> easter_sunday(2026).isoformat(), easter_sunday(2038).isoformat()
    ('2026-04-05', '2038-04-25')
    """
    a, (b, c) = year % 19, divmod(year, 100)
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    m = (32 + 2 * e + 2 * i - h - k) % 7
    n = (a + 11 * h + 22 * m) // 451
    month, day = divmod(h + m - 7 * n + 114, 31)
    return date(year, month, day + 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpeningHours:
    """The hours of a service: `week` are the spans of Monday to Sunday, in order.

    On `holidays` it is closed. With `refuses` nobody enters it while it is closed; else it says so
    and goes on. `text` is said instead of the gateway's own sentence.
    """

    week: tuple[tuple[Span, ...], ...]
    holidays: Holidays = field(default_factory=Holidays)
    refuses: bool = True
    text: LocalisedText | None = None

    def is_open(self, at: datetime) -> bool:
        """Returns whether it is open at a moment, which is given in the zone of the deployment."""
        day, minute = at.date(), at.hour * 60 + at.minute
        if any(begin <= minute < end for begin, end in self._spans(day)):
            return True
        into = minute + DAY_MINUTES
        return any(begin <= into < end for begin, end in self._spans(day - timedelta(days=1)))

    def next_opening(self, at: datetime) -> datetime | None:
        """Returns when it opens after a moment at which it is closed; None where nobody knows."""
        for days in range(_MOST_DAYS):
            day = at.date() + timedelta(days=days)
            for begin, _ in self._spans(day):
                found = self._moment(day, begin, at)
                if found is not None:
                    return found
        return None

    def _spans(self, day: date) -> tuple[Span, ...]:
        return () if self.holidays.has(day) else self.week[day.weekday()]

    def _moment(self, day: date, minute: int, after: datetime) -> datetime | None:
        """Returns the moment at which a clock shows a time for the first time after another.

        A time that the clock leaves out in spring is the first moment after the gap.
        """
        wall = datetime.combine(day, time(minute // 60, minute % 60), tzinfo=after.tzinfo)
        for fold in (0, 1):
            utc = wall.replace(fold=fold).astimezone(UTC)
            local = utc.astimezone(after.tzinfo)
            if local.replace(tzinfo=None) != wall.replace(tzinfo=None):
                return self._behind_a_gap(wall, after)
            if utc > after.astimezone(UTC):
                return local
        return None

    def _behind_a_gap(self, wall: datetime, after: datetime) -> datetime | None:
        begin, end = (wall.replace(fold=fold).astimezone(UTC) for fold in (1, 0))
        for minutes in range(int((end - begin).total_seconds()) // 60 + 1):
            utc = begin + timedelta(minutes=minutes)
            local = utc.astimezone(after.tzinfo)
            if local.replace(tzinfo=None) >= wall.replace(tzinfo=None):
                return local if utc > after.astimezone(UTC) else None
        return None

    def overlaps(self) -> Iterator[tuple[str, str]]:
        """Yields the days of which two spans overlap, each with the words that say which."""
        for number, name in enumerate(DAYS):
            late = [(b - DAY_MINUTES, e - DAY_MINUTES) for b, e in self.week[number - 1]]
            spans = sorted([*late, *self.week[number]])
            for (begin, end), (following, last) in pairwise(spans):
                if following < end and last > 0:
                    yield (
                        name,
                        both(
                            [
                                f"{_clock(begin)}-{_clock(end)}",
                                f"{_clock(following)}-{_clock(last)}",
                            ]
                        ),
                    )


def _clock(minute: int) -> str:
    return f"{minute // 60 % 24:02}:{minute % 60:02}" if minute != DAY_MINUTES else "24:00"
