"""How much a workbook makes a reader hold at once, found by going through its parts piece by piece.

openpyxl holds a row, and all texts that cells share, in memory. A few kilobytes may unpack to one
cell of a gigabyte, to a row of a hundred million cells, or to as many rows.
"""

from __future__ import annotations

import re
import zipfile

from gateway.adapters.workbooks.parts import NoWorkbook
from gateway.domain.faults_and_errors.sentence import Sentence
from gateway.domain.text.counts import Count

_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml", re.IGNORECASE)
_SHARED = "xl/sharedstrings.xml"
_FORMULA = re.compile(rb"<(?:\w{1,20}:)?f[\s/>]")
_ROW = re.compile(rb"<(?:\w{1,20}:)?row[\s/>]")
_NO_ROW_BEHIND = re.compile(rb"</(?:\w{1,20}:)?sheetData")
_LONGEST_TAG = 30
_PIECE = 1 << 20

#: A cell has 32,767 letters at most and a row 16,384 cells (Excel's own limits), so that neither
#: fills these octets; a sheet has 1,048,576 rows. Shared texts are those of all cells.
_MOST_OF_ROW, _MOST_ROWS, _MOST_SHARED = 4 << 20, 1 << 20, 256 << 20
_SPLIT = Sentence(" Save it as CSV, or as several files.")


def looked_through(parts: zipfile.ZipFile) -> bool:
    """Returns whether a formula stands in a sheet.

    Raises NoWorkbook for a cell, a row or a sheet that is larger than spreadsheets have, and for
    shared texts that would fill the memory.
    """
    has_formulas = False
    for part in parts.infolist():
        is_shared = part.filename.lower() == _SHARED
        if is_shared and part.file_size > _MOST_SHARED:
            raise NoWorkbook(
                Sentence("Its texts are over %(number)s MiB.", number=_MOST_SHARED >> 20) + _SPLIT
            )
        if is_shared or _SHEET.match(part.filename):
            has_formulas |= _through(parts, part.filename, of_rows=not is_shared)
    return has_formulas


def _through(parts: zipfile.ZipFile, name: str, *, of_rows: bool) -> bool:
    """Returns whether a formula stands in a part; raises NoWorkbook."""
    before, since_row, rows, has_formula = b"", 0, 0, False
    with parts.open(name) as part:
        while piece := part.read(_PIECE):
            if b"<" not in piece and len(piece) == _PIECE:
                raise NoWorkbook(
                    Sentence("A cell is longer than any spreadsheet has. Save it as CSV.")
                )
            both = before + piece
            has_formula = has_formula or _FORMULA.search(both) is not None
            if of_rows:
                begun = [found.start() for found in _ROW.finditer(both)]
                rows += sum(found.end() > len(before) for found in _ROW.finditer(both))
                since_row = len(both) - begun[-1] if begun else since_row + len(piece)
                of_rows = _NO_ROW_BEHIND.search(both) is None
                if of_rows and since_row > _MOST_OF_ROW:
                    raise NoWorkbook(
                        Sentence("A row is over %(number)s MiB.", number=_MOST_OF_ROW >> 20)
                        + _SPLIT
                    )
                if rows > _MOST_ROWS:
                    raise NoWorkbook(
                        Sentence("A sheet has over %(number)s rows.", number=Count(_MOST_ROWS))
                        + _SPLIT
                    )
            before = both[-_LONGEST_TAG:]
    return has_formula
