"""What a spreadsheet changes in codes and numbers is refused, or read as it is shown."""

from __future__ import annotations

from datetime import date, datetime, time
from pathlib import Path

import pytest
from openpyxl import Workbook

from gateway.adapters.dataset_files.csv_reader import CsvRows
from gateway.adapters.dataset_files.xlsx_reader import XlsxRows
from gateway.domain.datasets.column_kinds import Amount, Day, Form, Moment, PhoneNumber
from gateway.handler_api import Column, Dataset

CLINICS = Dataset(
    name="clinics",
    columns=(
        Column(name="id", max=20),
        Column(name="code", max=4, kind=Form("####"), required=False),
        Column(name="phone", max=16, kind=PhoneNumber(), required=False),
        Column(name="fee", max=20, kind=Amount(), required=False),
        Column(name="note", max=24, required=False),
        Column(name="begins", max=16, kind=Moment(), required=False),
        Column(name="until", max=10, kind=Day(), required=False),
    ),
    key=("id",),
)
MIDNIGHT = datetime.fromisoformat("2026-12-04T00:00")
NAMES = [column.name for column in CLINICS.columns]


def read_cell(tmp_path: Path, column: str, value: object, shown_as: str = "") -> XlsxRows:
    """Returns the rows of a workbook with one row, a cell of which is of interest."""
    book = Workbook()
    book.active.append(NAMES)
    book.active.append([value if name == column else "a" if name == "id" else "" for name in NAMES])
    if shown_as:
        book.active.cell(2, NAMES.index(column) + 1).number_format = shown_as
    book.save(tmp_path / "clinics.xlsx")
    return XlsxRows(CLINICS, tmp_path / "clinics.xlsx")


@pytest.mark.parametrize(
    ("column", "value", "shown_as", "read"),
    [
        ("id", 101, "0000", "0101"),
        ("id", 7, "0", "7"),
        ("id", "0101", "", "0101"),
        ("code", 101, "0000", "0101"),
        ("code", 2101, "", "2101"),
        ("phone", 112, "", "112"),
        ("phone", 712345678, "0000000000", "0712345678"),
        ("fee", 0.1 + 0.2, "", "0.3"),
        ("fee", 2200, "#,##0.00", "2200"),
        ("note", 12, "", "12"),
        ("note", 1e14, "", "1" + "0" * 14),
        ("note", "O'Neill", "", "O'Neill"),
        ("note", "50%", "", "50%"),
        ("begins", MIDNIGHT, "dd/mm/yyyy hh:mm", "2026-12-04T00:00"),
        ("begins", MIDNIGHT, "yyyy-mm-dd h:mm:ss", "2026-12-04T00:00"),
        ("until", MIDNIGHT, "dd/mm/yyyy hh:mm", "2026-12-04"),
        ("until", MIDNIGHT, "dd/mm/yyyy", "2026-12-04"),
    ],
)
def test_a_number_is_read_as_it_is_shown(
    tmp_path: Path, column: str, value: object, shown_as: str, read: str
) -> None:
    rows = read_cell(tmp_path, column, value, shown_as)

    assert [read] == [row[column] for row in rows.rows()], rows.faults


@pytest.mark.parametrize(
    ("column", "value", "shown_as", "says"),
    [
        ("id", 101, "", "number format of zeros, one for each digit"),
        ("id", 101.0, "General", "A zero before it is lost"),
        ("id", True, "", "is true or false in the spreadsheet"),
        ("id", date(2026, 4, 3), "", "is a date or a time in the spreadsheet"),
        ("id", time(7, 30), "", "is a date or a time in the spreadsheet"),
        ("code", 101, "", "number format 0000"),
        ("phone", 712345678, "", "A + or a zero before it is lost"),
        ("phone", 7.12e8, "0.00E+00", "A + or a zero before it is lost"),
        ("note", 1e15, "", "more than 15 digits"),
        ("note", 12345678901234567890, "", "more than 15 digits"),
        ("id", 1234567890123456, "0", "more than 15 digits"),
        ("fee", 0.5, "0%", "without %"),
        ("note", "1.00E+15", "", "power of ten"),
    ],
)
def test_what_a_spreadsheet_may_have_changed_is_refused_with_the_way_to_keep_it(
    tmp_path: Path, column: str, value: object, shown_as: str, says: str
) -> None:
    rows = read_cell(tmp_path, column, value, shown_as)

    assert [] == list(rows.rows())
    [fault] = rows.faults
    assert ("D031", 2, NAMES.index(column) + 1) == (fault.code, fault.line, fault.column)
    assert says in fault.sentence
    assert fault.sentence.startswith(f"'{column}' ")


@pytest.mark.parametrize(
    ("value", "shown_as"),
    [
        (MIDNIGHT, "dd/mm/yyyy"),
        (date(2026, 12, 4), "yyyy-mm-dd"),
        (time(0, 0), "hh:mm"),
        ("2026-12-04", ""),
    ],
)
def test_a_day_that_shows_no_time_is_no_moment(
    tmp_path: Path, value: object, shown_as: str
) -> None:
    rows = read_cell(tmp_path, "begins", value, shown_as)

    assert [] == list(rows.rows())
    assert ["D029"] == [fault.code for fault in rows.faults]


@pytest.mark.parametrize("value", ["7.12E+08", "1E+15", "9,99921E+10", "'0101", "'+99921001010"])
@pytest.mark.parametrize("column", ["id", "phone", "note"])
def test_a_csv_file_from_a_spreadsheet_tells_the_same(
    tmp_path: Path, column: str, value: str
) -> None:
    path = tmp_path / "clinics.csv"
    given = {"id": "a", column: f'"{value}"'}
    path.write_text(f"{','.join(NAMES)}\n{','.join(given.get(n, '') for n in NAMES)}\n", "utf-8")
    rows = CsvRows(CLINICS, path)

    assert [] == list(rows.rows())
    assert ["D031"] == [fault.code for fault in rows.faults]


@pytest.mark.parametrize("value", ["'Mamohato", "1E5", "E+08", "2E+", "'n Huis"])
def test_texts_that_only_look_alike_are_texts(tmp_path: Path, value: str) -> None:
    rows = read_cell(tmp_path, "note", value)

    assert [value] == [row["note"] for row in rows.rows()]


def test_no_fault_quotes_a_value(tmp_path: Path) -> None:
    rows = read_cell(tmp_path, "phone", 712345678)

    assert [] == list(rows.rows())
    assert "712345678" not in rows.faults[0].sentence
