"""The Ethiopian calendar: twelve months of 30 days, and a thirteenth of five or six.

Arithmetic of Edward M. Reingold and Nachum Dershowitz, "Calendrical Calculations", for the era
Amete Mihret (Year of Mercy), which is in everyday use.
"""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

#: The ordinal (`date.toordinal`) of the day before 1 Meskerem of year 1: 29 August 8 (Julian).
_DAY_BEFORE_FIRST = 2795
_FOUR_YEARS = 1461

#: The months in Amharic and in Latin letters.
MONTHS = (
    "መስከረም", "ጥቅምት", "ኅዳር", "ታኅሣሥ", "ጥር", "የካቲት", "መጋቢት", "ሚያዝያ", "ግንቦት",
    "ሰኔ", "ሐምሌ", "ነሐሴ", "ጳጉሜን",
)  # fmt: skip
MONTHS_LATIN = (
    "Meskerem", "Tikimt", "Hidar", "Tahsas", "Tir", "Yekatit", "Megabit", "Miyazya", "Ginbot",
    "Sene", "Hamle", "Nehase", "Pagumen",
)  # fmt: skip


class EthiopicDay(NamedTuple):
    """A day of the Ethiopian calendar; the month counts from 1 to 13."""

    year: int
    month: int
    day: int


def from_ethiopic(year: int, month: int, day: int) -> date:
    """Returns the Gregorian day; raises ValueError when there is no such day.

    >>> from_ethiopic(2000, 1, 1)
    datetime.date(2007, 9, 12)
    """
    days = 30 if month <= 12 else 6 if year % 4 == 3 else 5
    if year < 1 or not 1 <= month <= 13 or not 1 <= day <= days:
        raise ValueError("The Ethiopian calendar has no such day.")
    ordinal = _DAY_BEFORE_FIRST + 365 * (year - 1) + year // 4 + 30 * (month - 1) + day
    if ordinal > date.max.toordinal():
        raise ValueError("The day is later than any that can be written.")
    return date.fromordinal(ordinal)


def to_ethiopic(day: date) -> EthiopicDay:
    """Returns the Ethiopian day; raises ValueError before the year 1 of that calendar.

    >>> to_ethiopic(date(2007, 9, 12))
    EthiopicDay(year=2000, month=1, day=1)
    """
    since = day.toordinal() - _DAY_BEFORE_FIRST - 1
    if since < 0:
        raise ValueError("The day is before the first year of the Ethiopian calendar.")
    # The leap day ends every third year of four, so the cycle is counted from year 0.
    since += 365
    cycles, rest = divmod(since, _FOUR_YEARS)
    years = min(rest // 365, 3)
    within = rest - 365 * years
    return EthiopicDay(4 * cycles + years, within // 30 + 1, within % 30 + 1)
