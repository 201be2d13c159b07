"""Reads a dataset's CSV file row by row."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from itertools import chain, islice
from typing import BinaryIO

from gateway.adapters.dataset_files.file_kinds import UndecodableLine, lines_of
from gateway.adapters.dataset_files.reading import MOST_TITLES
from gateway.adapters.dataset_files.row_check import DeclaredRows, Header, Unreadable
from gateway.domain.datasets.column_names import columns_named
from gateway.domain.faults_and_errors.sentence import Sentence

# Spreadsheets write `;` where the comma is the decimal sign.
_SEPARATORS = (",", ";", "\t")


class CsvRows(DeclaredRows):
    """The rows of a CSV file; its first line names the columns, or one below titles."""

    def _read(self) -> Iterator[dict[str, str]]:
        if self._reading.sheet:
            sentence = Sentence(
                "A CSV file has no sheets.", by_command="Leave --sheet out, or give the workbook."
            )
            self._fault(1, 1, "D007", sentence)
            raise Unreadable
        with self._path.open("rb") as file:
            yield from self._rows(self._lines(file))

    def _rows(self, lines: Iterator[str]) -> Iterator[dict[str, str]]:
        first = list(islice(lines, MOST_TITLES + 1))
        if first and "\r" in first[0].rstrip("\r\n"):
            sentence = Sentence("Its lines end as on an old Macintosh. Save it as 'CSV UTF-8'.")
            self._fault(1, 1, "D007", sentence)
            return
        counted = self._counted(chain(first, lines))
        reader = csv.reader(counted, delimiter=self._separator(first), strict=True)
        columns: Header | None = None
        while not self._is_full:
            line = self._lines_seen + 1
            try:
                fields = next(reader, None)
            except csv.Error:
                sentence = Sentence("A quote is opened and not closed, or closed in mid-field.")
                self._fault(line, 1, "D025", sentence)
                return
            if fields is None:
                break
            if not any(map(str.strip, fields)):
                continue
            if columns is None:
                columns = self._header(fields, line)
            elif (row := self._row(columns, fields, line)) is not None:
                yield row
        if columns is None:
            self._no_header()

    def _lines(self, file: BinaryIO) -> Iterator[str]:
        try:
            for line, read in lines_of(file, self._reading.encoding):
                self.bytes_read = read
                yield line
        except UndecodableLine as bad:
            self._fault(bad.line, bad.place, "D007", _not_coded_so(self._reading.encoding))
            raise Unreadable from None

    def _counted(self, lines: Iterator[str]) -> Iterator[str]:
        for line in lines:
            self._lines_seen += 1
            yield line

    def _separator(self, lines: list[str]) -> str:
        def most_named(sign: str) -> int:
            return max(
                (
                    sum(
                        each is not None
                        for each in columns_named(
                            [name.strip(' "\r\n') for name in line.split(sign)],
                            self._dataset.columns,
                            self._reading.names,
                        )
                    )
                    for line in lines
                ),
                default=0,
            )

        return max(_SEPARATORS, key=most_named)


def _not_coded_so(encoding: str) -> Sentence:
    if encoding:
        return Sentence("The file is not %(encoding)s.", encoding=encoding)
    return Sentence(
        "The file is not UTF-8. Save it as 'CSV UTF-8'.",
        by_command="Or say what it is, as in --encoding windows-1256.",
    )
