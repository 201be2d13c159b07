"""Files in the encodings, digits and calendars that programs of other places write."""

from __future__ import annotations

import gzip
import io
import zipfile
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from gateway.adapters.dataset_files.csv_reader import CsvRows
from gateway.adapters.dataset_files.reading import AS_DECLARED, Reading
from gateway.adapters.dataset_files.xlsx_reader import XlsxRows
from gateway.domain.datasets.column_kinds import Amount, Day, PhoneNumber, WholeNumber
from gateway.domain.datasets.dataset import Column, Dataset

PRICES = Dataset(
    name="prices",
    columns=(
        Column(name="market", max=20),
        Column(name="day", max=10, kind=Day(), written="d/m/y"),
        Column(name="price", max=10, kind=Amount()),
        Column(name="bags", max=5, kind=WholeNumber(), required=False),
        Column(name="phone", max=16, kind=PhoneNumber(16), required=False),
    ),
    key=("market", "day"),
)
HEADER = "market,day,price,bags,phone\n"
CAIRO = {"market": "القاهرة", "day": "2026-12-31", "price": "1234.5", "bags": "12", "phone": ""}


def read(
    path: Path, content: bytes, reading: Reading = AS_DECLARED, dataset: Dataset = PRICES
) -> tuple[list[dict[str, str]], list[str]]:
    path.write_bytes(content)
    rows = (XlsxRows if path.suffix == ".xlsx" else CsvRows)(dataset, path, reading)
    found = list(rows.rows())
    assert rows.faults or rows.bytes_read == len(content)
    return found, [str(fault).removeprefix(f"{path}:") for fault in rows.faults]


@pytest.mark.parametrize(
    ("encoding", "named"),
    [
        ("utf-8", ""),
        ("utf-8-sig", ""),
        ("utf-16", ""),
        ("utf-16-le", ""),
        ("utf-16-be", ""),
        ("windows-1256", "windows-1256"),
        ("utf-8-sig", "UTF8"),
        ("utf-16", "utf-16-le"),
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_file_is_read_in_the_encoding_that_it_has(
    tmp_path: Path, encoding: str, named: str, end: str
) -> None:
    text = HEADER + "القاهرة,31/12/2026,1234.5,12,\n"
    content = text.replace("\n", end).replace(",", "\t").encode(encoding)

    assert ([CAIRO], []) == read(tmp_path / "a.csv", content, Reading(encoding=named))


@pytest.mark.parametrize(
    ("encoding", "named", "told"),
    [
        ("windows-1256", "", "2:1: [D007] The file is not UTF-8. Save it as 'CSV UTF-8'. Or say"),
        ("windows-1256", "utf-16-le", "[D007] The file is not utf-16-le."),
        ("latin-1", "ascii", "1:1: [D007] The file is not ascii."),
    ],
)
def test_a_file_in_another_encoding_is_told_with_what_to_do(
    tmp_path: Path, encoding: str, named: str, told: str
) -> None:
    text = HEADER + ("القاهرة" if "1256" in encoding else "Orléans") + ",31/12/2026,1,,\n"

    rows, faults = read(tmp_path / "a.csv", text.encode(encoding), Reading(encoding=named))

    assert [] == rows
    assert told in faults[0]


@pytest.mark.parametrize(
    "row",
    [
        "القاهرة;٣١/١٢/٢٠٢٦;١٬٢٣٤٫٥;١٢;",
        "القاهرة;31/12/2026;1234.5;١٢;",
        "القاهرة;\u200f٣١/١٢/٢٠٢٦;1٬234٫5;12;",
        "القاهرة;፴፩/፲፪/፳፻፳፮;፩፪፫፬.፭;፲፪;",
        "القاهرة;३१/१२/२०२६;१२३४.५;१२;",
    ],
)
def test_days_and_numbers_may_have_the_digits_of_any_script(tmp_path: Path, row: str) -> None:
    content = f"{HEADER.replace(',', ';')}{row}\n".encode()

    assert ([CAIRO], []) == read(tmp_path / "a.csv", content)


def test_a_phone_number_may_have_the_digits_of_any_script(tmp_path: Path) -> None:
    content = f"{HEADER}Mbale,31/12/2026,1,,+٩٩٩ ٢١ ٠٠١ ٠١٠\n".encode()

    ((row,), faults) = read(tmp_path / "a.csv", content)

    assert ("+99921001010", []) == (row["phone"], faults)


def test_an_arabic_decimal_sign_is_not_guessed_at_where_numbers_have_a_form_of_their_own(
    tmp_path: Path,
) -> None:
    price = Column(name="price", max=12, kind=Amount(3), written="1.234,56")
    dataset = Dataset(name="a", columns=(Column(name="id"), price), key=("id",))

    rows, faults = read(tmp_path / "a.csv", "id;price\n1;١٢٣٫٤٥٦\n".encode(), dataset=dataset)

    assert [] == rows
    assert "[D029] 'price' is not an amount from 0 on. Write it as in 1.234,56" in faults[0]


def test_names_keep_the_digits_that_they_are_written_with(tmp_path: Path) -> None:
    content = f"{HEADER}مركز ٣,31/12/2026,1,,\n".encode()

    ((row,), _) = read(tmp_path / "a.csv", content)

    assert "مركز ٣" == row["market"]


def test_a_workbook_that_counts_days_from_1904_has_the_days_that_it_shows(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.epoch = CALENDAR_MAC_1904
    book.active.append(HEADER.strip().split(","))
    book.active.append(["القاهرة", date(2026, 12, 31), 1234.5, 12, None])
    saved = io.BytesIO()
    book.save(saved)

    assert b'date1904="1"' in zipfile.ZipFile(saved).read("xl/workbook.xml")
    assert ([CAIRO], []) == read(tmp_path / "a.xlsx", saved.getvalue())


def _archive(name: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as parts:
        parts.writestr(name, HEADER)
    return packed.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("a.xls", bytes.fromhex("d0cf11e0a1b11ae1"), "an old workbook (.xls). Save it as"),
        ("a.xls", b"<html><table><tr><td>market", "a web page that is named as a table. Open it"),
        ("a.xls", b'<?xml version="1.0"?>\n<?mso-application?>', "a web page that is named"),
        ("a.xlsx", b"\xef\xbb\xbf\n<!DOCTYPE html>", "a web page that is named as a table. Open"),
        ("a.ods", _archive("mimetype"), "a workbook, and not named .xlsx. Save it as"),
        ("a.zip", _archive("prices.csv"), "an archive. Unpack it"),
        ("a.csv.gz", gzip.compress(HEADER.encode(), mtime=0), "an archive. Unpack it"),
        ("a.pdf", b"%PDF-1.7\n", "a PDF: what it shows as a table is none. Ask for"),
    ],
)
def test_a_file_that_is_no_table_is_called_what_it_is(
    tmp_path: Path, name: str, content: bytes, told: str
) -> None:
    rows, faults = read(tmp_path / name, content)

    assert [] == rows
    assert f"1:1: [D007] This is {told}" in faults[0]
