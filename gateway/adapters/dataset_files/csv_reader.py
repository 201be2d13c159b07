"""Reads a dataset's CSV file row by row."""

from __future__ import annotations

import csv
from collections.abc import Iterator

from gateway.adapters.dataset_files.row_check import MOST_FAULTS, DeclaredRows, Unreadable
from gateway.domain.datasets.dataset import Column

# Spreadsheets write `;` where the comma is the decimal sign.
_SEPARATORS = (",", ";", "\t")


class CsvRows(DeclaredRows):
    """The rows of a CSV file in UTF-8; the first line names the columns."""

    def _read(self) -> Iterator[dict[str, str]]:
        with self._path.open("rb") as file:
            yield from self._rows(self._lines(file))

    def _rows(self, lines: Iterator[str]) -> Iterator[dict[str, str]]:
        header = next(lines, "")
        if "\r" in header.rstrip("\r\n"):
            self._fault(
                1, 1, "D007", "Its lines end as on an old Macintosh. Save it as 'CSV UTF-8'."
            )
            return
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
            elif (
                any(map(str.strip, fields))
                and (row := self._row(columns, fields, line)) is not None
            ):
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
                raise Unreadable from None

    def _separator(self, header: str) -> str:
        known = {each.name for each in self._dataset.columns}
        return max(
            _SEPARATORS,
            key=lambda sign: sum(name.strip(' "\r\n') in known for name in header.split(sign)),
        )


def _first(line: str, others: Iterator[str]) -> Iterator[str]:
    if line:
        yield line
    yield from others
