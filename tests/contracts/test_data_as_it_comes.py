"""The files that ministries have: other names, titles above, other forms, a few faulty rows."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

import pytest
from openpyxl import Workbook
from sqlalchemy import Engine, inspect

from gateway.adapters.dataset_files import load as dataset_files
from gateway.adapters.dataset_files.load import Imported
from gateway.adapters.dataset_files.reading import Reading
from gateway.adapters.sql.handler_toolkit.reference_data import SqlData
from gateway.adapters.system.keyring import Keyring
from gateway.domain.datasets.column_kinds import (
    Amount,
    Day,
    Form,
    Moment,
    OneOf,
    PhoneNumber,
    WholeNumber,
)
from gateway.domain.datasets.written_forms import form_of
from gateway.domain.faults_and_errors.errors import DataInvalid, Refused
from gateway.handler_api import Column, Dataset
from tests.clock import FixedClock

KEYRING = Keyring(bytes(range(32)))
CLINICS = Dataset(
    name="clinics",
    columns=(
        Column(name="code", max=5, kind=Form("#####"), written="without zeros"),
        Column(name="name", max=30, aliases=("Facility", "Nom de l'établissement")),
        Column(name="county", max=20, aliases=("Région",)),
        Column(name="opened", max=10, kind=Day(), written="d/m/y", required=False),
        Column(name="fee", max=10, kind=Amount(), written="1,234.56", required=False),
    ),
    key=("code",),
)
HEADER = ["code", "name", "county", "opened", "fee"]
ROWS = [
    ["101", "St Mary's", "Mbale", "3/9/2007", "1,250.50"],
    ["20202", "Amboro", "Wendu", "", ""],
]
AS_STORED = [
    {"code": "00101", "name": "St Mary's", "county": "Mbale", "opened": "2007-09-03",
     "fee": "1250.50"},
    {"code": "20202", "name": "Amboro", "county": "Wendu", "opened": "", "fee": ""},
]  # fmt: skip


class Importer:
    """Writes rows as CSV or as a sheet of a workbook, and loads them."""

    def __init__(self, database: Engine, folder: Path, ending: str) -> None:
        self.database, self.path = database, folder / f"clinics{ending}"
        self.dataset = CLINICS

    def __call__(
        self, rows: Sequence[Sequence[object]], *, dry_run: bool = False, **reading: object
    ) -> Imported:
        if self.path.suffix == ".csv":
            with self.path.open("w", encoding="utf-8", newline="") as file:
                csv.writer(file).writerows(rows)
        else:
            book = Workbook()
            book.create_sheet("Notes", 0).append(["This is not the list"])
            for row in rows:
                book.worksheets[1].append(list(row))
            book.worksheets[1].title = "List 2026"
            book.save(self.path)
            reading.setdefault("sheet", "list 2026")
        how = Reading(**reading)  # type: ignore[arg-type]
        return dataset_files.load(
            self.database, KEYRING, self.dataset, self.path, now=FixedClock().now(), reading=how,
            dry_run=dry_run,
        )  # fmt: skip

    def stored(self) -> list[Mapping[str, str]]:
        data = SqlData(self.database, {"clinics": self.dataset}, KEYRING)
        return [dict(row) for row in data.find("clinics")]


@pytest.fixture(params=[".csv", ".xlsx"])
def load(database: Engine, tmp_path: Path, request: pytest.FixtureRequest) -> Importer:
    return Importer(database, tmp_path, request.param)


@pytest.mark.parametrize(
    "header",
    [
        ["CODE", "Name", " County ", "Opened", "FEE"],
        ["code", "Facility", "region", "opened", "fee"],
        ["Code", "nom de l’etablissement", "REGION", "opened", "Fee"],
        ["co_de", "na-me", "coun ty", "opened", "fee"],
    ],
)
def test_columns_are_found_by_name_without_case_signs_and_accents(
    load: Importer, header: list[str]
) -> None:
    assert 2 == load([header, *ROWS]).rows
    assert AS_STORED == load.stored()


def test_a_column_is_what_the_operator_says_it_is(load: Importer) -> None:
    header = ["code", "name", "Kaunti", "opened", "fee"]

    load([header, *ROWS], names={"kaunti": "county"})

    assert AS_STORED == load.stored()


def test_what_the_operator_says_counts_before_the_name_in_the_file(load: Importer) -> None:
    header = ["code", "county", "name", "opened", "fee"]

    load([header, *ROWS], names={"county": "name", "name": "county"})

    assert AS_STORED == load.stored()


def test_columns_that_are_not_declared_are_faults_until_they_are_ignored(load: Importer) -> None:
    rows = [[*HEADER[:2], "beds", *HEADER[2:]], *[[*row[:2], "40", *row[2:]] for row in ROWS]]

    with pytest.raises(DataInvalid) as caught:
        load(rows)
    load(rows, ignore_others=True)

    assert [(1, 3, "D001")] == [(f.line, f.column, f.code) for f in caught.value.faults]
    assert "--ignore-others" in str(caught.value.faults[0])
    assert AS_STORED == load.stored()


@pytest.mark.parametrize("titles", [1, 3, 20])
def test_titles_may_stand_above_the_header(load: Importer, titles: int) -> None:
    above = [["Ministry of Health, list of facilities"], ["Nairobi", "30/6/2026"]] * 10

    load([*above[:titles], HEADER, *ROWS])

    assert AS_STORED == load.stored()


@pytest.mark.parametrize(
    ("written", "taken"),
    [
        ("+254 20 271 7077", "+254202717077"),
        ("(020) 271-7077", "0202717077"),
        ("0710 000 101", "0710000101"),
        ("+232 76123456", "+23276123456"),
        ("112", "112"),
        ("222111 222112", None),  # two of them, or one: nobody knows
        ("112 911", None),
        ("0710000101 / 0710000102", None),
        ("0710000101 0710000102", None),
        ("call 0710 000 101", None),
    ],
)
def test_phone_numbers_are_read_as_people_group_them(written: str, taken: str | None) -> None:
    number = PhoneNumber()
    formed = form_of(number, "")(written)

    assert taken == (None if number.wrong(formed) else formed)


@pytest.mark.parametrize(
    "tags",
    [
        ["#loc+code", "#loc +name", "#adm1+name+v_pcode", "#date", "#value"],
        ["#loc+code", "#loc+name", "", "#date", ""],
    ],
)
def test_tags_below_the_header_are_no_row(load: Importer, tags: list[str]) -> None:
    """As files of the Humanitarian Data Exchange have them."""
    assert 2 == load([HEADER, tags, *ROWS]).rows
    assert AS_STORED == load.stored()


@pytest.mark.parametrize("row", [["#N/A", "#REF!", "#NAME?", "", ""], ["#1", "#x y", "a", "", ""]])
def test_what_only_looks_like_tags_is_told(load: Importer, row: list[str]) -> None:
    with pytest.raises(DataInvalid):
        load([HEADER, row, *ROWS])
    with pytest.raises(DataInvalid):
        load([HEADER, ROWS[0], ["#loc+code", "#loc+name", "#adm1+name", "#date", "#value"]])


def test_a_header_is_not_looked_for_without_end(load: Importer) -> None:
    with pytest.raises(DataInvalid) as caught:
        load([*[["a", "b"]] * 21, HEADER, *ROWS])

    assert [(1, 1, "D028")] == [(f.line, f.column, f.code) for f in caught.value.faults]


def test_a_fault_below_titles_stands_in_its_own_line(load: Importer) -> None:
    with pytest.raises(DataInvalid) as caught:
        load([["Facilities"], HEADER, ROWS[0], ["x", *ROWS[1][1:]]])

    assert [(4, 1, "D029")] == [(f.line, f.column, f.code) for f in caught.value.faults]


def test_empty_columns_behind_the_last_are_no_columns(load: Importer) -> None:
    load([[*HEADER, "", ""], *[[*row, "", ""] for row in ROWS]])

    assert AS_STORED == load.stored()


def test_one_column_under_two_names_is_a_fault(load: Importer) -> None:
    with pytest.raises(DataInvalid) as caught:
        load([[*HEADER, "Facility"], *[[*row, "again"] for row in ROWS]])

    assert [(1, 6, "D005")] == [(f.line, f.column, f.code) for f in caught.value.faults]


def test_a_column_that_the_dataset_has_not_cannot_be_meant(load: Importer) -> None:
    with pytest.raises(Refused, match="Did you mean 'county'"):
        load([HEADER, *ROWS], names={"Kaunti": "conuty"})


# ---------------------------------------------------------------- rows with faults


def test_faulty_rows_are_set_aside_and_the_others_loaded(load: Importer) -> None:
    faulty = ["x", "No code", "Mbale", "", "a lot"]

    imported = load([HEADER, ROWS[0], faulty, ROWS[1], ROWS[0]], skip_faulty=True)

    assert AS_STORED == load.stored()
    assert [(3, "x"), (5, "101")] == [(row.line, row.values[0]) for row in imported.set_aside]
    assert "'code' is not of the form 12345. 'fee' is not an amount" in imported.set_aside[0].why
    assert "The same code as in line 2." == imported.set_aside[1].why


def test_without_being_told_one_faulty_row_keeps_all_out(load: Importer) -> None:
    with pytest.raises(DataInvalid):
        load([HEADER, *ROWS, ["x", "No code", "Mbale", "", ""]])

    assert "data_clinics" not in inspect(load.database).get_table_names()


def test_a_header_that_is_wrong_is_not_set_aside(load: Importer) -> None:
    with pytest.raises(DataInvalid):
        load([["code", "name", "county", "opened"], *ROWS], skip_faulty=True)


def test_a_file_whose_every_row_is_faulty_is_refused(load: Importer) -> None:
    with pytest.raises(Refused, match="no rows"):
        load([HEADER, *[["x", *row[1:]] for row in ROWS]], skip_faulty=True)


# ---------------------------------------------------------------- what changes


def test_what_changes_is_told_by_key(load: Importer) -> None:
    new = [["30303", "Tisoke", "Wendu", "", ""], ["101", "St Mary", *ROWS[0][2:]]]

    first, same = load([HEADER, *ROWS]), load([HEADER, *ROWS])
    tried, changed = load([HEADER, *new], dry_run=True), load([HEADER, *new])

    assert first.changes is None
    assert "+0 -0 ~0" == str(same.changes)
    assert "+1 -1 ~1" == str(tried.changes) == str(changed.changes)
    assert ["30303", "00101"] == [row["code"] for row in load.stored()]


def test_a_dry_run_leaves_the_rows_that_are_loaded(load: Importer) -> None:
    load([HEADER, *ROWS])
    before = sorted(inspect(load.database).get_table_names())

    load([HEADER, ROWS[0]], dry_run=True)

    assert AS_STORED == load.stored()
    assert before == sorted(inspect(load.database).get_table_names())


# ---------------------------------------------------------------- files of another kind


@pytest.mark.parametrize(
    ("name", "told"),
    [("old.xls", "old workbook"), ("old.csv", "old workbook"), ("sealed.xlsx", "password")],
)
def test_a_workbook_that_cannot_be_read_says_how_to_save_it(
    database: Engine, tmp_path: Path, name: str, told: str
) -> None:
    path = tmp_path / name
    path.write_bytes(bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 2000)

    with pytest.raises(DataInvalid, match=told):
        dataset_files.load(database, KEYRING, CLINICS, path, now=FixedClock().now())


def test_a_sheet_that_is_not_there_is_told_with_those_that_are(
    database: Engine, tmp_path: Path
) -> None:
    load = Importer(database, tmp_path, ".xlsx")

    with pytest.raises(DataInvalid, match=r"no sheet '2025'. There are: Notes, List 2026"):
        load([HEADER, *ROWS], sheet="2025")


def test_a_csv_file_has_no_sheets(database: Engine, tmp_path: Path) -> None:
    with pytest.raises(DataInvalid, match="has no sheets"):
        Importer(database, tmp_path, ".csv")([HEADER, *ROWS], sheet="2026")


# ---------------------------------------------------------------- forms of values


@pytest.mark.parametrize(
    ("kind", "written", "value", "expected"),
    [
        (Day(), "d/m/y", "3/9/2007", "2007-09-03"),
        (Day(), "d/m/y", "03.09.2007", "2007-09-03"),
        (Day(), "m/d/y", "3/9/2007", "2007-03-09"),
        (Day(), "y/m/d", "2007/9/3", "2007-09-03"),
        (Day(), "d/m/y", "2007-09-03", "2007-09-03"),
        (Day(), "d/m/y", "3/9/07", "3/9/07"),
        (Day(), "d/m/y", "June 2007", "June 2007"),
        (Amount(), "1,234.56", "1,250.50", "1250.50"),
        (Amount(), "1,234.56", "12,50", "12,50"),
        (Amount(), "12,34,567.89", "-12,34,567.50", "-1234567.50"),
        (WholeNumber(), "12,34,567.89", "1,234", "1234"),
        (WholeNumber(), "12,34,567.89", "123", "123"),
        (WholeNumber(), "12,34,567.89", "1,234,567", "1,234,567"),
        (WholeNumber(), "1,234.56", "12,34,567", "12,34,567"),
        (Amount(), "1.234,56", "1.250,50", "1250.50"),
        (Amount(), "1 234,56", "1 250,50", "1250.50"),
        (Amount(), "1'234.56", "1'250", "1250"),
        (Amount(), "1234,56", "44,5", "44.5"),
        (WholeNumber(), "1,234.56", "12,379", "12379"),
        (Form("####"), "without zeros", "101", "0101"),
        (Form("####"), "without zeros", "10101", "10101"),
        (Form("####"), "without zeros", "A1", "A1"),
        (Amount(), "", "1,250", "1,250"),
        (Moment(), "", "2026-12-04 08:30", "2026-12-04T08:30"),
        (Moment(), "", "2026-12-04T08:30:00", "2026-12-04T08:30"),
        (Moment(), "", "2026-12-04T08:30+03:00", "2026-12-04T08:30+03:00"),
        (Moment(), "", "4/12/2026 08:30", "4/12/2026T08:30"),
        (Moment(), "d/m/y", "4/12/2026 8:30", "2026-12-04T08:30"),
        (Moment(), "d/m/y", "2026-12-04 08:30", "2026-12-04T08:30"),
        (Moment(), "m/d/y", "12/4/2026 2:30:00 PM", "2026-12-04T14:30"),
        (Moment(), "m/d/y", "12/4/2026 12:05 a.m.", "2026-12-04T00:05"),
        (Moment(), "d/m/y", "4/12/2026", "4/12/2026"),
        (PhoneNumber(), "without zeros", "710000101", "0710000101"),
        (PhoneNumber(), "without zeros", "0710 000 101", "0710000101"),
        (PhoneNumber(), "without zeros", "254710000101", "254710000101"),
        (PhoneNumber(), "without zeros", "+254710000101", "+254710000101"),
        (PhoneNumber(), "without zeros", "112", "112"),
    ],
)
def test_a_value_is_brought_into_the_form_of_its_kind(
    kind: object, written: str, value: str, expected: str
) -> None:
    assert expected == form_of(kind, written)(value)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("kind", "written"),
    [
        (Day(), "1,234.56"),
        (Day(), "dd/mm/yyyy"),
        (Amount(), "d/m/y"),
        (Moment(), "14:30"),
        (PhoneNumber(), "d/m/y"),
        (OneOf("a"), "d/m/y"),
        (Form("@###"), "without zeros"),
    ],
)
def test_a_form_that_no_such_column_has_is_refused_when_it_is_declared(
    kind: object, written: str
) -> None:
    with pytest.raises(ValueError, match="is no form of such a column"):
        Column(name="x", max=40, kind=kind, written=written)  # type: ignore[arg-type]


def test_cells_with_a_time_of_day_and_numbers_that_lost_a_zero_are_read(
    database: Engine, tmp_path: Path
) -> None:
    load = Importer(database, tmp_path, ".xlsx")
    load.dataset = Dataset(
        name="clinics",
        columns=(
            Column(name="starts", max=16, kind=Moment()),
            Column(name="phone", max=16, kind=PhoneNumber(), written="without zeros"),
        ),
        key=("starts",),
    )
    rows = [
        ["starts", "phone"],
        [datetime(2026, 12, 4, 8, 30), 710000101],  # noqa: DTZ001 (as cells have it)
        ["2026-12-04T10:30", "+254710000102"],
    ]

    load(rows)

    assert [
        {"starts": "2026-12-04T08:30", "phone": "0710000101"},
        {"starts": "2026-12-04T10:30", "phone": "+254710000102"},
    ] == load.stored()
    with pytest.raises(DataInvalid, match="A \\+ or a zero before it is lost"):
        load([*rows, [datetime(2026, 12, 5, 8, 30), 254710000103]])  # noqa: DTZ001
