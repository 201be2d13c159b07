"""Data files that would harm or cannot be meant: refused within bounds, with a reason."""

from __future__ import annotations

import zipfile
from pathlib import Path

import openpyxl
import pytest

from gateway.adapters.dataset_files import load as dataset_files
from gateway.adapters.dataset_files import xlsx_reader
from gateway.adapters.sql import engine
from gateway.adapters.system.keyring import Keyring
from gateway.adapters.workbooks import extents
from gateway.domain.datasets.dataset import Column, Dataset
from gateway.domain.faults_and_errors.errors import DataInvalid
from tests.clock import FixedClock

PLACES = Dataset(
    name="places", columns=(Column(name="code", max=5), Column(name="name", max=30)), key=("code",)
)


def refused(path: Path) -> str:
    """Returns what is said of a file that is tried; nothing is written anywhere."""
    nowhere = engine.create(f"sqlite:///{path.parent / 'none.db'}")
    with pytest.raises(DataInvalid) as caught:
        dataset_files.load(
            nowhere, Keyring(bytes(32)), PLACES, path, now=FixedClock().now(), dry_run=True
        )
    nowhere.dispose()
    return str(caught.value)


def workbook(path: Path, *rows: list[str]) -> Path:
    """Writes a workbook with these rows."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("places")
    for row in rows:
        sheet.append(row)
    book.save(path)
    return path


def test_a_zip_bomb_is_not_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx_reader, "MOST_BYTES", 1 << 20)  # of 1 GiB, which takes long to write
    path = workbook(tmp_path / "places.xlsx", ["code", "name"], ["1", "Mbale"])
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/bomb.bin", bytes(1 << 20))

    assert path.stat().st_size < 100_000
    assert "when unpacked" in refused(path)


def with_rows(path: Path, rows: bytes, part: str = "xl/worksheets/sheet1.xml") -> Path:
    """Adds octets behind the rows of a workbook, or puts them into a part of their own."""
    book = workbook(path.with_name("honest.xlsx"), ["code", "name"], ["1", "Mbale"])
    with zipfile.ZipFile(book) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for each in old.infolist():
            content = old.read(each)
            new.writestr(each, content.replace(b"</sheetData>", rows + b"</sheetData>"))
        if part not in new.namelist():
            new.writestr(part, rows)
    return path


@pytest.mark.parametrize(
    ("rows", "part", "why"),
    [
        (b"<row r='9'><c t='inlineStr'><is><t>" + b"A" * (3 << 20) + b"</t></is></c></row>",
         "xl/worksheets/sheet1.xml", "A cell is longer"),
        (b"<row r='9'>" + b"<c/>" * (2 << 20) + b"</row>", "xl/worksheets/sheet1.xml",
         "A row is over 4 MiB"),
        (b"<row/>" * ((1 << 20) + 1), "xl/worksheets/sheet1.xml",
         "A sheet has over 1,048,576 rows"),
        (b"<sst>" + b"<si><t>a</t></si>" * 70_000 + b"</sst>", "xl/sharedStrings.xml",
         "Its texts are over 1 MiB"),
    ],
    ids=["a cell", "a row", "rows", "shared texts"],
)  # fmt: skip
def test_what_would_fill_the_memory_is_refused_before_it_is_read(
    rows: bytes, part: str, why: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(extents, "_MOST_SHARED", 1 << 20)  # of 256, which take long to write
    path = with_rows(tmp_path / "places.xlsx", rows, part)

    assert path.stat().st_size < 1 << 20
    assert why in refused(path)


def test_honest_rows_and_what_stands_behind_them_are_read(tmp_path: Path) -> None:
    rows = b"".join(
        b"<row r='%d'><c t='inlineStr'><is><t>%d</t></is></c>"
        b"<c t='inlineStr'><is><t>Mbale</t></is></c></row>" % (number, number)
        for number in range(3, 20_000)
    )
    path = with_rows(tmp_path / "places.xlsx", rows)

    with zipfile.ZipFile(path) as parts:
        assert not extents.looked_through(parts)


def test_a_workbook_whose_first_sheet_is_another_names_the_others(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["Read me"])
    book.create_sheet("List").append(["code", "name"])
    book.save(tmp_path / "places.xlsx")

    told = refused(tmp_path / "places.xlsx")

    assert "There are other sheets: List. One is chosen by --sheet." in told


def test_a_workbook_whose_first_sheet_is_empty_names_the_others(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.create_sheet("List").append(["code", "name"])
    book.save(tmp_path / "places.xlsx")

    told = refused(tmp_path / "places.xlsx")

    assert "The file is empty." in told
    assert "There are other sheets: List. One is chosen by --sheet." in told


@pytest.mark.parametrize("ending", ["xlsx", "xlsm"])
def test_a_workbook_with_macros_is_refused_whatever_it_is_called(
    ending: str, tmp_path: Path
) -> None:
    path = workbook(tmp_path / f"places.{ending}", ["code", "name"], ["1", "Mbale"])
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"")

    assert "Save it as 'Excel workbook' (.xlsx)" in refused(path)


@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_ten_thousand_columns_are_refused(ending: str, tmp_path: Path) -> None:
    names = ["code", "name", *(f"c{n}" for n in range(9_998))]
    path = tmp_path / f"places.{ending}"
    if ending == "csv":
        path.write_text(",".join(names) + "\n" + ",".join(["1"] * 10_000) + "\n", "utf-8")
    else:
        workbook(path, names, ["1"] * 10_000)

    assert "column" in refused(path)


@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_a_cell_of_32_000_letters_is_refused_and_not_quoted(ending: str, tmp_path: Path) -> None:
    path = tmp_path / f"places.{ending}"
    if ending == "csv":
        path.write_text(f"code,name\n1,{'x' * 32_000}\n", "utf-8")
    else:
        workbook(path, ["code", "name"], ["1", "x" * 32_000])

    said = refused(path)

    assert "32000 characters" in said
    assert "xxxx" not in said


@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_two_columns_of_one_name_are_refused(ending: str, tmp_path: Path) -> None:
    path = tmp_path / f"places.{ending}"
    if ending == "csv":
        path.write_text("code,name,name\n1,a,b\n", "utf-8")
    else:
        workbook(path, ["code", "name", "name"], ["1", "a", "b"])

    assert "'name'" in refused(path)
