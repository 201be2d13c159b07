"""Holds the rows of a dataset's file to their declaration, and notes every fault with its place."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from hashlib import blake2b
from pathlib import Path

from gateway.domain.datasets.column_kinds import is_spreadsheet_error
from gateway.domain.datasets.dataset import Column, Dataset
from gateway.domain.datasets.sheet_cells import SheetCell, changed
from gateway.domain.faults_and_errors.did_you_mean import did_you_mean
from gateway.domain.faults_and_errors.fault import Fault

#: Beyond this a file is not mended line by line; usually every row has the same fault.
MOST_FAULTS = 1000

#: An operator who sends back what was written out would otherwise look for a slip in vain.
_LEFT_OUT = (
    " It is secret: only a hash of it is stored, so no export has it. Add it from where the data"
    " comes from."
)
_NOT_COMPUTED = (
    "is a formula, and the file does not hold its value. Open the file in the spreadsheet program"
    " and save it there."
)
#: What a file holds in one place: None is a formula whose value is not in the file.
Field = str | SheetCell | None

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


class DeclaredRows:
    """The rows of a file as they are declared. No fault quotes a value: it may be a citizen's.

    `faults` is complete once `rows` has been read to its end; `bytes_read` says how far it is. A
    kind of file says in `_read` how its rows are found.
    """

    def __init__(self, dataset: Dataset, path: Path) -> None:
        self.faults: list[Fault] = []
        self.bytes_read = 0
        self._dataset = dataset
        self._path = path
        self._lines_seen = 0
        self._line_of_key: dict[bytes, int] = {}

    def rows(self) -> Iterator[dict[str, str]]:
        """Yields each faultless row by column name; after a first fault only to find the others."""
        try:
            yield from self._read()
        except OSError as error:
            self._fault(1, 1, "D007", f"The file cannot be read: {error.strerror}.")
        except Unreadable:
            pass  # noted where it was found
        if len(self.faults) >= MOST_FAULTS:
            self._fault(self._lines_seen, 1, "D027", "The rest of the file was not looked at.")

    def _read(self) -> Iterator[dict[str, str]]:
        raise NotImplementedError

    def _header(self, names: Sequence[str]) -> list[Column] | None:
        """Returns the columns in the order of the file, or None when others are declared."""
        known = {each.name: each for each in self._dataset.columns}
        names = [name.strip() for name in names]
        if not known.keys() & set(names):
            # Most likely the first row of values: it is not quoted.
            sentence = f"The first line does not name the columns: {', '.join(known)}."
            self._fault(1, 1, "D028", sentence)
            return None
        for place, name in enumerate(names, 1):
            if name not in known:
                unused = known.keys() - set(names)
                sentence = f"Unknown column '{name[:40]}'.{did_you_mean(name, unused)}"
                self._fault(1, place, "D001", sentence)
            elif name in names[: place - 1]:
                self._fault(1, place, "D005", f"Column '{name}' stands here twice.")
        for name, column in known.items():
            if name not in names:
                why = _LEFT_OUT if column.secret else ""
                self._fault(1, len(names), "D002", f"Column '{name}' is missing.{why}")
        return None if self.faults else [known[name] for name in names]

    def _row(
        self, columns: Sequence[Column], fields: Sequence[Field], line: int
    ) -> dict[str, str] | None:
        """Returns a faultless row."""
        if len(fields) != len(columns):
            sentence = f"{len(fields)} values instead of {len(columns)}."
            self._fault(line, min(len(fields), len(columns)) + 1, "D020", sentence)
            return None
        before = len(self.faults)
        row = {}
        for place, (column, written) in enumerate(zip(columns, fields, strict=True), 1):
            value = written.strip() if isinstance(written, str) else written
            row[column.name] = text_of(value)
            if (wrong := self._wrong(column, value)) is not None:
                code, sentence = wrong
                self._fault(line, place, code, f"'{column.name}' {sentence}")
        if len(self.faults) == before:
            self._check_key(row, line)
        return row if not self.faults else None

    def _wrong(self, column: Column, value: Field) -> tuple[str, str] | None:
        """Returns the fault of a value, and what to say behind the column's name; None if right."""
        if value is None:
            return "D030", _NOT_COMPUTED
        if value and (lost := changed(column, value, is_key=column.name in self._dataset.key)):
            return "D031", lost
        return _wrong(column, text_of(value))

    def _check_key(self, row: dict[str, str], line: int) -> None:
        values = "\0".join(row[name] for name in self._dataset.key)
        key = blake2b(values.encode(), digest_size=16).digest()
        first = self._line_of_key.setdefault(key, line)
        if first != line:
            names = ", ".join(self._dataset.key)
            self._fault(line, 1, "D024", f"The same {names} as in line {first}.")

    def _fault(self, line: int, column: int, code: str, sentence: str) -> None:
        self.faults.append(Fault(str(self._path), line, column, code, sentence))


def text_of(field: Field) -> str:
    """Returns a field as text; empty for a formula whose value is not in the file."""
    return field.text if isinstance(field, SheetCell) else field or ""


def _wrong(column: Column, value: str) -> tuple[str, str] | None:
    if not value:
        return ("D021", "is empty.") if column.required else None
    if is_spreadsheet_error(value):
        return "D030", f"is {value}: a formula of the spreadsheet failed. Mend or replace it."
    if wrong := column.kind.wrong(value):
        return "D029", f"is {wrong}"
    if len(value) > column.max:
        return "D022", (
            f"has {len(value)} characters, {column.max} at most. Where it is right, raise the"
            " column's `max` in handlers/, and check the menu: its screens need room for it."
        )
    if _CONTROL.search(value):
        return "D023", "has a line break or control character in it."
    return None


class Unreadable(Exception):
    """The file cannot be read on from here; the fault is noted."""
