"""The hours of the night in which nobody is sent what was not asked for at that moment."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, time, tzinfo

_WRITTEN = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])-([01][0-9]|2[0-3]):([0-5][0-9])")


@dataclass(frozen=True, slots=True, kw_only=True)
class QuietHours:
    """From one time of day to another, as clocks show it in a zone; mostly over midnight."""

    begins: time
    ends: time
    zone: tzinfo

    @classmethod
    def parse(cls, written: str, zone: tzinfo) -> QuietHours:
        """Returns the hours of a text such as `20:00-07:00`; raises ValueError for another form.

        Two equal times are no quiet hours at all.
        """
        match = _WRITTEN.fullmatch(written)
        if match is None:
            raise ValueError("Expected two times of day such as 20:00-07:00.")
        from_hour, from_minute, to_hour, to_minute = map(int, match.groups())
        return cls(begins=time(from_hour, from_minute), ends=time(to_hour, to_minute), zone=zone)

    def hold(self, at: datetime) -> bool:
        """Returns whether it is quiet at an aware time.

        >>> from datetime import UTC
        >>> night = QuietHours.parse("20:00-07:00", UTC)
        >>> night.hold(datetime(2026, 11, 23, 6, 59, tzinfo=UTC))
        True
        """
        now = at.astimezone(self.zone).time()
        if self.begins <= self.ends:
            return self.begins <= now < self.ends
        return now >= self.begins or now < self.ends
