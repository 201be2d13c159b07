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

from gateway.domain.datasets.column_kinds import Form, PhoneNumber, Text
from gateway.domain.datasets.dataset import Column

#: Spreadsheets keep so many digits of a number, and put zeros for the others.
EXACT_DIGITS = 15
#: A number with fewer digits is no phone number but a short code such as 112: none begins with 0.
_SHORTEST_PHONE = 7
_ZEROS = re.compile(r"0{1,30}")
_POWER_OF_TEN = re.compile(r"-?[0-9](?:[.,][0-9]+)?[Ee]\+[0-9]{1,3}")
_HIDDEN_APOSTROPHE = re.compile(r"'[+-]?[0-9][0-9 /.-]*")

_KEEP = "Write it as a text, or give the column the number format {zeros}; it is read as shown."
_POWER = (
    "is shortened to a power of ten, such as 7.12E+08, and its digits are lost. Format the column"
    " as text in the spreadsheet, and write the values again."
)
_LONG = (
    "is a number of more than 15 digits: the spreadsheet has put zeros for the last ones. Format"
    " the column as text, and write the values again."
)
_PERCENTAGE = "is shown as a percentage: the file holds a hundredth of it. Write it without %."
_OTHERWISE = (
    "is a {taken} in the spreadsheet, which may have made it of a code. Format the column as text,"
    " and write the values again."
)
_APOSTROPHE = "begins with the apostrophe that spreadsheets do not show. Take it away."


class Taken(enum.Enum):
    """What a spreadsheet has taken the content of a cell for."""

    NUMBER = "number"
    PERCENTAGE = "percentage"
    MOMENT = "date or a time"
    TRUTH = "truth value"


@dataclass(frozen=True, slots=True)
class SheetCell:
    """A cell of a workbook that is no text; `padded` shows a number with its zeros before it."""

    text: str = field(repr=False)
    taken: Taken
    padded: bool = False


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


def changed(column: Column, cell: SheetCell | str, *, is_key: bool) -> str:
    """Returns how a spreadsheet may have changed a value, to follow "'id'"; empty if it has not."""
    if isinstance(cell, str):
        return _in_text(cell)
    match cell.taken:
        case Taken.PERCENTAGE:
            return _PERCENTAGE
        case Taken.NUMBER:
            if len(cell.text.strip("-").partition(".")[0]) > EXACT_DIGITS:
                return _LONG
            return "" if cell.padded else _without_zeros(column, cell.text, is_key)
        case Taken.MOMENT | Taken.TRUTH:
            is_code = is_key and isinstance(column.kind, Text)
            return _OTHERWISE.format(taken=cell.taken.value) if is_code else ""
        case _:
            assert_never(cell.taken)


def _in_text(value: str) -> str:
    if _POWER_OF_TEN.fullmatch(value):
        return _POWER
    return _APOSTROPHE if _HIDDEN_APOSTROPHE.fullmatch(value) else ""


def _without_zeros(column: Column, number: str, is_key: bool) -> str:
    kind = column.kind
    match kind:
        case Form():
            short = number.isdecimal() and kind.wrong(number) and len(number) < kind.longest
            zeros = "0" * kind.longest if short else ""
        case PhoneNumber():
            zeros = "0" * (len(number) + 1) if len(number) >= _SHORTEST_PHONE else ""
        case Text() if is_key:
            zeros = "of zeros, one for each digit"
        case _:
            zeros = ""
    if not zeros:
        return ""
    lost = "A + or a zero" if isinstance(kind, PhoneNumber) else "A zero"
    return f"is a number in the spreadsheet. {lost} before it is lost. {_KEEP.format(zeros=zeros)}"
