"""Reads the CSV files that a form takes lists from, in bounded time and memory."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from pathlib import Path

from gateway.adapters.dataset_files.file_kinds import UndecodableLine, lines_of
from gateway.domain.faults_and_errors.sentence import Sentence
from gateway.domain.text.counts import Count
from gateway.domain.xlsforms.form.findings import Findings, Spot
from gateway.domain.xlsforms.form.listed_elsewhere import files_named
from gateway.domain.xlsforms.form.sheets import RawSheet

#: A list of all villages of a country has some ten thousand rows.
MOST_ROWS, MOST_COLUMNS, MOST_BYTES = 50_000, 250, 20 << 20
LONGEST_CELL = 4000
_SEPARATORS = (",", ";", "\t")


def with_list_files(
    form: Path, sheets: Mapping[str, RawSheet], found: Findings
) -> Mapping[str, RawSheet]:
    """Returns the sheets with those files that the form names, by their names.

    They stand beside the form, or in the folder FORM-media, where ODK keeps them. One that is not
    there is told where its question is read.
    """
    if "survey" not in sheets:
        return sheets
    read: dict[str, RawSheet] = {}
    for name in files_named(sheets["survey"]):
        if Path(name).name != name or Path(name).suffix.lower() != ".csv":
            continue  # nothing outside these folders is read, and no XML
        for folder in (form.parent, form.parent / f"{form.stem}-media"):
            if (folder / name).is_file():
                read[name] = _sheet(folder / name, found)
                break
    return {**sheets, **read}


def _sheet(path: Path, found: Findings) -> RawSheet:
    rows: dict[int, Mapping[int, str]] = {}
    sheet = RawSheet(path.name, rows)

    def fault(sentence: Sentence, row: int = 0, column: int = 0) -> RawSheet:
        found.fault(Spot(path.name, row, column), sentence)
        return sheet

    if path.stat().st_size > MOST_BYTES:
        return fault(Sentence("The file is larger than %(number)s MiB.", number=MOST_BYTES >> 20))
    try:
        with path.open("rb") as file:
            text = "".join(line for line, _ in lines_of(file))
    except UndecodableLine as bad:
        return fault(Sentence("The file is not UTF-8. Save it as 'CSV UTF-8'."), bad.line)
    header = text.partition("\n")[0]
    separator = max(_SEPARATORS, key=header.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        for number, cells in enumerate(reader, 1):
            if len(cells) > MOST_COLUMNS:
                return fault(
                    Sentence("The row has over %(number)s columns.", number=MOST_COLUMNS),
                    number,
                )
            if number > MOST_ROWS + 1:
                sentence = Sentence(
                    "The list has over %(number)s rows: make a dataset of it.",
                    number=Count(MOST_ROWS),
                )
                return fault(sentence, number)
            texts = {at: cell for at, cell in enumerate(cells, 1) if cell.strip()}
            long = [at for at, cell in texts.items() if len(cell) > LONGEST_CELL]
            if long:
                return fault(
                    Sentence("The cell has over %(number)s letters.", number=LONGEST_CELL),
                    number,
                    long[0],
                )
            if texts:
                rows[number] = texts
    except csv.Error:
        sentence = Sentence("A quote is opened and not closed, or closed in mid-field.")
        return fault(sentence, reader.line_num)
    return sheet if rows else fault(Sentence("The file has no rows."))
