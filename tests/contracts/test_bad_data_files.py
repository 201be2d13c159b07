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
