"""Reads a dataset's sheet of an XLSX file row by row, with little memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from datetime import date, datetime, time
from typing import Any

from gateway.adapters.dataset_files.row_check import DeclaredRows, Header, Unreadable
from gateway.adapters.dataset_files.value_check import Field, text_of
from gateway.adapters.workbooks.extents import looked_through
from gateway.adapters.workbooks.parts import (
    BROKEN,
    FORMULA_CELL,
    WITHOUT_MACROS,
    NoWorkbook,
    TooLarge,
    archive,
    has_macros,
    workbook,
)
from gateway.domain.datasets.column_names import plain
from gateway.domain.datasets.sheet_cells import SheetCell, Taken, shown_number
from gateway.domain.faults_and_errors.sentence import Sentence, said_by

ENDING = ".xlsx"

#: What the parts of a file may come to when they are unpacked: an honest sheet of a million rows is
#: smaller, and a file that was made to fill the memory is refused before it is opened.
MOST_BYTES = 1 << 30

#: Stands for a cell whose formula was never computed: its value is as empty as that of no cell.
_UNCOMPUTED = object()


class XlsxRows(DeclaredRows):
    """The rows of one sheet, the first where none is named. Lines of faults are its rows.

    Its first row names the columns, or one below titles.

    A value is the text that a cell would show without any formatting but zeros before a number: a
    whole number without a point, a date as 2026-11-23. A cell with a formula has the value that was
    last computed; where none was, it is told as such.
    """

    def _read(self) -> Iterator[dict[str, str]]:
        size, has_formulas = self._looked_over()
        with ExitStack() as opened:
            sheet = self._sheet(opened, data_only=True)
            expected = max(sheet.max_row or 0, 1)
            # What the file says of its extent may be wrong, and short of what is there.
            sheet.reset_dimensions()
            cells = sheet.iter_rows()
            if has_formulas:
                cells = _with_uncomputed(cells, self._sheet(opened, data_only=False))
            try:
                for row in self._rows(cells):
                    self.bytes_read = min(size, size * self._lines_seen // expected)
                    yield row
            except BROKEN:
                sentence = Sentence(
                    "The workbook is damaged from here on. Save it once more, or as CSV."
                )
                self._fault(self._lines_seen or 1, 1, "D007", sentence)
                raise Unreadable from None
            self.bytes_read = size

    def _looked_over(self) -> tuple[int, bool]:
        """Returns the size of the file and whether a formula is in it.

        Raises Unreadable when it is no archive, has macros, or is larger than spreadsheets are.
        """
        try:
            with archive(self._path, MOST_BYTES) as parts:
                if has_macros(parts):
                    raise NoWorkbook(WITHOUT_MACROS)
                has_formulas = looked_through(parts)
        except TooLarge as large:
            self._fault(1, 1, "D007", said_by(large) + Sentence(" Save it as CSV."))
            raise Unreadable from None
        except NoWorkbook as bad:
            raise self._no_workbook(bad) from None
        return self._path.stat().st_size, has_formulas

    def _sheet(self, opened: ExitStack, *, data_only: bool) -> Any:
        try:
            book = opened.enter_context(workbook(self._path, data_only=data_only))
        except NoWorkbook as bad:
            raise self._no_workbook(bad) from None
        sheets = {each.title: each for each in book.worksheets}
        first = book.worksheets[0]
        wanted = self._reading.sheet
        if not wanted:
            self.other_sheets = [title for title, each in sheets.items() if each is not first]
            return first
        if wanted in sheets:
            return sheets[wanted]
        named = next((each for each in sheets if plain(each) == plain(wanted)), "")
        if named:
            return sheets[named]
        sentence = Sentence(
            "There is no sheet '%(name)s'. There are: %(names)s.",
            name=wanted,
            names=", ".join(sheets),
        )
        self._fault(1, 1, "D007", sentence)
        raise Unreadable

    def _no_workbook(self, bad: NoWorkbook) -> Unreadable:
        self._fault(1, 1, "D007", said_by(bad))
        return Unreadable()

    def _rows(self, cells: Iterator[Sequence[Any]]) -> Iterator[dict[str, str]]:
        columns: Header | None = None
        for values in cells:
            if self._is_full:
                return
            self._lines_seen += 1
            fields = [_field(cell) for cell in values]
            while fields and fields[-1] is not None and not text_of(fields[-1]).strip():
                fields.pop()  # cells that were once used are still there, empty
            if not fields:
                continue
            if columns is None:
                columns = self._header([text_of(name) for name in fields], self._lines_seen)
            else:
                # An empty cell at the end of a row is a value that is not there in the file.
                fields += [""] * (len(columns) - len(fields))
                if (row := self._row(columns, fields, self._lines_seen)) is not None:
                    yield row
        if columns is None:
            self._no_header()


def _with_uncomputed(cells: Iterator[Sequence[Any]], formulas: Any) -> Iterator[Sequence[Any]]:
    """Yields the rows of cells with `_UNCOMPUTED` where an empty cell has a formula."""
    formulas.reset_dimensions()
    for values, written in zip(cells, formulas.iter_rows(), strict=True):
        yield [
            _UNCOMPUTED if cell.value is None and formula.data_type == FORMULA_CELL else cell
            for cell, formula in zip(values, written, strict=True)
        ]


def _field(cell: Any) -> Field:
    """Returns what a cell holds."""
    if cell is _UNCOMPUTED:
        return None
    match value := cell.value:
        case None:
            return ""
        case str():
            return value
        case bool():
            return SheetCell("true" if value else "false", Taken.TRUTH)
        case datetime():
            if value.time() != time():
                return SheetCell(value.isoformat(" ", "minutes"), Taken.MOMENT)
            day = value.date().isoformat()
            return SheetCell(day, Taken.MOMENT, at_midnight=_shows_time(cell.number_format))
        case date():
            return SheetCell(value.isoformat(), Taken.MOMENT)
        case time():
            return SheetCell(value.isoformat("minutes"), Taken.MOMENT)
        case int() | float():
            return shown_number(value, cell.number_format)
        case _:
            return str(value)


def _shows_time(number_format: str) -> bool:
    """Returns whether a cell with a day shows the time of day behind it."""
    from openpyxl.styles.numbers import is_datetime  # it is there: a workbook is being read

    return bool(is_datetime(number_format) == "datetime")
