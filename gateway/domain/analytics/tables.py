"""A table of figures with a name, as the command line prints it and the console draws it."""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

#: None is what nobody knows, or what is too little to be shown.
Value = str | int | float | datetime | None


class Unit(enum.StrEnum):
    """What a column has: words, a number, seconds, a share of 1, or a moment.

    A moment is told as its period is looked at (by hours or days), one of `MINUTE` to the minute.
    """

    WORDS = "words"
    NUMBER = "number"
    SECONDS = "seconds"
    SHARE = "share"
    MOMENT = "moment"
    MINUTE = "minute"


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name for programs, the title that people read, and what is in it."""

    name: str
    title: str
    unit: Unit = Unit.NUMBER


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows under columns. `note` says what is counted, with the `values` that are named in it.

    Titles and notes are sentences of the code, so that they can be translated; what is in the rows
    is as it is stored.
    """

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: Sequence[tuple[Value, ...]]
    note: str = ""
    values: Mapping[str, object] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Raises ValueError for a row that has not a value for each column."""
        if any(len(row) != len(self.columns) for row in self.rows):
            raise ValueError(f"A row of the table '{self.name}' does not fit its columns.")

    @property
    def told(self) -> str:
        """Returns the note, with its values."""
        return self.note % self.values if self.values else self.note
