"""Workbooks that would take all time or memory are refused before they do."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from gateway.adapters.xlsforms.workbook import LONGEST_CELL, MOST_BYTES, MOST_COLUMNS, MOST_ROWS
from gateway.domain.xlsforms.form.findings import Kind
from gateway.domain.xlsforms.form.questions import DEEPEST_GROUP
from tests.xlsforms.workbooks import CHOICES, read, read_file, saved, screens_of, survey, told


def faults(folder: Path, sheets: dict[str, object]) -> list[tuple[str, str]]:
    return told(read(folder, sheets).findings, Kind.FAULT)  # type: ignore[arg-type]


def with_part(path: Path, name: str, content: bytes) -> Path:
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr(name, content)
    return path


def test_a_zip_bomb_is_not_unpacked(tmp_path: Path) -> None:
    path = saved(tmp_path / "bomb.xlsx", survey(("text", "a", "A?")))
    with_part(path, "xl/media/bomb.bin", bytes(MOST_BYTES + 1))
    assert path.stat().st_size < 1_000_000

    assert told(read_file(path).findings, Kind.FAULT) == [
        ("", "The file is over 20 MiB when unpacked.")
    ]


def test_a_workbook_with_macros_is_refused(tmp_path: Path) -> None:
    path = saved(tmp_path / "macros.xlsx", survey(("text", "a", "A?")))
    with_part(path, "xl/vbaProject.bin", b"Sub")

    assert "has macros" in told(read_file(path).findings, Kind.FAULT)[0][1]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"type,name,label\n", "no XLSX file"),
        (b"", "no XLSX file"),
        (b"PK\x03\x04 and no more", "no XLSX file"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600), "old workbook, or one with a password"),
    ],
)
def test_what_is_no_workbook_is_named(content: bytes, says: str, tmp_path: Path) -> None:
    path = tmp_path / "form.xlsx"
    path.write_bytes(content)

    assert says in told(read_file(path).findings, Kind.FAULT)[0][1]


def test_an_archive_without_sheets_is_no_workbook(tmp_path: Path) -> None:
    path = tmp_path / "form.xlsx"
    with zipfile.ZipFile(path, "w") as parts:
        parts.writestr("word/document.xml", "<document/>")

    assert "no XLSX file" in told(read_file(path).findings, Kind.FAULT)[0][1]


def test_a_damaged_workbook_is_named(tmp_path: Path) -> None:
    path = saved(tmp_path / "form.xlsx", survey(("text", "a", "A?")))
    damaged = tmp_path / "damaged.xlsx"
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(damaged, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            new.writestr(name, part[: len(part) // 2] if "sheet1" in name else part)

    found = told(read_file(damaged).findings, Kind.FAULT)
    assert any("damaged" in sentence for _, sentence in found)


def test_a_sheet_of_ten_thousand_columns_is_refused(tmp_path: Path) -> None:
    header = ["type", "name", "label", *(f"c{number}" for number in range(10_000))]
    found = faults(tmp_path, {"survey": [header, ("text", "a", "A?")], "choices": CHOICES})

    assert ("survey row 1", f"The sheet has over {MOST_COLUMNS} columns.") in found


def test_a_sheet_with_too_many_rows_is_refused(tmp_path: Path) -> None:
    rows = [("county", f"c{number}", "Place") for number in range(MOST_ROWS + 1)]
    sheets = {**survey(("text", "a", "A?")), "choices": [("list_name", "name", "label"), *rows]}
    found = faults(tmp_path, sheets)

    assert (f"choices row {MOST_ROWS + 1}", f"The sheet has over {MOST_ROWS} rows.") in found


def test_a_cell_of_32_000_letters_is_refused(tmp_path: Path) -> None:
    found = faults(tmp_path, survey(("text", "a", "x" * 32_000)))  # type: ignore[arg-type]

    assert ("survey!C2", f"The cell has over {LONGEST_CELL} letters. Shorten it.") in found


def test_two_columns_of_one_name_are_refused(tmp_path: Path) -> None:
    header = ("type", "name", "label::English (en)", "relevant", "Label::English", "relevance")
    row = ("text", "a", "A?", "1 = 1", "", "1 = 2")
    found = faults(tmp_path, survey(row, header=header))  # type: ignore[arg-type]

    assert [spot for spot, _ in found] == ["survey!E1", "survey!F1"]
    assert "stands in column C already" in found[0][1]


def test_formulas_of_columns_that_nobody_reads_do_no_harm(tmp_path: Path) -> None:
    header = ("type", "name", "label", "required", "my notes")
    made = read(tmp_path, survey(("text", "a", "A?", "yes", "=1+1"), header=header))

    assert screens_of(made)["a"]["text"] == {"en": "A?"}


def test_a_filter_by_a_column_of_formulas_is_for_a_person(tmp_path: Path) -> None:
    sheets = {
        "survey": [
            ("type", "name", "label", "required", "choice_filter"),
            ("text", "a", "A?", "yes"),
            ("select_one town", "b", "B?", "yes", "county = ${a}"),
        ],
        "choices": [("list_name", "name", "label", "county"), ("town", "x", "X", "=1+1")],
    }
    made = read(tmp_path, sheets)

    decide = [
        sentence for spot, sentence in told(made.findings, Kind.DECIDE) if spot == "survey!E3"
    ]
    assert "the column 'county' of the list holds formulas" in decide[0]


@pytest.mark.parametrize(
    ("titles", "says"),
    [
        (("Sheet1",), "no sheet 'survey'"),
        (("surveys", "choices"), "Did you mean 'surveys'?"),
        ((" Survey ", "CHOICES"), ""),
    ],
)
def test_sheets_are_known_by_their_names(
    titles: tuple[str, ...], says: str, tmp_path: Path
) -> None:
    rows = [[("type", "name", "label"), ("text", "a", "A?")], list(CHOICES)]
    found = faults(tmp_path, dict(zip(titles, rows, strict=False)))

    assert bool(found) is bool(says)
    assert not says or says in found[0][1]


def test_groups_within_groups_without_end_are_refused(tmp_path: Path) -> None:
    rows = [("begin group", f"g{number}", "Group") for number in range(3000)]
    found = faults(tmp_path, survey(*rows, ("text", "a", "A?")))  # type: ignore[arg-type]

    sentence = f"Groups stand within groups more than {DEEPEST_GROUP} deep."
    assert (f"survey!A{DEEPEST_GROUP + 2}", sentence) in found


def test_a_form_of_thousands_of_questions_is_refused(tmp_path: Path) -> None:
    rows = [("text", f"q{number}", "Which?", "", f"${{q{number}}} = 1") for number in range(1200)]
    found = faults(tmp_path, survey(*rows))  # type: ignore[arg-type]

    assert found[0] == ("survey", "The form has 1200 questions, and 1000 at most are read.")


def test_a_list_of_thousands_is_one_dataset_however_often_it_is_asked_for(tmp_path: Path) -> None:
    towns = [("town", f"t{number}", "Town", f"c{number % 900}") for number in range(3000)]
    rows = [
        ("select_one town", f"q{number}", "Which?", "yes", "county = ${a}") for number in (1, 2, 3)
    ]
    sheets = {
        "survey": [
            ("type", "name", "label", "required", "choice_filter"),
            ("text", "a", "A?", "yes"),
            *rows,
        ],
        "choices": [("list_name", "name", "label", "county"), *towns],
    }
    made = read(tmp_path, sheets)

    (towns_of_form,) = made.lists
    assert ("tried_town", 3001) == (towns_of_form.name, len(towns_of_form.rows))
    assert [["county"]] == towns_of_form.declared["asked_by"]


def test_what_a_spreadsheet_adds_to_its_cells_is_passed_over(tmp_path: Path) -> None:
    plain, with_more = (
        saved(tmp_path / "plain.xlsx", survey(("text", "a", "A?"))),
        tmp_path / "more.xlsx",
    )
    with zipfile.ZipFile(plain) as old, zipfile.ZipFile(with_more, "w") as new:
        for name in old.namelist():
            text = old.read(name)
            if name == "xl/worksheets/sheet1.xml":
                rules = b'<extLst><ext uri="{unknown}"></ext></extLst></worksheet>'
                text = text.replace(b"</worksheet>", rules)
            new.writestr(name, text)

    assert [] == told(read_file(with_more).findings, Kind.FAULT)
