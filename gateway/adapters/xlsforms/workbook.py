"""Reads the sheets of a form from a workbook, in bounded time and memory."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

from gateway.adapters.workbooks.parts import (
    BROKEN,
    ERROR_CELL,
    FORMULA_CELL,
    WITHOUT_MACROS,
    NoWorkbook,
    archive,
    has_macros,
    workbook,
)
from gateway.domain.faults_and_errors.did_you_mean import did_you_mean
from gateway.domain.faults_and_errors.sentence import Sentence, said_by
from gateway.domain.xlsforms.form.findings import Findings, Spot
from gateway.domain.xlsforms.form.sheets import FORMULA, RawSheet

#: An honest form is far smaller: the largest that were tried have some 500 rows.
MOST_BYTES = 20 << 20
MOST_ROWS, MOST_COLUMNS = 10_000, 250
LONGEST_CELL = 4000
#: So many faults of one kind are told of a sheet; a further one is like them.
_TOLD = 20
_SHEETS = ("survey", "choices", "external_choices", "settings")

#: Tells how many rows of a sheet were read.
Progress = Callable[[str, int], object]


def sheets_of(
    path: Path, found: Findings, progress: Progress = lambda sheet, rows: None
) -> Mapping[str, RawSheet]:
    """Returns the sheets of a form by name; what is wrong stands in the findings.

    There is no sheet "survey" where the file cannot be read.
    """
    try:
        with archive(path, MOST_BYTES) as parts:
            if has_macros(parts):
                found.fault(Spot(), WITHOUT_MACROS)
                return {}
        with workbook(path, data_only=False) as book:
            return _sheets(book, found, progress)
    except NoWorkbook as bad:
        found.fault(Spot(), said_by(bad))
    except BROKEN:
        found.fault(Spot(), Sentence("The workbook is damaged. Save it once more."))
    return {}


def _sheets(book: Any, found: Findings, progress: Progress) -> Mapping[str, RawSheet]:
    titles = {sheet.title.strip().lower(): sheet for sheet in reversed(book.worksheets)}
    if "survey" not in titles:
        near = did_you_mean("survey", list(titles))
        sentence = Sentence(
            "The workbook has no sheet 'survey'.%(proposal)s There are: %(names)s.",
            proposal=near,
            names=", ".join(list(titles)[:10]),
        )
        found.fault(Spot(), sentence)
        return {}
    return {name: _sheet(name, titles[name], found, progress) for name in _SHEETS if name in titles}


def _sheet(name: str, sheet: Any, found: Findings, progress: Progress) -> RawSheet:
    # What the file says of its extent may be wrong, and short of what is there.
    sheet.reset_dimensions()
    rows: dict[int, Mapping[int, str]] = {}
    told = _Told(name, found)
    header = [cell.column for row in sheet.iter_rows(max_row=1) for cell in row if cell.value]
    if len(header) > MOST_COLUMNS:
        found.fault(
            Spot(name, 1),
            Sentence("The sheet has over %(number)s columns.", number=MOST_COLUMNS),
        )
        return RawSheet(name, rows)
    # What stands beside the named columns is none of the form.
    last = max(header, default=1)
    for cells in sheet.iter_rows(max_col=last, max_row=MOST_ROWS + 1):
        texts: dict[int, str] = {}
        number = 0
        for cell in cells:
            if cell.value is None:
                continue
            number = cell.row
            text = _text(cell, told)
            if text.strip():
                texts[cell.column] = text
        if texts and number > MOST_ROWS:
            found.fault(
                Spot(name, number),
                Sentence("The sheet has over %(number)s rows.", number=MOST_ROWS),
            )
            break
        if texts:
            rows[number] = texts
            progress(name, number)
    return RawSheet(name, rows)


class _Told:
    """Tells the faults of the cells of a sheet, each kind so often."""

    def __init__(self, sheet: str, found: Findings) -> None:
        self.sheet = sheet
        self.found = found
        self.counts: dict[str, int] = {}

    def fault(self, cell: Any, sentence: Sentence) -> None:
        self.counts[sentence] = self.counts.get(sentence, 0) + 1
        if self.counts[sentence] <= _TOLD:
            self.found.fault(Spot(self.sheet, cell.row, cell.column), sentence)


def _text(cell: Any, told: _Told) -> str:
    """Returns what a cell shows; nothing, with a fault, for one that computes or fails."""
    if cell.data_type == FORMULA_CELL:
        return FORMULA
    if cell.data_type == ERROR_CELL:
        told.fault(
            cell, Sentence("The cell holds an error of the spreadsheet. Write what is meant.")
        )
        return ""
    match value := cell.value:
        case str():
            if len(value) > LONGEST_CELL:
                told.fault(
                    cell,
                    Sentence(
                        "The cell has over %(number)s letters. Shorten it.",
                        number=LONGEST_CELL,
                    ),
                )
                return ""
            return value
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case float():
            plain = format(Decimal(format(value, ".15g")).normalize(), "f")
            return plain
        case datetime():
            midnight = value.time() == time()
            return value.date().isoformat() if midnight else value.isoformat(" ", "minutes")
        case date():
            return value.isoformat()
        case time():
            return value.isoformat("minutes")
        case _:
            return str(value)
