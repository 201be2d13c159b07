"""Data as XLSX, and out again: the same rows and the same faults as in CSV, on both databases."""

from __future__ import annotations

import codecs
import csv
import io
import stat
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from sqlalchemy import Engine, event

from gateway.adapters.dataset_files import export as data_export
from gateway.adapters.dataset_files import load as dataset_files
from gateway.adapters.dataset_files import xlsx_reader
from gateway.adapters.dataset_files.csv_reader import CsvRows
from gateway.adapters.dataset_files.export import export_dataset, export_table, write_rows
from gateway.adapters.dataset_files.xlsx_reader import XlsxRows
from gateway.adapters.sql.handler_toolkit.data_rights import SqlMyData
from gateway.adapters.sql.handler_toolkit.records import SqlRecords
from gateway.adapters.sql.handler_toolkit.reference_data import SqlData
from gateway.adapters.system.keyring import Keyring
from gateway.domain.datasets.column_kinds import Amount, Day
from gateway.domain.faults_and_errors.errors import DataInvalid, Refused
from gateway.domain.handler_contract.service_call import ServiceCall
from gateway.domain.telecom.msisdn import Msisdn
from gateway.handler_api import Column, Dataset, Table
from tests.clock import FixedClock

KEYRING = Keyring(bytes(range(32)))
PRICES = Dataset(
    name="prices",
    columns=(
        Column(name="market", max=12),
        Column(name="crop", max=12),
        Column(name="price", max=8),
        Column(name="note", max=12, required=False),
    ),
    key=("market", "crop"),
)
NAMES = ["market", "crop", "price", "note"]
COMMENTS = Table(
    name="comments",
    columns=(Column(name="id", max=8), Column(name="text", max=40, personal=True)),
    key=("id",),
)


def xlsx(path: Path, rows: Sequence[Sequence[object]]) -> Path:
    """Writes a workbook of one sheet."""
    book = Workbook()
    for row in rows:
        book.active.append(list(row))
    book.save(path)
    return path


