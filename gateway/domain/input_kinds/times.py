"""Times of day that are typed: from 0 to 24, with am and pm, or by the clock from six."""

from __future__ import annotations

import re

from gateway.domain.input_kinds.base import Accepts, Complaint
from gateway.domain.input_kinds.hours_from_six import EXAMPLES, time_from_six
from gateway.domain.text.numerals import ascii_digits

#: A time that every phone's keys write.
EXAMPLE = "1430"

_TIME = re.compile(
    r"(?P<hour>[0-9]{1,2})(?:\s?[:.h,\-]?\s?(?P<minute>[0-5][0-9]))?\s?"
    r"(?P<half>am|pm|h|hrs?|hours?|heures?)?"
)


def time_of_day(accepts: Accepts, typed: str, language: str) -> str | Complaint:
    """Returns a time as its hour and minute, 14:30, from 00:00 to 23:59.

    An hour alone is no time unless something says that it is one: 2pm, 14h. In a language whose
    clock begins at six, 7:05 is two times of day: it is taken with its part of the day alone.
    """
    from_six = language in accepts.from_six
    told = time_from_six(typed, language) if from_six else None
    if told is not None:
        return f"{told[0]:02}:{told[1]:02}"
    written = ascii_digits(typed).lower().replace("a.m.", "am").replace("p.m.", "pm")
    found = _TIME.fullmatch(written.replace("：", ":"))
    complaint = Complaint("time_wrong", {"example": sample_time(accepts, language)})
    if found is None or (found["minute"] is None and found["half"] is None):
        return complaint
    hour, minute = int(found["hour"]), found["minute"] or "00"
    if found["half"] in ("am", "pm"):
        if not 1 <= hour <= 12:
            return complaint
        hour = hour % 12 + (12 if found["half"] == "pm" else 0)
    elif from_six and 1 <= hour <= 12:
        return complaint
    return f"{hour:02}:{minute}" if hour < 24 else complaint


def sample_time(accepts: Accepts, language: str) -> str:
    """Returns a time to print, by the clock of the language."""
    return EXAMPLES[language.partition("-")[0]] if language in accepts.from_six else EXAMPLE


def longest_time(accepts: Accepts) -> int:
    """Returns the length of a time."""
    return len("14:30")
