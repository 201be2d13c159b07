"""Lists that a form takes from elsewhere: CSV files beside it, and the sheet external_choices."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner

from gateway.adapters.xlsforms.list_files import LONGEST_CELL, with_list_files
from gateway.adapters.xlsforms.workbook import sheets_of
from gateway.cli.main import main
from gateway.domain.xlsforms.form.findings import Findings, Kind
from gateway.domain.xlsforms.plan import Imported
from gateway.domain.xlsforms.service import imported
from tests.xlsforms.workbooks import Rows, plan, read, saved, screens_of, told

HEADER = ("type", "name", "label", "required", "choice_filter", "parameters")
SHORT = "name,label::English (en),label::Kiswahili (sw)\na,Maize,Mahindi\nb,Beans,Maharage\n"
WARDS = "region,ward_code,title\n" + "".join(
    f"{region},{region}{n:02},Ward {n} of {region}\n" for region in "ne" for n in range(60)
)


def made_with(folder: Path, files: dict[str, str | bytes], *rows: Sequence[object]) -> Imported:
    """What comes of a form of these questions, with files beside it."""
    for name, text in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(text.encode() if isinstance(text, str) else text)
    asked: Rows = [HEADER, *rows]
    form = saved(folder / "form.xlsx", {"survey": asked})
    found = Findings()
    return imported(with_list_files(form, sheets_of(form, found), found), plan(), "en", found)


@pytest.mark.parametrize(
    ("name", "kind", "text"),
    [
        ("crops.csv", "select_one_from_file crops.csv", SHORT),
        ("form-media/crops.csv", "select_one_from_file crops.csv", SHORT),
        ("crops.csv", "select one from file crops.csv", "\ufeff" + SHORT.replace(",", ";")),
        ("crops.csv", "select_one_from_file crops.csv", SHORT.replace(",", "\t")),
        ("crops.csv", "select_multiple_from_file crops.csv", SHORT.replace("\n", "\r\n")),
    ],
)
def test_a_short_list_of_a_file_is_a_choice_in_each_language(
    tmp_path: Path, name: str, kind: str, text: str
) -> None:
    made = made_with(tmp_path, {name: text}, (kind, "crop", "Which crop?", "yes"))

    assert not [said for _, said in told(made.findings, Kind.FAULT)]
    choice = screens_of(made)["crop"]["choice"]
    assert isinstance(choice, dict)
    lines = choice.get("several", choice)
    assert {"label": {"en": "Beans", "sw": "Maharage"}, "value": "b"} == lines["2"]


def test_a_long_list_of_a_file_is_looked_up_by_its_own_columns(tmp_path: Path) -> None:
    made = made_with(
        tmp_path,
        {"regions.csv": "name,label\nn,North\ne,East\n", "wards.csv": WARDS},
        ("select_one_from_file regions.csv", "region", "Which region?", "yes"),
        ("select_one_from_file wards.csv", "ward", "Which ward?", "yes", "region = ${region}",
         "value=ward_code, label=title"),
    )  # fmt: skip

    assert [] == told(made.findings, Kind.FAULT) + told(made.findings, Kind.LEFT_OUT)
    (wards,) = made.lists
    assert "tried_wards" == wards.name
    assert ["code", "label", "region"] == list(wards.rows[0])
    assert ["e59", "Ward 59 of e", "e"] == list(wards.rows[-1])
    assert {"region": "{region}"} == screens_of(made)["ward_rows"]["where"]


def test_columns_named_for_something_else_give_their_names_up(tmp_path: Path) -> None:
    text = "id,name,label\n7,Mlimani,long one\n8,Pwani,other\n"
    made = made_with(
        tmp_path,
        {"towns.csv": text},
        ("select_one_from_file towns.csv", "town", "Town?", "yes", "", "value=id label=name"),
    )

    lines = screens_of(made)["town"]["choice"]
    assert isinstance(lines, dict)
    assert {"label": {"en": "Mlimani"}, "value": "7"} == lines["1"]


def test_lists_of_the_sheet_external_choices_are_read(tmp_path: Path) -> None:
    sheets = {
        "survey": [HEADER, ("select_one_external town", "town", "Town?", "yes")],
        "external_choices": [
            ("list_name", "name", "label"), ("town", "p", "Pwani"), ("town", "m", "Mlimani"),
        ],
    }  # fmt: skip
    made = read(tmp_path, sheets)

    lines = screens_of(made)["town"]["choice"]
    assert isinstance(lines, dict)
    assert ["p", "m"] == [line["value"] for line in lines.values()]


@pytest.mark.parametrize(
    ("kind", "file", "text", "place", "says"),
    [
        ("towns.csv", "other.csv", SHORT, "survey!A2", "Put that file (CSV) beside the form"),
        ("../towns.csv", "towns.csv", SHORT, "survey!A2", "its list stands in '../towns.csv'"),
        ("towns.xml", "towns.xml", "<root/>", "survey!A2", "its list stands in 'towns.xml'"),
        ("towns.csv", "towns.csv", "", "towns.csv", "The file has no rows."),
        ("towns.csv", "towns.csv", "id,label\n1,A\n", "towns.csv row 1", "no column 'name'"),
        ("towns.csv", "towns.csv", "name,name,label\n1,1,A\n", "towns.csv!B1", "stands in column"),
        ("towns.csv", "towns.csv", b"name,label\n1,\xe9\n", "towns.csv row 2", "not UTF-8"),
        ("towns.csv", "towns.csv", 'name,label\n1,"A\n', "towns.csv row 2", "A quote is opened"),
        ("towns.csv", "towns.csv", f"name,label\n1,{'x' * (LONGEST_CELL + 1)}\n", "towns.csv!B2",
         "letters"),
        ("towns.csv", "towns.csv", "name,label" + ",c" * 10_000, "towns.csv row 1", "columns"),
        ("towns.csv", "towns.csv", "name,label\n" + "1,A\n" * 50_001, "towns.csv row 50002",
         "make a dataset of it"),
        ("towns.csv", "towns.csv", "name,label\n1,A\n1,B\n", "towns.csv!A3", "already"),
    ],
)  # fmt: skip
def test_a_file_that_is_wrong_or_not_there_is_told_with_its_place(
    tmp_path: Path, kind: str, file: str, text: str | bytes, place: str, says: str
) -> None:
    made = made_with(
        tmp_path,
        {file: text},
        (f"select_one_from_file {kind}", "town", "Town?", "yes"),
        ("integer", "people", "People?", "yes"),
    )

    found = [(str(each.spot), each.sentence) for each in made.findings if each.kind is not
             Kind.DECIDE]  # fmt: skip
    assert any(where == place and says in sentence for where, sentence in found), found


def test_a_form_with_a_file_of_wards_is_dialled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("GATEWAY_HOME", "GATEWAY_CONFIG"):
        monkeypatch.delenv(name, raising=False)
    run = CliRunner().invoke
    assert run(main, ["init", "here", "--languages", "en", "--country", "KE"]).exit_code == 0
    monkeypatch.chdir(tmp_path / "here")
    asked: Rows = [
        HEADER,
        ("select_one_from_file wards.csv", "ward", "Which ward?", "yes", "",
         "value=ward_code label=title"),
    ]  # fmt: skip
    saved(Path("report.xlsx"), {"survey": asked})
    Path("wards.csv").write_text(WARDS, "utf-8")

    made = run(main, ["menus", "import", "report.xlsx"])
    assert made.exit_code == 0, made.output
    dialled = run(main, ["dial", "*384*2026*22#", "23", "1"])
    assert "Ward 23 of n" in dialled.output
    assert "Is this right?" in dialled.output, dialled.output
