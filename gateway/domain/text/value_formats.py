"""How a value is shown: `{amount|money}` and the like, as the language writes it.

Values stay plain texts in a session (ISO dates, plain decimals); only what a citizen reads is in
the form of the language, and no figure of a number is left out. A value that does not fit its
filter is shown as it is; nothing raises.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING

from gateway.domain.text.days_and_hours import clock_from_six
from gateway.domain.text.days_and_hours.ethiopic_calendar import MONTHS, MONTHS_LATIN, to_ethiopic
from gateway.domain.text.gsm7 import downgraded, is_gsm7

if TYPE_CHECKING:
    from babel import Locale

#: The categories of CLDR; `other` is one of every language.
CATEGORIES = ("zero", "one", "two", "few", "many", "other")
STYLES = ("short", "medium", "long")

_NUMBER = re.compile(r"-?[0-9]{1,18}(?:\.[0-9]{1,9})?")
_OF_DAY = r"(?:[01][0-9]|2[0-4]):[0-5][0-9]"
_DAY_AND_NIGHT = "00:00-24:00"
_HOURS = re.compile(rf"{_OF_DAY}-{_OF_DAY}(?:, {_OF_DAY}-{_OF_DAY})*")
#: The lengths of a moment in ISO form, with and without seconds and zone: no spans are so long.
_MOMENTS = (16, 19, 22, 25)
_ARMS = re.compile(rf",(?=(?:{'|'.join(CATEGORIES)})=)")
_MOST_DIGITS, _MOST_DECIMALS = 18, 9


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """One filter of a placeholder, for one language.

    `language` is that in which the text around it is written; `currency` that of the deployment;
    `ethiopic` says that dates are shown in the Ethiopian calendar, `from_six` that the hours of a
    time count from six.
    """

    kind: str
    argument: str = ""
    language: str = ""
    currency: str = ""
    ethiopic: bool = False
    from_six: bool = False

    def show(self, value: str) -> str:
        """Returns the value as the language writes it, in letters that spare a page."""
        return downgraded(FILTERS[self.kind].show(self, value)) if value else ""

    def longest(self, width: int) -> str:
        """Returns the longest form of a value of so many characters."""
        shown = [downgraded(form) for form in FILTERS[self.kind].longest(self, width)]
        # One form outside GSM-7 makes the whole page dearer; there, the longest of all counts.
        dearest = max(shown, key=lambda form: (not is_gsm7(form), len(form)))
        return dearest.ljust(max(map(len, shown)), "W")

    @property
    def arms(self) -> Mapping[str, str]:
        """Returns the words of a plural by category."""
        return dict(arm.split("=", 1) for arm in _ARMS.split(self.argument) if "=" in arm)


def categories(language: str) -> frozenset[str]:
    """Returns the plural categories of a language (CLDR), `other` included."""
    return frozenset(_locale_of_words(language).plural_form.tags) | {"other"}


def locale_of(language: str) -> Locale:
    """Returns how numbers and days are written in a language, as Babel knows it.

    English is that of the world (`en-001`: 15 Apr 2007), unless a territory is named. A language or
    a script that Babel does not know takes the English form.
    """
    return _locale("en-001" if language == "en" else language)


@lru_cache(maxsize=64)
def _locale(language: str) -> Locale:
    # Loaded with the first filter: most texts need none of it.
    from babel import Locale, localedata

    known = localedata.exists(language.replace("-", "_"))
    return Locale.parse(language if known else "en-001", sep="-")


def _locale_of_words(language: str) -> Locale:
    """Returns the locale whose plurals a language has, in whatever script it is written."""
    return _locale(language.partition("-")[0])


def _decimal(value: str) -> Decimal | None:
    return Decimal(value) if _NUMBER.fullmatch(value) else None


def _number(filter: Filter, value: str) -> str:
    from babel.numbers import format_decimal

    number = _decimal(value)
    if number is None:
        return value
    # With all its decimals: 0.00025 is not 0.
    locale = locale_of(filter.language)
    return format_decimal(number, locale=locale, decimal_quantization=False)


def _money(filter: Filter, value: str) -> str:
    from babel.numbers import format_currency

    amount = _decimal(value)
    if amount is None:
        return value
    locale = locale_of(filter.language)
    currency = filter.argument or filter.currency
    if amount != int(amount):
        return format_currency(amount, currency, locale=locale, decimal_quantization=False)
    whole = str(locale.currency_formats["standard"].pattern).replace(".00", "")
    return format_currency(amount, currency, whole, locale, currency_digits=False)


def _date(filter: Filter, value: str) -> str:
    try:
        day = date.fromisoformat(value[:10])
        return _ethiopic_day(filter, day) if filter.ethiopic else _gregorian_day(filter, day)
    except ValueError:
        return value


def _gregorian_day(filter: Filter, day: date) -> str:
    from babel.dates import format_date

    return format_date(day, filter.argument or "medium", locale_of(filter.language))


def _ethiopic_day(filter: Filter, day: date) -> str:
    year, month, of_month = to_ethiopic(day)
    if filter.argument == "short":
        return f"{of_month}/{month}/{year}"
    if filter.language == "am":
        return f"{MONTHS[month - 1]} {of_month} ቀን {year} ዓ.ም."
    return f"{of_month} {MONTHS_LATIN[month - 1]} {year}"


def _time(filter: Filter, value: str) -> str:
    """Returns a time, or spans of times such as opening hours: 08:00-12:30, 13:30-17:00."""
    if _HOURS.fullmatch(value):
        return ", ".join(_span(filter, span) for span in value.split(", "))
    try:
        moment = time.fromisoformat(value) if len(value) < 10 else datetime.fromisoformat(value)
    except ValueError:
        return value
    if _counts_from_six(filter):
        return clock_from_six.said(filter.language, moment.hour, moment.minute)
    from babel.dates import format_time

    return format_time(moment, filter.argument or "short", locale=locale_of(filter.language))


def _counts_from_six(filter: Filter) -> bool:
    """Returns whether times are shown by that clock; the checker refuses it without words."""
    return filter.from_six and clock_from_six.has_this_clock(filter.language)


def _span(filter: Filter, span: str) -> str:
    if span == _DAY_AND_NIGHT:
        return _whole_day(filter)
    # A day ends at 24:00, which is no time of the clock.
    first, last = (_time(filter, "00:00" if each == "24:00" else each) for each in span.split("-"))
    if _counts_from_six(filter):
        return clock_from_six.said_span(filter.language, first, last)
    return f"{first}-{last}"


def _whole_day(filter: Filter) -> str:
    """Returns "24 hours", as the language says it: from 12:00 am to 12:00 am is no time at all."""
    from babel.units import format_unit

    return format_unit(24, "duration-hour", locale=locale_of(filter.language))


def _plural(filter: Filter, value: str) -> str:
    number, arms = _decimal(value), filter.arms
    category = "other" if number is None else _locale_of_words(filter.language).plural_form(number)
    words = arms.get(str(category), arms.get("other", "#"))
    return words.replace("#", _number(filter, value))


def _longest_number(filter: Filter, width: int) -> list[str]:
    forms = ["8" * max(1, min(width, _MOST_DIGITS))]
    if width > 1:
        forms.append("-" + "8" * min(width - 1, _MOST_DIGITS))
    # Money has two decimals where one is given; they cost a sign, and a group of digits another.
    for places in sorted({1, 2, min(max(1, width - 1 - _MOST_DIGITS), _MOST_DECIMALS)}):
        if width > places + 1:
            forms.append("8" * min(width - 1 - places, _MOST_DIGITS) + "." + "8" * places)
    return [FILTERS[filter.kind].show(filter, form) for form in forms]


def _longest_date(filter: Filter, width: int) -> list[str]:
    days = [date(2028, month, day) for month in range(1, 13) for day in (10, 28)]
    return [_date(filter, day.isoformat()) for day in days]


def _longest_time(filter: Filter, width: int) -> list[str]:
    longest = max(
        (_time(filter, f"{hour:02}:{minute}") for hour in range(24) for minute in ("58", "00")),
        key=len,
    )
    spans = (width + 2) // len("00:00-24:00, ")
    if not spans or width in _MOMENTS:
        return [longest]
    one = (
        clock_from_six.said_span(filter.language, longest, longest)
        if _counts_from_six(filter)
        else ""
    )
    return [longest, ", ".join([one or f"{longest}-{longest}"] * spans), _whole_day(filter)]


def _longest_plural(filter: Filter, width: int) -> list[str]:
    number = Filter(kind="number", language=filter.language).longest(width)
    return [words.replace("#", number) for words in filter.arms.values()] or [number]


@dataclass(frozen=True, slots=True)
class Shows:
    """How one kind of filter shows a value, its longest forms, and what may stand behind `:`."""

    show: Callable[[Filter, str], str]
    longest: Callable[[Filter, int], list[str]]
    takes: re.Pattern[str]


#: The filters of a placeholder.
FILTERS: Mapping[str, Shows] = {
    "number": Shows(_number, _longest_number, re.compile("")),
    "money": Shows(_money, _longest_number, re.compile("[A-Z]{3}|")),
    "date": Shows(_date, _longest_date, re.compile(f"{'|'.join(STYLES)}|")),
    "time": Shows(_time, _longest_time, re.compile(f"{'|'.join(STYLES)}|")),
    "plural": Shows(
        _plural, _longest_plural, re.compile(rf"(?:^|,)(?:{'|'.join(CATEGORIES)})=.*", re.DOTALL)
    ),
}
