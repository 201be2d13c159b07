"""Dates that are typed, in several ways and in two calendars."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from functools import lru_cache

from gateway.domain.input_kinds.base import Accepts, Complaint
from gateway.domain.reading.days import days_ago, plain_letters, words_around
from gateway.domain.text.days_and_hours.ethiopic_calendar import MONTHS, MONTHS_LATIN, from_ethiopic
from gateway.domain.text.homophones import said_alike
from gateway.domain.text.numerals import ascii_digits
from gateway.domain.text.value_formats import locale_of

_EARLIEST = date(1900, 1, 1)
#: 1 January 1900 lies in this year of the Ethiopian calendar.
_EARLIEST_ETHIOPIC_YEAR = 1892
#: A day of a later year is no slip of a day.
_LATEST_YEAR = 2200
#: Monday, the 3rd of September of the year 2007.
_MOST_PARTS = 10

#: What people write behind a day or a year: 15th, 1er, and ዓ.ም., with its first letter as folded.
_BEHIND = re.compile(r"(?<=[0-9])\s*(?:(?:st|nd|rd|th|er)\b|አ\.?\s?ም\.?$)", re.IGNORECASE)
#: A letter beside a digit begins another part: 3sep2007.
_SEAM = re.compile(r"(?<=[0-9])(?=[^\W\d_])|(?<=[^\W\d_])(?=[0-9])")
#: Months of the Ethiopian calendar in other everyday spellings than those that are shown.
_ALSO = {"ሚያዚያ": "08", "ጳጉሜ": "13", "miazia": "08", "pagume": "13"}
#: Fewer letters than these are no month: "ma" is more likely a slip.
_SHORTEST_MONTH = 3

#: 15 April 2007 in either calendar.
_EXAMPLE = "15042007"
_EXAMPLE_ETHIOPIC = "07081999"


def day(accepts: Accepts, typed: str, language: str) -> str | Complaint:
    """Returns a day from 1900 on as a Gregorian ISO date.

    Day, month and year may be parted by spaces, dots, hyphens or slashes, or be eight digits; the
    year may come first; the month may be a word of the language or English, or its beginning. Where
    `accepts.today` is known, a year of two digits is the last one that has come, and yesterday is a
    day.
    """
    ethiopic = language in accepts.ethiopic
    complaint = Complaint("date_wrong", {"example": example(accepts, language)})
    if accepts.today is not None:
        ago = days_ago(typed)
        if ago is not None:
            return (accepts.today - timedelta(days=ago)).isoformat()
    parts = _ordered(_parts(typed, language, ethiopic))
    if parts is None:
        return complaint
    years = _years(parts[2], accepts.today)
    found = [
        each for year in years if (each := _day(year, parts[1], parts[0], ethiopic)) is not None
    ]
    if not found and any(_EARLIEST.year <= year <= _LATEST_YEAR for year in years):
        return Complaint("no_such_day", complaint.values)
    past = [each for each in found if len(found) == 1 or not accepts.today or each <= accepts.today]
    if past and past[0] >= _EARLIEST:
        return past[0].isoformat()
    return complaint


def example(accepts: Accepts, language: str) -> str:
    """Returns a date of the calendar in which those who read the language type."""
    return _EXAMPLE_ETHIOPIC if language in accepts.ethiopic else _EXAMPLE


def longest_day(accepts: Accepts) -> int:
    """Returns the length of an ISO date."""
    return len("2025-04-15")


def _ordered(parts: list[str]) -> tuple[int, int, str] | None:
    """Returns day, month, and the year as it is written; None where the parts are no date."""
    if len(parts) != 3 or not all(re.fullmatch(r"[0-9]{1,4}", part) for part in parts):
        return None
    if len(parts[0]) == 4:
        parts = parts[::-1]
    return int(parts[0]), int(parts[1]), parts[2]


def _years(written: str, today: date | None) -> list[int]:
    """Returns the years that a year may be, the newest first: 07 is 2007 before 1907."""
    if len(written) != 2 or today is None:
        return [int(written)]
    century = today.year // 100 * 100
    return [century + int(written), century - 100 + int(written)]


def _day(year: int, month: int, of_month: int, ethiopic: bool) -> date | None:
    try:
        return from_ethiopic(year, month, of_month) if ethiopic else date(year, month, of_month)
    except ValueError:
        return None


def _parts(typed: str, language: str, ethiopic: bool) -> list[str]:
    bare = _BEHIND.sub("", said_alike(ascii_digits(typed)))
    parts = re.split(r"[\s.,/\-]+", _SEAM.sub(" ", bare).strip(" .,/-"))
    if len(parts) == 1 and re.fullmatch(r"[0-9]{8}", parts[0]):
        eight = parts[0]
        # 15042025 or 20250415: the last four of the latter would be a year long past.
        by_day = int(eight[4:]) >= (_EARLIEST_ETHIOPIC_YEAR if ethiopic else _EARLIEST.year)
        return [eight[:2], eight[2:4], eight[4:]] if by_day else [eight[:4], eight[4:6], eight[6:]]
    if any(part and not part.isdecimal() for part in parts) and len(parts) <= _MOST_PARTS:
        parts = [part for part in map(plain_letters, parts) if part not in words_around(language)]
        names = _ethiopic_months() if ethiopic else {**_months("en"), **_months(language)}
        month_first = len(parts) == 3 and parts[0] in names
        parts = [names.get(part, part) for part in parts]
        if month_first:
            parts = [parts[1], parts[0], parts[2]]  # April 15, 2025
    return parts


@lru_cache(maxsize=64)
def _months(language: str) -> Mapping[str, str]:
    """Returns what a month may be called in a language, folded, to its number of two digits.

    These are the names with which dates are shown in the language, in full and cut short.
    """
    if not language:
        return {}
    months = locale_of(language).months
    return _with_beginnings(
        {
            plain_letters(name): f"{number:02}"
            for use in ("format", "stand-alone")
            for width in ("abbreviated", "wide")
            for number, name in months[use][width].items()
        }
    )


@lru_cache(maxsize=1)
def _ethiopic_months() -> Mapping[str, str]:
    shown = {
        plain_letters(name): f"{number:02}"
        for names in (MONTHS, MONTHS_LATIN)
        for number, name in enumerate(names, start=1)
    }
    return _with_beginnings(shown | {plain_letters(name): number for name, number in _ALSO.items()})


def _with_beginnings(names: Mapping[str, str]) -> Mapping[str, str]:
    """Returns names of months, and their beginnings that only one month has: Sep, Sept, Septem."""
    meant: dict[str, set[str]] = {}
    for name, number in names.items():
        for length in range(_SHORTEST_MONTH, len(name)):
            meant.setdefault(name[:length], set()).add(number)
    alone = {short: numbers.pop() for short, numbers in meant.items() if len(numbers) == 1}
    return {**alone, **names}
