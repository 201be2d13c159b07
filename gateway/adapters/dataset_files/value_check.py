"""What is wrong with one value of a file. No fault quotes it: it may be a citizen's."""

from __future__ import annotations

import re

from gateway.domain.datasets.column_kinds import is_spreadsheet_error
from gateway.domain.datasets.dataset import Column
from gateway.domain.datasets.sheet_cells import SheetCell
from gateway.domain.datasets.written_forms import example_of
from gateway.domain.faults_and_errors.sentence import Sentence

#: The code of a fault, and what is said of it.
Wrong = tuple[str, Sentence]
#: What a file holds in one place: None is a formula whose value is not in the file.
Field = str | SheetCell | None

#: With these a formula begins that failed, and a text that a spreadsheet was told to keep.
_OF_A_SPREADSHEET = "#'"
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


def text_of(field: Field) -> str:
    """Returns a field as text; empty for a formula whose value is not in the file."""
    return field.text if isinstance(field, SheetCell) else field or ""


def is_plain(column: Column, text: str) -> bool:
    """Returns whether a text is right beyond doubt; of any other it is looked at what is wrong.

    Nearly all are, and an import of a million rows asks ten million times.
    """
    return (
        0 < len(text) <= column.max
        and text.isprintable()
        and text[0] not in _OF_A_SPREADSHEET
        and text[0] != " " != text[-1]
        and "E+" not in text
        and "e+" not in text
        and not column.kind.wrong(text)
    )


def fault_of(column: Column, value: str) -> Wrong | None:
    """Returns the fault of a value as its column declares it; None if it is right."""
    name = column.name
    if not value:
        empty = Sentence("'%(column)s' is empty.", column=name)
        return ("D021", empty) if column.required else None
    if is_spreadsheet_error(value):
        return "D030", Sentence(
            "'%(column)s' is %(value)s: a formula of the spreadsheet failed. Mend or replace it.",
            column=name,
            value=value,
        )
    if wrong := column.kind.wrong(value):
        return "D029", _not_of_kind(column, wrong)
    if len(value) > column.max:
        return "D022", Sentence(
            "'%(column)s' has %(number)s characters, %(most)s at most. Where it is right, raise "
            "the column's `room` (`max` in handlers/), and check the menu: its screens need it.",
            column=name,
            number=len(value),
            most=column.max,
        )
    if _CONTROL.search(value):
        return "D023", Sentence(
            "'%(column)s' has a line break or control character in it.", column=name
        )
    return None


def _not_of_kind(column: Column, wrong: str) -> Sentence:
    example = example_of(column.kind, column.written)
    if not example or not isinstance(wrong, Sentence):
        return Sentence("'%(column)s' is %(wrong)s", column=column.name, wrong=wrong)
    return Sentence("'%(column)s' is %(wrong)s", column=column.name, wrong=wrong.first) + Sentence(
        " Write it as in %(example)s, or change the column's `written`.", example=example
    )
