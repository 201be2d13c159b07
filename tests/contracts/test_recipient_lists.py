"""Lists of recipients as people keep them: CSV and workbooks, every faulty row named."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import openpyxl
import pytest

from gateway.adapters.dataset_files.recipient_list import recipient_list

LANGUAGES = ("en", "sw")


def read(
    path: Path, values: Sequence[str] = ("name",)
) -> tuple[list[tuple[str, str, str]], list[str]]:
    """Returns number, language and name of each row, and the faults without their file."""
    listed = recipient_list(path, values, LANGUAGES, "KE")
    rows = [
        (row.number.as_stored, row.language, row.values.get("name", ""))
        for row in listed.recipients()
    ]
    return rows, [str(fault).partition(f"{path}:")[2] for fault in listed.faults]


def csv(folder: Path, text: str) -> Path:
    path = folder / "list.csv"
    path.write_text(text, "utf-8")
    return path


@pytest.mark.parametrize(
    "text",
    [
        "number,name\n0711000002,Neema\n",
        "Phone;Name\n0711 000 002;Neema\n",
        "name\tMobile Number\nNeema\t+254 711 000002\n",
        "number,name\n\u202a+254\u00a0711\u00a0000002\u202c,Neema\n",
        "\ufeffNuméro de téléphone,name,town\n00254711000002,Neema,Mbale\n",
        "Mothers of Mbale\n\nnamba ya simu,name\n254711000002,Neema\n",
        "ስልክ,name\n711000002,Neema\n",
        "number,name\n٠٧١١٠٠٠٠٠٢,Neema\n",
    ],
)
def test_a_list_is_read_as_people_write_it(tmp_path: Path, text: str) -> None:
    assert ([("+254711000002", "", "Neema")], []) == read(csv(tmp_path, text))


def test_a_language_is_taken_where_a_row_has_one(tmp_path: Path) -> None:
    text = "number,name,lugha\n0711000002,Neema,sw\n0711000003,Ali,\n"

    rows, faults = read(csv(tmp_path, text))

    assert (["sw", ""], []) == ([language for _, language, _ in rows], faults)


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("number,name\n0711,Neema\n", ["2:1: [D029] 'number' is no phone number."]),
        ("number,name\n07110000O2,Neema\n", ["2:1: [D029] 'number' is no phone number."]),
        ("number,name\n,Neema\n", ["2:1: [D021] 'number' is empty."]),
        ("number,name\n0711000002,\n", ["2:2: [D021] 'name' is empty."]),
        ("number,name\n7.11E+08,Neema\n", ["2:1: [D031] 'number' is shortened"]),
        ("number,nmae\n0711000002,Neema\n", ["1:2: [D002] Column 'name' is missing."]),
        ("name\nNeema\n", ["1:1: [D002] Column 'number' is missing."]),
        ("number,name,language\n0711000002,Neema,xx\n", ["2:3: [D029] 'language' is not one of"]),
        ("number,name\n0711000002\n", ["2:2: [D020] The number of values here is 1"]),
        ("", ["1:1: [D026]"]),
        (
            "number,name\n1,Neema\n0711000003,\n0711000004,Ali\n",
            ["2:1: [D029] 'number'", "3:2: [D021] 'name'"],
        ),
    ],
)
def test_every_fault_is_named_with_its_row_and_column(
    tmp_path: Path, text: str, faults: list[str]
) -> None:
    _, found = read(csv(tmp_path, text))

    assert len(faults) == len(found), found
    for expected, fault in zip(faults, found, strict=True):
        assert fault.startswith(expected)


def workbook(folder: Path, change: Callable[[object], None] = lambda sheet: None) -> Path:
    """Returns a workbook in which numbers are numbers, as spreadsheets make them."""
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (("number", "name"), (711000002, "Neema"), (254711000003, "Ali")):
        sheet.append(row)
    change(sheet)
    path = folder / "list.xlsx"
    book.save(path)
    return path


def test_a_zero_that_a_spreadsheet_took_away_does_no_harm(tmp_path: Path) -> None:
    assert (["+254711000002", "+254711000003"], []) == (
        [number for number, _, _ in read(workbook(tmp_path))[0]],
        read(workbook(tmp_path))[1],
    )


def test_what_a_spreadsheet_has_rounded_is_refused(tmp_path: Path) -> None:
    rounded = workbook(tmp_path, lambda sheet: sheet.append((2547110000031234567, "Juma")))  # type: ignore[attr-defined]

    assert ["4:1: [D031] 'number' is a number of more than 15 digits"] == [
        fault[: len("4:1: [D031] 'number' is a number of more than 15 digits")]
        for fault in read(rounded)[1]
    ]


def test_a_number_may_stand_twice(tmp_path: Path) -> None:
    rows, faults = read(csv(tmp_path, "number,name\n0711000002,Neema\n+254711000002,Asha\n"))

    assert (2, []) == (len(rows), faults)


def test_who_cannot_choose_a_sheet_is_not_told_to(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.create_sheet("Mothers").append(["number", "name"])
    book.save(tmp_path / "list.xlsx")

    _, [told] = read(tmp_path / "list.xlsx")

    assert "There are other sheets: Mothers. The first is read: move the list to the front." in told
    assert "--sheet" not in told
