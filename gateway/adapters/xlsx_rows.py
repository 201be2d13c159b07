"""Reads a dataset's first sheet of an XLSX file row by row, with little memory."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from xml.etree.ElementTree import ParseError

from openpyxl import load_workbook

from gateway.adapters.declared_rows import MOST_FAULTS, DeclaredRows, Unreadable
from gateway.domain.dataset import Column

ENDING = ".xlsx"

#: What the parts of a file may come to when they are unpacked: an honest sheet of a million rows is
#: smaller, and a file that was made to fill the memory is refused before it is opened.
MOST_BYTES = 1 << 30

#: What a damaged or encrypted file raises: the archive, its parts, and openpyxl's reading of them.
_BROKEN = (
    zipfile.BadZipFile, zlib.error, EOFError, RuntimeError,
    ParseError, LookupError, ValueError, TypeError, AttributeError,
)  # fmt: skip


class XlsxRows(DeclaredRows):
    """The rows of the first sheet; its first row names the columns. Lines of faults are rows.

    A value is the text that a cell would show without any formatting: a whole number without a
    point, a date as 2026-11-23. A cell with a formula has the value that was last computed.
    """

    def _read(self) -> Iterator[dict[str, str]]:
        size = self._checked_size()
        try:
            book = load_workbook(self._path, read_only=True, data_only=True)
            try:
                sheet = book.worksheets[0]
                expected = max(sheet.max_row or 0, 1)
                # What the file says of its extent may be wrong, and short of what is there.
                sheet.reset_dimensions()
                for row in self._rows(sheet.iter_rows(values_only=True)):
                    self.bytes_read = min(size, size * self._lines_seen // expected)
                    yield row
                self.bytes_read = size
            finally:
                book.close()
        except _BROKEN as error:
            sentence = f"This is no XLSX file that can be read ({type(error).__name__})."
            self._fault(self._lines_seen or 1, 1, "D007", sentence)
            raise Unreadable from None

    def _checked_size(self) -> int:
        """Returns the size of the file; raises Unreadable when its parts are too large."""
        try:
            with zipfile.ZipFile(self._path) as parts:
                unpacked = sum(part.file_size for part in parts.infolist())
        except (zipfile.BadZipFile, RuntimeError):
            self._fault(1, 1, "D007", "This is no XLSX file. Save it as 'Excel workbook'.")
            raise Unreadable from None
        if unpacked > MOST_BYTES:
            self._fault(1, 1, "D007", "The file is over 1 GiB when unpacked. Save it as CSV.")
            raise Unreadable
        return self._path.stat().st_size

    def _rows(self, cells: Iterator[Sequence[Any]]) -> Iterator[dict[str, str]]:
        columns: list[Column] | None = None
        for values in cells:
            if len(self.faults) >= MOST_FAULTS:
                return
            self._lines_seen += 1
            fields = [_text(value) for value in values]
            while fields and not fields[-1].strip():
                fields.pop()  # cells that were once used are still there, empty
            if columns is None:
                columns = self._header(fields)
                if columns is None:
                    return
            elif fields:
                # An empty cell at the end of a row is a value that is not there in the file.
                fields += [""] * (len(columns) - len(fields))
                if (row := self._row(columns, fields, self._lines_seen)) is not None:
                    yield row
        if columns is None:
            self._fault(1, 1, "D026", "The file is empty. Its first line names the columns.")


def _text(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case datetime():
            midnight = value.time() == time()
            return value.date().isoformat() if midnight else value.isoformat(" ", "minutes")
        case date():
            return value.isoformat()
        case time():
            return value.isoformat("minutes")
        case float():
            # A sheet has binary fractions; 0.1 shall not become 0.1000000000000000055.
            return format(Decimal(repr(value)).normalize(), "f")
        case _:
            return str(value)
