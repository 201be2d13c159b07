"""Values as a source writes them, turned into the form that their column has.

`31/12/2026` is a day, `1.234,50` an amount and `101` the code 0101 only where the column says that
its source writes them so: the same signs mean something else elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping

from gateway.domain.datasets.column_kinds import (
    Amount,
    ColumnKind,
    Day,
    Form,
    Moment,
    PhoneNumber,
    WholeNumber,
)
from gateway.domain.faults_and_errors.sentence import Sentence
from gateway.domain.reading.signs import plain_signs
from gateway.domain.text.numerals import ascii_digits

#: The code, or the phone number, has lost the zeros that stood before it.
WITHOUT_ZEROS = "without zeros"

#: How days are written, each with an example.
_DAYS = {"d/m/y": "31/12/2026", "m/d/y": "12/31/2026", "y/m/d": "2026/12/31"}
#: In South Asia the thousands are grouped by three, and what is above by two.
_LAKHS = "12,34,567.89"
#: An example of a number: what groups its thousands, and what stands before its decimals.
_NUMBERS = {
    "1,234.56": (",", "."),
    _LAKHS: (",", "."),
    "1.234,56": (".", ","),
    "1 234,56": (" ", ","),
    "1 234.56": (" ", "."),
    "1'234.56": ("'", "."),
    "1234,56": ("", ","),
}
_SPACES = re.compile(r"[\s  ]")
#: A number in groups, as people write it: with the code of a country, or with a 0 before it. What
#: has neither may be two numbers.
_PHONE_IN_GROUPS = re.compile(r"(?:\+[0-9]{1,15}|\(?0[0-9]{1,4}\)?)(?:[\s().\-]{1,3}[0-9]+)+")
_BETWEEN_GROUPS = re.compile(r"[\s().\-]+")
_LONGEST_PHONE = 16
#: A number of a country that dials a 0 before it, without that. One of fewer digits is a short
#: code, one of more has the code of its country.
_LOST_ZERO = re.compile(r"[1-9][0-9]{6,9}")
#: A day, and behind it a time of day as spreadsheets and databases write it: 14:30, 2:30:00 PM.
_DAY_AND_TIME = re.compile(
    r"(\S+?)[T ,]\s*([0-9]{1,2}):([0-9]{2})(?::00)?(?:\s?([AP])\.?M\.?)?", re.IGNORECASE
)
#: The kinds whose values are digits, and signs between these.
_NUMERIC = (Amount, WholeNumber)
_OF_DIGITS = (*_NUMERIC, Day, Moment, PhoneNumber, Form)
#: What stands between thousands goes, and what stands before decimals is a point.
_ARABIC_SIGNS = {0x066C: None, 0x066B: "."}
_DIGITS_ALONE = re.compile(r"#+")


def form_of(kind: ColumnKind, written: str) -> Callable[[str], str]:
    """Returns what turns a value as it is written into the form of its kind.

    What does not fit is returned as it is, and so is told as a fault of its kind. Raises ValueError
    for a form that no such kind has.
    """
    match kind:
        case PhoneNumber() if not written:
            return _phone
        case PhoneNumber() if written == WITHOUT_ZEROS:
            return lambda value: _with_its_zero(_phone(value))
        case Moment() if not written:
            return lambda value: _moment(value, [])
        case _ if not written:
            return str
        case Moment() if written in _DAYS:
            order = written.split("/")
            return lambda value: _moment(value, order)
        case Day() if written in _DAYS:
            order = written.split("/")
            return lambda value: _day(value, order)
        case Amount() | WholeNumber() if written in _NUMBERS:
            group, point = _NUMBERS[written]
            return lambda value: _number(value, group, point, lakhs=written == _LAKHS)
        case Form() if written == WITHOUT_ZEROS and _DIGITS_ALONE.fullmatch(kind.pattern):
            return lambda value: value.zfill(len(kind.pattern)) if value.isdecimal() else value
    forms: Mapping[type, Iterable[str]] = {
        Day: _DAYS, Moment: _DAYS, Amount: _NUMBERS, WholeNumber: _NUMBERS,
        Form: (WITHOUT_ZEROS,), PhoneNumber: (WITHOUT_ZEROS,),
    }  # fmt: skip
    known = forms.get(type(kind), ())
    if known:
        sentence = Sentence(
            "'%(written)s' is no form of such a column. There is one of: %(names)s.",
            written=written,
            names="; ".join(known),
        )
    else:
        sentence = Sentence(
            "'%(written)s' is no form of such a column. There is none: it is taken as it is.",
            written=written,
        )
    raise ValueError(sentence)


def plain_digits(kind: ColumnKind, value: str, written: str = "") -> str:
    """Returns a value with its digits as 0 to 9, whatever script they are of, where it has a form.

    Names and codes stay as they are. The signs of Arabic keyboards before decimals and between
    thousands, which mean nothing else, become those of ASCII, unless numbers are `written` in a
    form of their own: a point would mean something else there.

    >>> plain_digits(Day(), "٢٠٢٦-١٢-٠٤"), plain_digits(Amount(), "١٬٢٣٤٫٥")
    ('2026-12-04', '1234.5')
    """
    if value.isascii() or not isinstance(kind, _OF_DIGITS):
        return value
    value = ascii_digits(plain_signs(value))
    return value.translate(_ARABIC_SIGNS) if isinstance(kind, _NUMERIC) and not written else value


def example_of(kind: ColumnKind, written: str) -> str:
    """Returns a value as a source writes it that is declared so; empty where its kind says it all.

    >>> example_of(Day(), "d/m/y")
    '31/12/2026'
    """
    match kind:
        case Day():
            return _DAYS.get(written, "")
        case Moment() if written in _DAYS:
            return f"{_DAYS[written]} 14:30"
        case Amount() | WholeNumber():
            return written if written in _NUMBERS else ""
    return ""


def _phone(value: str) -> str:
    """Returns a phone number without what stands between its groups of digits.

    >>> _phone("+254 (20) 271-7077"), _phone("0710 000 101"), _phone("222111 222112")
    ('+254202717077', '0710000101', '222111 222112')
    """
    if not _PHONE_IN_GROUPS.fullmatch(value):
        return value
    joined = _BETWEEN_GROUPS.sub("", value)
    return joined if len(joined) <= _LONGEST_PHONE else value


def _with_its_zero(value: str) -> str:
    """Returns a number with the 0 that is dialled before it, where a spreadsheet has taken that.

    >>> _with_its_zero("710000101"), _with_its_zero("254710000101"), _with_its_zero("112")
    ('0710000101', '254710000101', '112')
    """
    return f"0{value}" if _LOST_ZERO.fullmatch(value) else value


def _moment(value: str, order: list[str]) -> str:
    """Returns a moment with a T before its time, its day written in this order of y, m and d.

    >>> _moment("2026-12-04 08:30", []), _moment("4/12/2026 2:30 PM", ["d", "m", "y"])
    ('2026-12-04T08:30', '2026-12-04T14:30')
    >>> _moment("12:30 am", []), _moment("2026-12-04T08:30+03:00", [])
    ('12:30 am', '2026-12-04T08:30+03:00')
    """
    read = _DAY_AND_TIME.fullmatch(value)
    if read is None:
        return value
    day, hour, minute, half = read.groups()
    if half:
        if not 1 <= int(hour) <= 12:
            return value
        hour = str(int(hour) % 12 + (12 if half in "pP" else 0))
    return f"{_day(day, order)}T{hour:0>2}:{minute}"


def _day(value: str, order: list[str]) -> str:
    parts = re.split(r"[/.\- ]", value)
    if len(parts) != len(order) or not all(part.isascii() and part.isdigit() for part in parts):
        return value
    read = dict(zip(order, parts, strict=True))
    if len(read["y"]) != 4:  # of two digits nobody knows the century; 2007-09-03 is as it should be
        return value
    return f"{read['y']}-{read['m']:0>2}-{read['d']:0>2}"


def _number(value: str, group: str, point: str, *, lakhs: bool = False) -> str:
    text = _SPACES.sub(" ", value)
    whole, _, decimals = text.partition(point)
    if group:
        sign = re.escape(group)
        thousands = rf"-?[0-9]{{1,3}}(?:{sign}[0-9]{{3}})*"
        if lakhs:
            thousands = rf"-?[0-9]{{1,3}}|-?[0-9]{{1,2}}(?:{sign}[0-9]{{2}})*{sign}[0-9]{{3}}"
        grouped = re.fullmatch(thousands, whole)
        whole = whole.replace(group, "") if grouped else whole
    return f"{whole}.{decimals}" if decimals else whole