def csv_file(path: Path, rows: Sequence[Sequence[object]]) -> Path:
    """Writes the same as CSV."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    return path


def load(engine: Engine, path: Path, dataset: Dataset = PRICES) -> int:
    return dataset_files.load(engine, KEYRING, dataset, path, now=FixedClock().now()).rows


def test_rows_of_empty_cells_are_no_rows(database: Engine, tmp_path: Path) -> None:
    rows = [NAMES, ["Mbale", "maize", "1200", ""], ["", " ", "", ""], ["", "", "", ""]]

    assert 1 == load(database, csv_file(tmp_path / "prices.csv", rows))


def test_a_workbook_is_loaded_as_its_cells_show(database: Engine, tmp_path: Path) -> None:
    rows = [
        NAMES,
        ["Mbale", "maize", 1200, None],
        ["Mbale", "beans", 45.5, "በቆሎ"],
        ["Wendu", "maize", 0.1, True],
        ["Wendu", "rice", 1e6, date(2026, 11, 23)],
        [None, None, None, None],
        ["Wendu", " tea ", "=", time(7, 30)],
        ["Mtoni", "tea", datetime.fromisoformat("2026-11-23"), ""],
    ]
    rows[-1][2] = "7"

    assert 6 == load(database, xlsx(tmp_path / "prices.xlsx", rows))

    found = SqlData(database, {"prices": PRICES}, KEYRING).find("prices")
    assert ["1200", "45.5", "0.1", "1000000", "=", "7"] == [row["price"] for row in found]
    assert ["", "በቆሎ", "true", "2026-11-23", "07:30", ""] == [row["note"] for row in found]
    assert "tea" == found[4]["crop"]


FAULTY = [
    [NAMES, ["", "maize", "1", ""]],
    [NAMES, ["Mbale", "maize", "123456789", ""]],
    [NAMES, ["Mbale", "maize", "1", "line\nbreak"]],
    [NAMES, ["Mbale", "maize", "1", ""], ["Mbale", "maize", "2", ""]],
    [NAMES, ["Mbale", "maize", "1", "", "more"]],
    [["market", "crop", "pirce", "note"], ["Mbale", "maize", "1", ""]],
    [["market", "crop", "price"], ["Mbale", "maize", "1"]],
    [[*NAMES, "note"], ["Mbale", "maize", "1", "", ""]],
    [["Mbale", "maize", "1", "x"]],
    [],
    [NAMES, ["", "", "1", ""], ["Mbale", "maize", "1" * 9, "n" * 13]],
]


@pytest.mark.parametrize("rows", FAULTY, ids=range(len(FAULTY)))
def test_the_faults_are_those_of_the_same_rows_in_csv(
    rows: list[list[str]], tmp_path: Path
) -> None:
    as_csv = CsvRows(PRICES, csv_file(tmp_path / "p.csv", rows))
    as_xlsx = XlsxRows(PRICES, xlsx(tmp_path / "p.xlsx", rows))

    read = list(as_csv.rows()), list(as_xlsx.rows())

    assert as_csv.faults
    assert [replace(fault, file="") for fault in as_csv.faults] == [
        replace(fault, file="") for fault in as_xlsx.faults
    ]
    assert read[0] == read[1]


PAYMENTS = Dataset(
    name="payments",
    columns=(
        Column(name="id", max=8),
        Column(name="day", max=10, kind=Day()),
        Column(name="amount", max=8, kind=Amount()),
        Column(name="note", max=8, required=False),
    ),
    key=("id",),
)
PAID = ["id", "day", "amount", "note"]


@pytest.mark.parametrize(
    ("day", "amount", "read"),
    [
        (date(2026, 12, 4), 2200, ("2026-12-04", "2200")),
        (datetime.fromisoformat("2026-12-04"), 40.5, ("2026-12-04", "40.5")),
        ("2026-12-04", "40.50", ("2026-12-04", "40.50")),
    ],
)
def test_a_cell_with_a_date_or_a_number_is_of_that_kind(
    tmp_path: Path, day: object, amount: object, read: tuple[str, str]
) -> None:
    rows = XlsxRows(PAYMENTS, xlsx(tmp_path / "p.xlsx", [PAID, ["1", day, amount, None]]))

    assert [read] == [(row["day"], row["amount"]) for row in rows.rows()]
    assert [] == rows.faults


@pytest.mark.parametrize(
    ("day", "amount", "faults"),
    [
        ("04/12/2026", 2200, [(2, 2, "D029")]),
        (datetime.fromisoformat("2026-12-04T10:30"), 2200, [(2, 2, "D029")]),
        (time(10, 30), 2200, [(2, 2, "D029")]),
        (46360, 2200, [(2, 2, "D029")]),
        (date(2026, 12, 4), -5, [(2, 3, "D029")]),
        (date(2026, 12, 4), 1.005, [(2, 3, "D029")]),
        (date(2026, 12, 4), True, [(2, 3, "D029")]),
        (date(2026, 12, 4), "#N/A", [(2, 3, "D030")]),
        ("#REF!", "2,200", [(2, 2, "D030"), (2, 3, "D029")]),
    ],
)
def test_a_cell_of_another_kind_is_a_fault(
    tmp_path: Path, day: object, amount: object, faults: list[tuple[int, int, str]]
) -> None:
    rows = XlsxRows(PAYMENTS, xlsx(tmp_path / "p.xlsx", [PAID, ["1", day, amount, None]]))

    assert [] == list(rows.rows())
    assert faults == [(fault.line, fault.column, fault.code) for fault in rows.faults]


def test_a_formula_that_was_never_computed_is_told_as_such(tmp_path: Path) -> None:
    path = xlsx(
        tmp_path / "p.xlsx",
        [PAID, ["1", "2026-12-04", "=SUM(1,2)", "=1"], ["2", "2026-12-04", None, None]],
    )

    rows = XlsxRows(PAYMENTS, path)

    assert [] == list(rows.rows())
    assert [(2, 3, "D030"), (2, 4, "D030"), (3, 3, "D021")] == [
        (fault.line, fault.column, fault.code) for fault in rows.faults
    ]
    assert "Open the file in the spreadsheet program and save it" in rows.faults[0].sentence


NO_WORKBOOK = "This is no XLSX file, or a damaged one. Save it as 'Excel workbook'."


def test_a_faulty_workbook_changes_nothing(database: Engine, tmp_path: Path) -> None:
    load(database, xlsx(tmp_path / "p.xlsx", [NAMES, ["Mbale", "maize", 1, ""]]))

    faulty = xlsx(tmp_path / "p.xlsx", [NAMES, ["Wendu", "maize", 2, ""], ["", "x", 1, ""]])

    with pytest.raises(DataInvalid) as caught:
        load(database, faulty)

    assert [(3, 1, "D021")] == [(f.line, f.column, f.code) for f in caught.value.faults]
    found = SqlData(database, {"prices": PRICES}, KEYRING).find("prices")
    assert ["Mbale"] == [row["market"] for row in found]


@pytest.mark.parametrize(
    "content",
    [b"", b"market,crop\n", b"PK\x03\x04 cut off", b"\xd0\xcf\x11\xe0 an old workbook"],
)
def test_what_is_no_workbook_is_one_fault(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "p.xlsx"
    path.write_bytes(content)

    rows = XlsxRows(PRICES, path)

    assert [] == list(rows.rows())
    assert ["D007"] == [fault.code for fault in rows.faults]
    assert (
        "This is no XLSX file, or a damaged one. Save it as 'Excel workbook'."
        == rows.faults[0].sentence
    )


TYPES = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'


@pytest.mark.parametrize("part", ["readme.txt", "[Content_Types].xml"])
def test_an_archive_that_holds_no_workbook_is_one_fault(part: str, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "p.xlsx", "w") as archive:
        archive.writestr(part, TYPES)

    rows = XlsxRows(PRICES, tmp_path / "p.xlsx")

    assert [] == list(rows.rows())
    assert ["D007"] == [fault.code for fault in rows.faults]
    assert (
        "This is no XLSX file, or a damaged one. Save it as 'Excel workbook'."
        == rows.faults[0].sentence
    )


@pytest.mark.parametrize("into_the_sheet", [100, 400, 900])
def test_a_workbook_that_was_damaged_on_its_way_is_a_fault(
    into_the_sheet: int, tmp_path: Path
) -> None:
    rows = [[f"market {n}", "maize", n * 7919 % 1000, ""] for n in range(300)]
    path = xlsx(tmp_path / "p.xlsx", [NAMES, *rows])
    with zipfile.ZipFile(path) as archive:
        sheet = archive.getinfo("xl/worksheets/sheet1.xml").header_offset
    content = bytearray(path.read_bytes())
    content[sheet + into_the_sheet : sheet + into_the_sheet + 8] = b"\xff" * 8
    path.write_bytes(content)

    read = XlsxRows(PRICES, path)

    assert len(list(read.rows())) < len(rows)
    assert ["D007"] == [fault.code for fault in read.faults]
    assert "Error" not in read.faults[0].sentence


def test_a_file_that_would_fill_the_memory_is_not_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = xlsx(tmp_path / "p.xlsx", [NAMES, ["Mbale", "maize", 1, ""]])
    monkeypatch.setattr(xlsx_reader, "MOST_BYTES", 1000)

    rows = XlsxRows(PRICES, path)

    assert [] == list(rows.rows())
    assert ["when unpacked. Save it as CSV." in fault.sentence for fault in rows.faults] == [True]


def test_progress_adds_up_to_the_size_of_the_workbook(database: Engine, tmp_path: Path) -> None:
    rows = [NAMES, *(["Mbale", f"crop {n}", n, ""] for n in range(2500))]
    path = xlsx(tmp_path / "p.xlsx", rows)
    told: list[int] = []

    dataset_files.load(
        database, KEYRING, PRICES, path, now=FixedClock().now(), dry_run=True, progress=told.append
    )

    assert path.stat().st_size == sum(told)
    assert 2 == len([bytes_read for bytes_read in told if bytes_read > 0])


# ---------------------------------------------------------------- out again


@pytest.mark.parametrize("ending", ["csv", "xlsx", "XLSX"])
def test_what_is_written_out_is_what_was_read_in(
    database: Engine, tmp_path: Path, ending: str
) -> None:
    rows = [NAMES, ["Mbale", "maize", "0012", "=1+1"], ["Wendu", "በቆሎ", "45.50", 'a "b", c']]
    load(database, csv_file(tmp_path / "in.csv", rows))
    path = tmp_path / f"out.{ending}"

    assert 2 == export_dataset(database, PRICES, path)

    assert 2 == load(database, path)
    found = SqlData(database, {"prices": PRICES}, KEYRING).find("prices")
    assert rows[1:] == [list(row.values()) for row in found]


TEXT = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=12)


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(rows=st.lists(st.tuples(TEXT, TEXT), max_size=5, unique=True))
@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_any_text_comes_back_from_a_file(
    tmp_path: Path, ending: str, rows: list[tuple[str, str]]
) -> None:
    whole = [(market, crop, "1", "") for market, crop in rows]
    path = tmp_path / f"out.{ending}"

    assert len(whole) == write_rows(path, NAMES, iter(whole), overwrite=True)

    read = (XlsxRows if ending == "xlsx" else CsvRows)(PRICES, path)
    assert whole == [tuple(row.values()) for row in read.rows()]
    assert [] == read.faults


def test_a_workbook_holds_texts_and_no_formula(database: Engine, tmp_path: Path) -> None:
    load(database, csv_file(tmp_path / "in.csv", [NAMES, ["Mbale", "maize", "=1+1", ""]]))

    export_dataset(database, PRICES, tmp_path / "out.xlsx")

    cell = load_workbook(tmp_path / "out.xlsx").worksheets[0]["C2"]
    assert ("=1+1", "s") == (cell.value, cell.data_type)


def test_a_secret_column_is_left_out(database: Engine, tmp_path: Path) -> None:
    results = Dataset(
        name="results",
        columns=(Column(name="candidate"), Column(name="born", secret=True), Column(name="grade")),
        key=("candidate",),
    )
    path = csv_file(tmp_path / "in.csv", [["candidate", "born", "grade"], ["1", "2007-01-01", "A"]])
    load(database, path, results)

    export_dataset(database, results, tmp_path / "out.csv")

    assert "candidate,grade\n1,A\n" == (tmp_path / "out.csv").read_text(encoding="utf-8-sig")


def test_what_was_never_loaded_leaves_the_file_that_is_there(
    database: Engine, tmp_path: Path
) -> None:
    path = tmp_path / "out.csv"
    path.write_text("old", encoding="utf-8")

    with pytest.raises(Refused, match="gateway data import"):
        export_dataset(database, PRICES, path)

    assert ["out.csv"] == [each.name for each in tmp_path.iterdir()]
    assert "old" == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_a_new_file_is_its_owners_alone_and_another_keeps_its_mode(
    tmp_path: Path, ending: str
) -> None:
    path = tmp_path / f"out.{ending}"

    modes = []
    for mode in (None, 0o640):
        if mode is not None:
            path.chmod(mode)
        write_rows(path, NAMES, iter([("Mbale", "maize", "1", "")]), overwrite=True)
        modes.append(stat.S_IMODE(path.stat().st_mode))

    assert [0o600, 0o640] == modes


def test_a_table_is_read_and_noted_page_by_page(
    database: Engine, tmp_path: Path, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(data_export, "_AT_ONCE", 2)
    records = SqlRecords(database, {"comments": COMMENTS}, KEYRING, clock)
    owners = [comment(f"+99970000000{number}", clock) for number in range(5)]
    for number, call in enumerate(owners):
        records.put("comments", call, {"id": str(number), "text": "More water, please"})
    pages: list[int] = []
    noted: list[bool] = []

    def listen(connection: object, cursor: object, statement: str, *others: object) -> None:
        noted.extend([True] if statement.startswith("INSERT INTO audit") else [])

    path = tmp_path / "out.csv"
    event.listen(database, "before_cursor_execute", listen)
    try:
        export_table(
            database, KEYRING, COMMENTS, path, who="Asha", now=clock.now(), progress=pages.append
        )
    finally:
        event.remove(database, "before_cursor_execute", listen)

    assert [2, 2, 1] == pages
    assert 3 == len(noted)
    ids = [line.split(",")[0] for line in path.read_text(encoding="utf-8-sig").splitlines()]
    assert ["id", *"01234"] == ids
    my = SqlMyData(
        database, KEYRING, {"comments": COMMENTS}, UTC, lambda subscriber, language: None
    )
    assert [1] * 5 == [len(my.who_looked(call)) for call in owners]


def test_what_citizens_wrote_comes_out_opened_harmless_and_noted(
    database: Engine, tmp_path: Path, clock: FixedClock
) -> None:
    records = SqlRecords(database, {"comments": COMMENTS}, KEYRING, clock)
    harmless = ["More water, please", "+254 700 1", "-5", " 12 = 7 + 5"]
    formulas = ['=HYPERLINK("http://x")', "-help", "@x", " =1+1", "\n=1+1", "\uff1d1+1"]
    texts = [*harmless, *formulas]
    call = comment("+999700000001", clock)
    for number, text in enumerate(texts):
        records.put("comments", call, {"id": str(number), "text": text})

    path = tmp_path / "out.csv"
    count = export_table(database, KEYRING, COMMENTS, path, who="Asha", now=clock.now())

    written = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline="")))
    assert path.read_bytes().startswith(codecs.BOM_UTF8), "Excel knows UTF-8 by it alone"
    assert len(texts) == count
    assert [*harmless, *(f"'{text}" for text in formulas)] == [row[1] for row in written[1:]]
    my = SqlMyData(
        database, KEYRING, {"comments": COMMENTS}, UTC, lambda subscriber, language: None
    )
    expected = {"who": "Asha", "what": "comments", "at": f"{clock.now():%Y-%m-%d}"}
    assert [expected] == my.who_looked(call)


def comment(subscriber: str, clock: FixedClock) -> ServiceCall:
    """Returns a call that a comment is written by."""
    return ServiceCall(
        handler="comment",
        answers={},
        language="en",
        subscriber=Msisdn(subscriber),
        key=subscriber,
        at=clock.now(),
    )
