"""Checks for what a citizen types into an input screen."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

from gateway.domain import case_number

#: Direction marks and the like: phones put them in by themselves, and they can disguise a text.
_UNSEEN = re.compile("[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")

#: In a name, beyond letters and their marks: apostrophes, hyphens, the joiners of several scripts,
#: and the Ethiopic word space.
_BETWEEN_LETTERS = frozenset(" '’‘.-‐‑\u200c\u200d፡")

#: A whole number, its thousands grouped or not. Other commas are refused: "1,5" is not 15.
_INTEGER = re.compile(
    r"-?(?:[0-9]{1,12}|[0-9]{1,3}(?:,[0-9]{3}){1,3}|[0-9]{1,3}(?: [0-9]{3}){1,3})"
)

_EARLIEST_YEAR = 1900


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepts:
    """What an input screen takes.

    `minimum` and `maximum` are the length of digits, text and names, and the value of integers.
    """

    kind: str
    minimum: int = 1
    maximum: int = 160


@dataclass(frozen=True, slots=True)
class Complaint:
    """Why an answer was refused: a phrase of the release, and what fills it."""

    phrase: str
    values: Mapping[str, str] = field(default_factory=dict)


def ascii_digits(text: str) -> str:
    """Returns the text with the decimal digits of any script as 0–9.

    >>> ascii_digits("٢٠٢٥")
    '2025'
    """
    if text.isascii():
        return text
    return "".join(
        str(unicodedata.decimal(char)) if unicodedata.decimal(char, None) is not None else char
        for char in text
    )


def check(accepts: Accepts, typed: str) -> str | Complaint:
    """Returns the answer in its one canonical form, or why it is refused.

    >>> check(Accepts(kind="date"), "15/4/2025")
    '2025-04-15'
    """
    if not typed.isascii():
        typed = unicodedata.normalize("NFC", _UNSEEN.sub("", typed))
    return KINDS[accepts.kind].check(accepts, " ".join(typed.split()))


def longest(accepts: Accepts) -> int:
    """Returns the length in characters of the longest answer that is accepted."""
    return KINDS[accepts.kind].longest(accepts)


def _digits(accepts: Accepts, typed: str) -> str | Complaint:
    digits = re.sub(r"[\s.\-/]", "", ascii_digits(typed))
    if re.fullmatch(r"[0-9]+", digits) and accepts.minimum <= len(digits) <= accepts.maximum:
        return digits
    if accepts.minimum == accepts.maximum:
        return Complaint("digits_wrong", {"length": str(accepts.maximum)})
    return Complaint("digits_range_wrong", _range(accepts))


def _integer(accepts: Accepts, typed: str) -> str | Complaint:
    digits = ascii_digits(typed)
    if _INTEGER.fullmatch(digits):
        value = int(re.sub("[ ,]", "", digits))
        if accepts.minimum <= value <= accepts.maximum:
            return str(value)
    return Complaint("integer_wrong", _range(accepts))


def _text(accepts: Accepts, typed: str) -> str | Complaint:
    # Neither can be stored as UTF-8 text everywhere: control characters, half a surrogate pair.
    legible = all(unicodedata.category(char) not in ("Cc", "Cs") for char in typed)
    if legible and accepts.minimum <= len(typed) <= accepts.maximum:
        return typed
    return Complaint("text_wrong", _range(accepts))


def _name(accepts: Accepts, typed: str) -> str | Complaint:
    letters = sum(char.isalpha() for char in typed)
    plain = all(
        char.isalpha() or char in _BETWEEN_LETTERS or unicodedata.category(char)[0] == "M"
        for char in typed
    )
    if letters >= accepts.minimum and plain and len(typed) <= accepts.maximum:
        return typed
    return Complaint("name_wrong")


def _date(accepts: Accepts, typed: str) -> str | Complaint:
    parts = re.split(r"[\s./\-]+", ascii_digits(typed).strip(" ./-"))
    if len(parts) == 1 and re.fullmatch(r"[0-9]{8}", parts[0]):
        eight = parts[0]
        # 15042025 or 20250415: the last four of the latter would be a year before 1900.
        by_day = int(eight[4:]) >= _EARLIEST_YEAR
        parts = [eight[:2], eight[2:4], eight[4:]] if by_day else [eight[:4], eight[4:6], eight[6:]]
    if len(parts) == 3 and all(re.fullmatch(r"[0-9]{1,4}", part) for part in parts):
        if len(parts[0]) == 4:
            parts.reverse()
        day, month, year = (int(part) for part in parts)
        try:
            if year >= _EARLIEST_YEAR:
                return date(year, month, day).isoformat()
        except ValueError:
            pass  # not a day of the calendar: said below, like any other wrong date
    return Complaint("date_wrong")


def _case_number(accepts: Accepts, typed: str) -> str | Complaint:
    digits = re.sub(r"[\s.\-/]", "", ascii_digits(typed))
    if case_number.is_valid(digits):
        return digits
    return Complaint("case_number_wrong", {"length": str(case_number.LENGTH)})


def _range(accepts: Accepts) -> dict[str, str]:
    return {"minimum": str(accepts.minimum), "maximum": str(accepts.maximum)}


@dataclass(frozen=True, slots=True)
class InputKind:
    """How one kind of input is checked, and how long its canonical form can be."""

    check: Callable[[Accepts, str], str | Complaint]
    longest: Callable[[Accepts], int]
    free_text: bool = False


#: The value of `input:` in a menu. A free-text kind takes the rest of an SMS.
KINDS: Mapping[str, InputKind] = {
    "digits": InputKind(_digits, lambda accepts: accepts.maximum),
    "integer": InputKind(
        _integer, lambda accepts: max(len(str(accepts.minimum)), len(str(accepts.maximum)))
    ),
    "text": InputKind(_text, lambda accepts: accepts.maximum, free_text=True),
    "name": InputKind(_name, lambda accepts: accepts.maximum, free_text=True),
    "date": InputKind(_date, lambda accepts: len("2025-04-15")),
    "case_number": InputKind(_case_number, lambda accepts: case_number.LENGTH),
}
