"""What every kind of input is made of: what is accepted, and why an answer was refused."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

from gateway.domain.datasets.column_kinds import TEXT, ColumnKind
from gateway.domain.text.numerals import ascii_digits

_SEPARATORS = re.compile(r"[\s.\-/]")
#: Signs that people put around and within a number that is copied from a slip or a poster.
_AROUND_DIGITS = re.compile(r"[\s.\-/,:;_<>()\[\]\"'#]")
#: Letters that are typed for a digit, where nothing but digits is asked for.
_FOR_DIGITS = str.maketrans("OoQlI|", "000111")


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepts:
    """What an input screen takes.

    `minimum` and `maximum` are the length of digits, text, names and PINs, and the value of
    numbers and amounts. `places` is how many decimals a number may have, `currency` the code of an
    amount's currency (ISO 4217), `region` the country whose national numbers are understood (ISO
    3166), `pattern` and `check_digit` the form of an identity number, `ethiopic` the languages in
    which a date is one of the Ethiopian calendar, and `today` the citizen's day, where it is known.
    With `confirm` a PIN is asked for twice.
    """

    kind: str
    minimum: int = 1
    maximum: int = 160
    places: int = 0
    currency: str = ""
    region: str = ""
    pattern: str = ""
    check_digit: str = ""
    ethiopic: frozenset[str] = frozenset()
    from_six: frozenset[str] = frozenset()
    confirm: bool = False
    today: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TakesMore(Accepts):
    """What an input takes where more is carried than its question asks for, which is `asked`."""

    asked: int


@dataclass(frozen=True, slots=True)
class Complaint:
    """Why an answer was refused: a phrase of the release, and what fills it."""

    phrase: str
    values: Mapping[str, str] = field(default_factory=dict)


#: Of an answer that is one, and does not hold: the screen has a complaint of its own.
NOT_HELD = "choice_wrong"
#: Checks what was typed, in the language of the citizen.
Check = Callable[[Accepts, str, str], str | Complaint]


def no_sample(accepts: Accepts, language: str) -> str:
    """Returns an empty text."""
    return ""


def free(accepts: Accepts) -> ColumnKind:
    """Returns the kind of an answer that is any text."""
    return TEXT


@dataclass(frozen=True, slots=True)
class InputKind:
    """How one kind of input is checked, and how long its canonical form can be.

    `free_text` takes the rest of an SMS. What may be about `anything` keeps a `*` typed on the
    phone, which parts answers otherwise, and nobody can give a sample of it. Where `signs_mean`
    something, as in 2.5, they part no answers in an SMS. What is `dated` is told today, where it is
    known. `sample` gives an answer to print, where none of the common ones would do, and `gives`
    of which kind the canonical answer is.
    """

    check: Check
    longest: Callable[[Accepts], int]
    free_text: bool = False
    anything: bool = False
    signs_mean: bool = True
    dated: bool = False
    sample: Callable[[Accepts, str], str] = no_sample
    gives: Callable[[Accepts], ColumnKind] = free


def joined(text: str) -> str:
    """Returns a number without the spaces, dots, hyphens and slashes that group it."""
    return _SEPARATORS.sub("", ascii_digits(text))


def digits_meant(text: str) -> str:
    """Returns a number without what groups it, with the digits that O and l were typed for.

    >>> digits_meant("<1O23l456>"), digits_meant("oil")
    ('10231456', 'oil')
    """
    found = _AROUND_DIGITS.sub("", ascii_digits(text))
    digits = found.translate(_FOR_DIGITS)
    slips = sum(one != other for one, other in zip(found, digits, strict=True))
    return digits if digits.isdigit() and slips * 2 <= len(digits) else found


def bounds(accepts: Accepts) -> dict[str, str]:
    """Returns the placeholders of a complaint about a range, as the question has it."""
    most = accepts.asked if isinstance(accepts, TakesMore) else accepts.maximum
    return {"minimum": str(accepts.minimum), "maximum": str(most)}
