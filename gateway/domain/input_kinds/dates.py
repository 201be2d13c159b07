"""Dates that are typed, in several ways and in two calendars."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from functools import lru_cache

from gateway.domain.input_kinds.base import Accepts, Complaint
from gateway.domain.text.ethiopic_calendar import MONTHS, MONTHS_LATIN, from_ethiopic
from gateway.domain.text.homophones import said_alike
from gateway.domain.text.numerals import ascii_digits
from gateway.domain.text.value_formats import locale_of

_EARLIEST = date(1900, 1, 1)
#: 1 January 1900 lies in this year of the Ethiopian calendar.
_EARLIEST_ETHIOPIC_YEAR = 1892

#: What people write behind a day or a year: 15th, 1er, and ዓ.ም., with its first letter as folded.
_BEHIND = re.compile(r"(?<=[0-9])(?:(?:st|nd|rd|th|er)\b|\s*አ\.?\s?ም\.?$)", re.IGNORECASE)
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
    year may come first; the month may be a word of the language, or its beginning.
    """
    ethiopic = language in accepts.ethiopic
    found = _day(_parts(typed, language, ethiopic), ethiopic)
    if found is not None and found >= _EARLIEST:
        return found.isoformat()
    return Complaint("date_wrong", {"example": example(accepts, language)})


def example(accepts: Accepts, language: str) -> str:
    """Returns a date of the calendar in which those who read the language type."""
    return _EXAMPLE_ETHIOPIC if language in accepts.ethiopic else _EXAMPLE


def longest_day(accepts: Accepts) -> int:
    """Returns the length of an ISO date."""
    return len("2025-04-15")


def _day(parts: list[str], ethiopic: bool) -> date | None:
    if len(parts) != 3 or not all(re.fullmatch(r"[0-9]{1,4}", part) for part in parts):
        return None
    if len(parts[0]) == 4:
        parts = parts[::-1]
    of_month, month, year = (int(part) for part in parts)
    try:
        return from_ethiopic(year, month, of_month) if ethiopic else date(year, month, of_month)
    except ValueError:
        return None  # not a day of the calendar: told like any other wrong date


def _parts(typed: str, language: str, ethiopic: bool) -> list[str]:
    bare = _BEHIND.sub("", said_alike(ascii_digits(typed)))
    parts = re.split(r"[\s.,/\-]+", bare.strip(" .,/-"))
    if len(parts) == 1 and re.fullmatch(r"[0-9]{8}", parts[0]):
        eight = parts[0]
        # 15042025 or 20250415: the last four of the latter would be a year long past.
        by_day = int(eight[4:]) >= (_EARLIEST_ETHIOPIC_YEAR if ethiopic else _EARLIEST.year)
        return [eight[:2], eight[2:4], eight[4:]] if by_day else [eight[:4], eight[4:6], eight[6:]]
    if len(parts) == 3 and any(part and not part.isdecimal() for part in parts):
        names = _ethiopic_months() if ethiopic else _months(language)
        parts = [names.get(_folded(part), part) for part in parts]
        if parts[0].isdecimal() and len(parts[0]) == 2 and not typed[:1].isdecimal():
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
            _folded(name): f"{number:02}"
            for use in ("format", "stand-alone")
            for width in ("abbreviated", "wide")
            for number, name in months[use][width].items()
        }
    )


@lru_cache(maxsize=1)
def _ethiopic_months() -> Mapping[str, str]:
    shown = {
        _folded(name): f"{number:02}"
        for names in (MONTHS, MONTHS_LATIN)
        for number, name in enumerate(names, start=1)
    }
    return _with_beginnings(shown | {_folded(name): number for name, number in _ALSO.items()})


def _with_beginnings(names: Mapping[str, str]) -> Mapping[str, str]:
    """Returns names of months, and their beginnings that only one month has: Sep, Sept, Septem."""
    meant: dict[str, set[str]] = {}
    for name, number in names.items():
        for length in range(_SHORTEST_MONTH, len(name)):
            meant.setdefault(name[:length], set()).add(number)
    alone = {short: numbers.pop() for short, numbers in meant.items() if len(numbers) == 1}
    return {**alone, **names}


def _folded(word: str) -> str:
    """Returns a word without capitals, accents and a dot, and with one letter for each sound."""
    letters = unicodedata.normalize("NFKD", word.casefold().strip("."))
    return said_alike("".join(char for char in letters if not unicodedata.combining(char)))
