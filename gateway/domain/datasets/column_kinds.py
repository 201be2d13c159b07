"""What a value is: a day, a number, an amount, one of a few codes, a name, or free prose.

The columns of datasets have a kind, and so have the values of handlers and declared calls. A
citizen reads them as facts, and days are compared as text. So a value is taken in one form alone;
how else it might have been meant is not guessed. Prose alone may be shortened.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from itertools import cycle
from typing import Protocol

from gateway.domain.faults_and_errors.sentence import Sentence

_ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?"
    r"(?:Z|[+-][0-9]{2}:[0-9]{2})?"
)
_FIRST_DAY = date(1900, 1, 1)
#: A leading zero is part of a code, which is a `Form`, or a slip.
_WHOLE = r"(?:0|-?[1-9][0-9]{0,11})"
_PHONE = re.compile(r"\+?[0-9]{3,15}")
_SPREADSHEET_ERROR = re.compile(
    r"#(?:N/A|REF!|DIV/0!|VALUE!|NAME\?|NUM!|NULL!|SPILL!|CALC!|FIELD!|BLOCKED!|GETTING_DATA)"
)
#: In letters of GSM-7: the sign of one letter would make a whole page dearer.
_LEFT_OUT = "..."
#: In a form these stand for any digit and any capital letter.
_DIGIT, _LETTER = "#", "@"


class ColumnKind(Protocol):
    """What values must be; empty ones are not asked about."""

    @property
    def longest(self) -> int:
        """Returns how many characters there must be room for; 0 where the `max` is free to say."""
        ...

    def wrong(self, value: str) -> str:
        """Returns what is wrong and what would be taken, to follow "'amount' is"; empty if right.

        The value is not quoted: it may be a citizen's.
        """
        ...


@dataclass(frozen=True, slots=True)
class Text:
    """A name, a place, a reference: whatever is written, as it is shown. It is never cut."""

    longest: int = 0

    def wrong(self, value: str) -> str:
        return ""


TEXT = Text()


@dataclass(frozen=True, slots=True)
class Prose:
    """Sentences or remarks that may be shortened, so that a reader sees it: `The road is...`.

    Nothing that a citizen acts on belongs here: no figure, date, phone number, name or reference.
    """

    longest: int = 20

    def wrong(self, value: str) -> str:
        return ""

    def shortened(self, value: str, most: int) -> str:
        """Returns a text of at most `most` characters, from 4 on; behind a word where one ends.

        >>> Prose().shortened("The road to Mbale is closed", 20)
        'The road to Mbale...'
        """
        if len(value) <= most:
            return value
        room = most - len(_LEFT_OUT)
        kept = value[:room]
        words = kept.rsplit(None, 1)
        # A last word that is long, or a script without spaces, is cut where the room ends.
        if not value[room].isspace() and len(words) == 2 and 2 * len(words[0]) >= room:
            kept = words[0]
        return kept.rstrip() + _LEFT_OUT


@dataclass(frozen=True, slots=True)
class Day:
    """A day from 1900 on as an ISO date, such as 2026-12-04.

    Days of this form are in order as texts, too, so handlers may compare them as they are. A date
    cell of a workbook comes in this form.
    """

    longest: int = len("2026-12-04")

    def wrong(self, value: str) -> str:
        if _ISO_DAY.fullmatch(value):
            try:
                if date.fromisoformat(value) >= _FIRST_DAY:
                    return ""
            except ValueError:
                pass  # not a day of the calendar: told like any other
        return Sentence("not a date.") + Sentence(" Write the year first, such as 2026-12-04.")


@dataclass(frozen=True, slots=True)
class Moment:
    """A day and a time of day in ISO form, such as 2026-12-04T14:30, for `|date` and `|time`.

    Seconds and an offset may follow; it is shown as the clock that wrote it had it.
    """

    longest: int = len("2026-12-04T14:30")

    def wrong(self, value: str) -> str:
        if _MOMENT.fullmatch(value):
            try:
                if datetime.fromisoformat(value).date() >= _FIRST_DAY:
                    return ""
            except ValueError:
                pass  # not a moment of the calendar: told like any other
        return Sentence("not a day and time.") + Sentence(" Write them as in 2026-12-04T14:30.")


@dataclass(frozen=True, slots=True)
class WholeNumber:
    """A whole number in digits without anything that groups them; both bounds are taken."""

    minimum: int = 0
    maximum: int | None = None

    def __post_init__(self) -> None:
        """Raises ValueError for bounds that no number fits."""
        if self.maximum is not None and self.maximum < self.minimum:
            raise ValueError(
                Sentence(
                    "No whole number is from %(least)s to %(most)s.",
                    least=self.minimum,
                    most=self.maximum,
                )
            )

    @property
    def longest(self) -> int:
        bounds = (self.minimum, self.minimum if self.maximum is None else self.maximum)
        return max(len(str(bound)) for bound in bounds)

    def wrong(self, value: str) -> str:
        if re.fullmatch(_WHOLE, value):
            most = self.maximum
            if self.minimum <= int(value) and (most is None or int(value) <= most):
                return ""
        if self.maximum is None:
            return Sentence("not a whole number from %(least)s on.", least=self.minimum)
        return Sentence(
            "not a whole number from %(least)s to %(most)s.", least=self.minimum, most=self.maximum
        )


@dataclass(frozen=True, slots=True)
class Amount:
    """A price or another amount: digits, and a point before at most `places` decimals."""

    places: int = 2
    minimum: Decimal = Decimal(0)

    @property
    def longest(self) -> int:
        return len(str(self.minimum))

    def wrong(self, value: str) -> str:
        decimals = rf"(?:\.[0-9]{{1,{self.places}}})?" if self.places else ""
        before = rf"(?:{_WHOLE}|-0(?=\.))" if decimals else _WHOLE
        if re.fullmatch(before + decimals, value) and Decimal(value) >= self.minimum:
            return ""
        wrong = Sentence("not an amount from %(least)s on.", least=self.minimum)
        if not self.places:
            return wrong + Sentence(" Write only digits.")
        return wrong + Sentence(
            " Write digits, such as 2200; behind a point no more decimals than in %(example)s.",
            example="40." + "50".ljust(self.places, "0")[: self.places],
        )


@dataclass(frozen=True, slots=True, init=False)
class OneOf:
    """One of a few codes, each of which a handler or a menu knows."""

    values: tuple[str, ...]

    def __init__(self, *codes: str, values: tuple[str, ...] = ()) -> None:
        """Raises ValueError without any code; `values` is for those that are in one tuple."""
        if not (codes or values):
            raise ValueError("OneOf needs the codes that it takes.")
        object.__setattr__(self, "values", codes or values)

    @property
    def longest(self) -> int:
        return max(map(len, self.values))

    def wrong(self, value: str) -> str:
        if value in self.values:
            return ""
        return Sentence("not one of: %(names)s.", names=", ".join(self.values))


@dataclass(frozen=True, slots=True)
class Form:
    """A code of one form, such as `########` or `@##/##`: # is any digit, @ any capital letter."""

    pattern: str

    @property
    def longest(self) -> int:
        return len(self.pattern)

    def wrong(self, value: str) -> str:
        if _form(self.pattern).fullmatch(value):
            return ""
        digits = cycle("1234567890")
        example = "".join(
            next(digits) if char == _DIGIT else "A" if char == _LETTER else char
            for char in self.pattern
        )
        return Sentence("not of the form %(example)s.", example=example)


@lru_cache(maxsize=64)
def _form(pattern: str) -> re.Pattern[str]:
    signs = {_DIGIT: "[0-9]", _LETTER: "[A-Z]"}
    return re.compile("".join(signs.get(char) or re.escape(char) for char in pattern))


@dataclass(frozen=True, slots=True)
class PhoneNumber:
    """A phone number to be shown: digits without spaces, with or without a plus before them.

    Any number of the world has 16 characters at most, a plus and 15 digits (ITU-T E.164). A country
    may have fewer, so the column alone says how many; short codes such as 112 always fit.
    """

    longest: int = len("112")

    def wrong(self, value: str) -> str:
        right = _PHONE.fullmatch(value)
        if right:
            return ""
        return Sentence("not a phone number.") + Sentence(
            " Write it without spaces, such as +99921001010."
        )


def is_spreadsheet_error(value: str) -> bool:
    """Returns whether a spreadsheet wrote this where a formula failed, as in #N/A."""
    return _SPREADSHEET_ERROR.fullmatch(value) is not None
