"""The stretches of time that sums are kept by."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import assert_never

#: What `MINUTES` is. A quarter of an hour would hide a fault from who looks; a minute is noise.
MINUTES_OF_A_SPAN = 5
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Span(enum.StrEnum):
    """How long a stretch is: the short ones are for today, and go; days stay."""

    MINUTES = "minutes"
    HOUR = "hour"
    DAY = "day"

    def begins(self, at: datetime, zone: tzinfo) -> datetime:
        """Returns when the stretch that a moment is in began, in UTC; a day is one of the zone.

        >>> Span.MINUTES.begins(datetime(2026, 11, 23, 8, 14, 9, tzinfo=UTC), UTC).minute
        10
        """
        match self:
            case Span.MINUTES:
                return _floored(at, timedelta(minutes=MINUTES_OF_A_SPAN))
            case Span.HOUR:
                return _floored(at, timedelta(hours=1))
            case Span.DAY:
                return begin_of(at.astimezone(zone).date(), zone)
            case _:
                assert_never(self)


def begin_of(day: date, zone: tzinfo) -> datetime:
    """Returns when a day begins in a zone, in UTC."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


class Period(enum.StrEnum):
    """What is looked at: the last 24 hours, or so many days up to now."""

    DAY = "24h"
    WEEK = "7d"
    MONTH = "30d"
    YEAR = "365d"

    @property
    def days(self) -> int:
        """Returns how many days are looked at, today being one of them.

        >>> [each.days for each in Period]
        [1, 7, 30, 365]
        """
        return 1 if self is Period.DAY else int(self.value.removesuffix("d"))

    def since(self, now: datetime, zone: tzinfo) -> datetime:
        """Returns when it began: at a full hour, or at the beginning of a day of the zone."""
        if self is Period.DAY:
            return Span.HOUR.begins(now, zone) - timedelta(hours=23)
        return self.first_day(now, zone)

    def first_day(self, now: datetime, zone: tzinfo) -> datetime:
        """Returns the beginning of its first day, for what is summed by days alone.

        Of the last 24 hours that is today: what is looked at by days begins in the morning.
        """
        today = now.astimezone(zone).date()
        return begin_of(today - timedelta(days=self.days - 1), zone)

    def steps(self, now: datetime, zone: tzinfo) -> Sequence[datetime]:
        """Returns the beginnings of its hours or days, in their order."""
        if self is Period.DAY:
            first = self.since(now, zone)
            return [first + timedelta(hours=number) for number in range(24)]
        today = now.astimezone(zone).date()
        days = (today - timedelta(days=back) for back in range(self.days - 1, -1, -1))
        return [begin_of(day, zone) for day in days]

    def step_of(self, at: datetime, zone: tzinfo) -> datetime:
        """Returns the hour or day that a moment is in."""
        return (Span.HOUR if self is Period.DAY else Span.DAY).begins(at, zone)


def _floored(at: datetime, step: timedelta) -> datetime:
    return _EPOCH + (at - _EPOCH) // step * step
