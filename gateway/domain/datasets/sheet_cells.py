"""What spreadsheets do to codes: zeros before a number go, long numbers are rounded, and more.

A code that has lost a zero is another code, and no check of its own may see it: 101 can be the
number of a clinic as well as 0101. So what a spreadsheet may have changed is refused, with the way
to keep it.
"""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import assert_never

from gateway.domain.datasets.column_kinds import ColumnKind, Form, Moment, PhoneNumber, Text
from gateway.domain.datasets.dataset import Column
from gateway.domain.faults_and_errors.sentence import Sentence

#: Spreadsheets keep so many digits of a number, and put zeros for the others.
EXACT_DIGITS = 15
#: A number with fewer digits is no phone number but a short code such as 112: none begins with 0.
_SHORTEST_PHONE = 7
_ZEROS = re.compile(r"0{1,30}")
_POWER_OF_TEN = re.compile(r"-?[0-9](?:[.,][0-9]+)?[Ee]\+[0-9]{1,3}")
_HIDDEN_APOSTROPHE = re.compile(r"'[+-]?[0-9][0-9 /.-]*")


#: What to do where digits are gone.
_AS_TEXT = Sentence(" Format the column as text in the spreadsheet, and write the values again.")


class Taken(enum.Enum):
    """What a spreadsheet has taken the content of a cell for."""

    NUMBER = "number"
    PERCENTAGE = "percentage"
    MOMENT = "moment"
    TRUTH = "truth"


@dataclass(frozen=True, slots=True)
class SheetCell:
    """A cell of a workbook that is no text; `padded` shows a number with its zeros before it.

    A day that is shown with its time of day, which is midnight, is `at_midnight`.
    """

    text: str = field(repr=False)
    taken: Taken
    padded: bool = False
    at_midnight: bool = False

    def text_for(self, kind: ColumnKind) -> str:
        """Returns its text in a column of a kind: midnight is told where a time is asked for."""
        return f"{self.text} 00:00" if self.at_midnight and isinstance(kind, Moment) else self.text


def shown_number(value: float, number_format: str) -> SheetCell:
    """Returns a number as its cell holds it, with the zeros that its format puts before it.

    >>> shown_number(101, "0000").text, shown_number(0.1 + 0.2, "General").text
    ('0101', '0.3')
    """
    plain = value if isinstance(value, int) else Decimal(format(value, f".{EXACT_DIGITS}g"))
    text = str(plain) if isinstance(plain, int) else format(plain.normalize(), "f")
    first = number_format.partition(";")[0].replace("\\", "").strip('"')
    if _ZEROS.fullmatch(first) and text.isdecimal():
        return SheetCell(text.zfill(len(first)), Taken.NUMBER, padded=True)
    is_percentage = "%" in number_format
    return SheetCell(text, Taken.PERCENTAGE if is_percentage else Taken.NUMBER)


def changed(column: Column, cell: SheetCell | str, *, is_key: bool) -> Sentence | None:
    """Returns how a spreadsheet may have changed a value; None if it has not."""
    name = column.name
    if isinstance(cell, str):
        return _in_text(name, cell)
    match cell.taken:
        case Taken.PERCENTAGE:
            return Sentence(
                "'%(column)s' is shown as a percentage: the file holds a hundredth of it. Write it "
                "without %(sign)s.",
                column=name,
                sign="%",
            )
        case Taken.NUMBER:
            if len(cell.text.strip("-").partition(".")[0]) > EXACT_DIGITS:
                long = Sentence(
                    "'%(column)s' is a number of more than 15 digits: the spreadsheet has put "
                    "zeros for the last ones.",
                    column=name,
                )
                return long + _AS_TEXT
            return None if cell.padded else _without_zeros(column, cell.text, is_key)
        case Taken.MOMENT | Taken.TRUTH if not (is_key and isinstance(column.kind, Text)):
            return None
        case Taken.MOMENT:
            return (
                Sentence(
                    "'%(column)s' is a date or a time in the spreadsheet, which may have made it "
                    "of a code.",
                    column=name,
                )
                + _AS_TEXT
            )
        case Taken.TRUTH:
            return (
                Sentence(
                    "'%(column)s' is true or false in the spreadsheet, which may have made it of a "
                    "code.",
                    column=name,
                )
                + _AS_TEXT
            )
        case _:
            assert_never(cell.taken)


def _in_text(column: str, value: str) -> Sentence | None:
    if _POWER_OF_TEN.fullmatch(value):
        short = Sentence(
            "'%(column)s' is shortened to a power of ten, such as 7.12E+08, and its digits are "
            "lost.",
            column=column,
        )
        return short + _AS_TEXT
    if not _HIDDEN_APOSTROPHE.fullmatch(value):
        return None
    return Sentence(
        "'%(column)s' begins with the apostrophe that spreadsheets do not show. Take it away.",
        column=column,
    )


def _without_zeros(column: Column, number: str, is_key: bool) -> Sentence | None:
    kind = column.kind
    match kind:
        case Form():
            short = number.isdecimal() and kind.wrong(number) and len(number) < kind.longest
            zeros = "0" * kind.longest if short else ""
        case PhoneNumber():
            zeros = "0" * (len(number) + 1) if len(number) >= _SHORTEST_PHONE else ""
        case Text() if is_key:
            return _lost(column) + Sentence(
                " Write it as a text, or give the column a number format of zeros, one for each "
                "digit; it is read as shown."
            )
        case _:
            zeros = ""
    if not zeros:
        return None
    return _lost(column) + Sentence(
        " Write it as a text, or give the column the number format %(zeros)s; it is read as shown.",
        zeros=zeros,
    )


def _lost(column: Column) -> Sentence:
    if isinstance(column.kind, PhoneNumber):
        return Sentence(
            "'%(column)s' is a number in the spreadsheet. A + or a zero before it is lost.",
            column=column.name,
        )
    return Sentence(
        "'%(column)s' is a number in the spreadsheet. A zero before it is lost.", column=column.name
    )
