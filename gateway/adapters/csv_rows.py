"""Reads a dataset's CSV file row by row, and notes every fault with its place."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from hashlib import blake2b
from pathlib import Path

from gateway.domain.dataset import Column, Dataset
from gateway.domain.faults import Fault
from gateway.domain.proposals import did_you_mean

#: Beyond this a file is not mended line by line; usually every row has the same fault.
MOST_FAULTS = 1000

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
# Spreadsheets write `;` where the comma is the decimal sign.
_SEPARATORS = (",", ";", "\t")


class CsvRows:
    """The rows of a file as they are declared. No fault quotes a value: it may be a citizen's.

    `faults` is complete once `rows` has been read to its end; `bytes_read` says how far it is.
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
            with self._path.open("rb") as file:
                yield from self._rows(self._lines(file))
        except OSError as error:
            self._fault(1, 1, "D007", f"The file cannot be read: {error.strerror}.")
        except _Unreadable:
            pass  # noted where it was found
        if len(self.faults) >= MOST_FAULTS:
            self._fault(self._lines_seen, 1, "D027", "The rest of the file was not looked at.")

    def _rows(self, lines: Iterator[str]) -> Iterator[dict[str, str]]:
        header = next(lines, "")
        reader = csv.reader(_first(header, lines), delimiter=self._separator(header), strict=True)
        columns: list[Column] | None = None
        while len(self.faults) < MOST_FAULTS:
            line = self._lines_seen + 1 if columns is not None else 1
            try:
                fields = next(reader, None)
            except csv.Error:
                sentence = "A quote is opened and not closed, or closed in mid-field."
                self._fault(line, 1, "D025", sentence)
                return
            if fields is None:
                break
            if columns is None:
                columns = self._header(fields)
                if columns is None:
                    return
            elif fields and (row := self._row(columns, fields, line)) is not None:
                yield row
        if columns is None:
            self._fault(1, 1, "D026", "The file is empty. Its first line names the columns.")

    def _lines(self, file: Iterator[bytes]) -> Iterator[str]:
        for raw in file:
            self._lines_seen += 1
            self.bytes_read += len(raw)
            try:
                yield raw.decode("utf-8-sig" if self._lines_seen == 1 else "utf-8")
            except UnicodeDecodeError as error:
                sentence = "Not UTF-8. Save it as 'CSV UTF-8'."
                self._fault(self._lines_seen, error.start + 1, "D007", sentence)
                raise _Unreadable from None

    def _separator(self, header: str) -> str:
        known = {each.name for each in self._dataset.columns}
        return max(
            _SEPARATORS,
            key=lambda sign: sum(name.strip(' "\r\n') in known for name in header.split(sign)),
        )

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
        for name in known:
            if name not in names:
                self._fault(1, len(names), "D002", f"Column '{name}' is missing.")
        return None if self.faults else [known[name] for name in names]

    def _row(
        self, columns: Sequence[Column], fields: Sequence[str], line: int
    ) -> dict[str, str] | None:
        if len(fields) != len(columns):
            sentence = f"{len(fields)} values instead of {len(columns)}."
            self._fault(line, min(len(fields), len(columns)) + 1, "D020", sentence)
            return None
        before = len(self.faults)
        row = {}
        for place, (column, written) in enumerate(zip(columns, fields, strict=True), 1):
            value = written.strip()
            row[column.name] = value
            if not value and column.required:
                self._fault(line, place, "D021", f"'{column.name}' is empty.")
            elif len(value) > column.max:
                sentence = f"'{column.name}' has {len(value)} characters, {column.max} at most."
                self._fault(line, place, "D022", sentence)
            elif _CONTROL.search(value):
                sentence = f"'{column.name}' has a line break or control character in it."
                self._fault(line, place, "D023", sentence)
        if len(self.faults) == before:
            self._check_key(row, line)
        return row if not self.faults else None

    def _check_key(self, row: dict[str, str], line: int) -> None:
        values = "\0".join(row[name] for name in self._dataset.key)
        key = blake2b(values.encode(), digest_size=16).digest()
        first = self._line_of_key.setdefault(key, line)
        if first != line:
            names = ", ".join(self._dataset.key)
            self._fault(line, 1, "D024", f"The same {names} as in line {first}.")

    def _fault(self, line: int, column: int, code: str, sentence: str) -> None:
        self.faults.append(Fault(str(self._path), line, column, code, sentence))


class _Unreadable(Exception):
    """The file cannot be read on from here; the fault is noted."""


def _first(line: str, others: Iterator[str]) -> Iterator[str]:
    if line:
        yield line
    yield from others
