"""A list that is longer than a phone can show becomes a dataset that is looked through."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner

from gateway.cli.main import main
from gateway.domain.xlsforms.form.findings import Kind
from tests.xlsforms.workbooks import Rows, read, saved, screens_of, survey, told

NAMES = [
    "Amani",
    "Baraka",
    "Chanzo",
    "Dodoma",
    "Elimu",
    "Furaha",
    "Gombe",
    "Heri",
    "Imani",
    "Jambo",
]
REGIONS = [(f"r{n}", f"Region {n}") for n in range(1, 13)]
CHOICES: Rows = [
    ("list_name", "name", "label::English (en)", "label::Kiswahili (sw)", "region"),
    *[("region", code, label, label) for code, label in REGIONS],
    *[
        ("district", f"{code}_{n}", f"{NAMES[n]} {code}", f"{NAMES[n]} {code}", code)
        for code, _ in REGIONS
        for n in range(10)
    ],
    *[
        ("crop", f"c{n}", f"{NAMES[n % 10]} seed {n}", f"{NAMES[n % 10]} mbegu {n}")
        for n in range(400)
    ],
]  # fmt: skip
HEADER = (
    "type", "name", "label::English (en)", "label::Kiswahili (sw)", "required", "choice_filter",
)  # fmt: skip
ASKED: Rows = [
    ("select_one region", "region", "Your region?", "Mkoa wako?", "yes"),
    ("select_one district", "district", "Your district?", "Wilaya yako?", "yes",
     "region = ${region}"),
    ("select_one crop", "crop", "Which crop?", "Zao gani?"),
    ("select_multiple crop", "seeds", "Which seeds?", "Mbegu gani?"),
    ("integer", "bags", "How many bags?", "Magunia mangapi?", "yes", ""),
]  # fmt: skip
FORM = {
    "survey": [HEADER, *ASKED],
    "choices": CHOICES,
    "settings": [("form_title", "form_id"), ("Crops", "crops")],
}


def asked(*rows: Sequence[object]) -> dict[str, Rows]:
    """A form of these questions, with the long lists."""
    return {"survey": [HEADER, *rows], "choices": CHOICES}


def test_a_list_of_what_was_answered_before_is_shown_and_any_other_is_looked_through(
    tmp_path: Path,
) -> None:
    made = read(tmp_path, FORM)
    screens = screens_of(made)
    districts, crops = made.lists

    assert [] == told(made.findings, Kind.LEFT_OUT)
    assert ("district_rows", "crop_words") == (
        screens["region"]["next"],
        screens["district"]["choice"]["next"],  # type: ignore[index]
    )
    assert {"region": "{region}"} == screens["district_rows"]["where"]
    assert {"found": "district", "many": "district_words", "none": "district_none"} == (
        screens["district_rows"]["outcomes"]
    )
    assert [{"when": "crop_words != ''", "goto": "crop_search"}, {"goto": "seeds_words"}] == (
        screens["crop_words"]["next"]
    )
    assert ["code", "label", "region"] == list(districts.rows[0])
    assert {"key": "code", "search": ["label"], "asked_by": [["region"]]} == {
        key: value for key, value in districts.declared.items() if key != "columns"
    }
    assert ["code", "label_en", "label_sw"] == list(crops.rows[0])
    assert {"en": "{label_en}", "sw": "{label_sw}"} == screens["crop"]["choice"]["label"]  # type: ignore[index]
    columns = made.form["columns"]
    assert isinstance(columns, dict)
    assert {"room": 5} == columns["district"]
    assert {"room": 4, "empty": "allowed"} == columns["crop"]
    assert {"room": 49, "empty": "allowed"} == columns["seeds"]


def test_several_lines_of_a_long_list_are_looked_through_by_the_words_of_each(
    tmp_path: Path,
) -> None:
    made = read(
        tmp_path,
        asked(
            ASKED[0],
            ("select_multiple crop", "crop", "Which crops?", "Mazao gani?"),
            ("select_multiple district", "district", "Which?", "Ipi?", "yes", "region = ${region}"),
        ),
    )
    screens = screens_of(made)

    assert [] == told(made.findings, Kind.LEFT_OUT)
    assert {"as": "crop_lines", "most": 20, "apart": True} == screens["crop_search"]["list"]
    assert "(,) between?" in screens["crop_words"]["text"]["en"]  # type: ignore[index]
    assert 10 == screens["crop"]["choice"]["several"]  # type: ignore[index]
    assert {"as": "district_lines", "most": 20} == screens["district_rows"]["list"]
    columns = made.form["columns"]
    assert isinstance(columns, dict)
    assert {"room": 49, "empty": "allowed"} == columns["crop"]
    assert ("survey!A3", "Of 'crop' 10 lines at most are taken: its list is looked through.") in (
        told(made.findings, Kind.DECIDE)
    )


def test_a_filter_that_may_leave_no_row_passes_the_question_over(tmp_path: Path) -> None:
    empty = [*CHOICES, ("region", "r13", "Region 13", "Region 13")]
    made = read(tmp_path, {**FORM, "choices": empty})

    assert "district_without" == screens_of(made)["district_rows"]["outcomes"]["none"]  # type: ignore[index]
    assert any(
        "passed over where its filter" in said for _, said in told(made.findings, Kind.DECIDE)
    )


@pytest.mark.parametrize(
    ("rows", "place", "says"),
    [
        (
            [("select_one district", "d", "Which?", "Ipi?", "yes", "region != ${region}")],
            "survey!A3",
            "columns that equal answers alone",
        ),
        (
            [("select_one district", "d", "Which?", "Ipi?", "yes", "zone = ${region}")],
            "survey!A3",
            "no column 'zone'",
        ),
        (
            [
                ("select_multiple region", "some", "Which?", "Ipi?", "yes"),
                ("select_one district", "d", "Which?", "Ipi?", "yes", "region = ${some}"),
            ],
            "survey!A4",
            "'some' is no answer of one line",
        ),
    ],
)
def test_what_cannot_be_looked_through_is_named(
    rows: Rows, place: str, says: str, tmp_path: Path
) -> None:
    made = read(tmp_path, asked(ASKED[0], *rows))

    assert says in dict(told(made.findings, Kind.LEFT_OUT))[place]
    assert not made.lists


@pytest.mark.parametrize(
    ("again", "kind"),
    [
        (("sign", "fever", "FEVER", "homa"), Kind.LEFT_OUT),
        (("sign", "fever", "Fever and chills"), Kind.FAULT),
    ],
)
def test_a_line_that_says_the_same_once_more_is_passed_over(
    again: Sequence[object], kind: Kind, tmp_path: Path
) -> None:
    form = survey(("select_one sign", "sign", "Which sign?", "yes"))
    rows = [*form["choices"], again]
    findings = read(tmp_path, {**form, "choices": rows}).findings

    (told_of,) = [said for at, said in told(findings, kind) if at == f"choices!B{len(rows)}"]
    assert "'fever' stands in row 9 of the list 'sign' already" in told_of


def test_a_form_that_leaves_yes_and_no_to_others_gets_them(tmp_path: Path) -> None:
    form = survey(("select_one yes_no", "ill", "Are you ill?", "yes"))
    without = [row for row in form["choices"] if row[0] != "yes_no"]
    made = read(tmp_path, {**form, "choices": without})

    choice = screens_of(made)["ill"]["choice"]
    assert isinstance(choice, dict)
    assert ["yes", "no"] == [line["value"] for line in choice.values()]
    assert {"en": "Yes", "sw": "Ndiyo"} == choice["1"]["label"]
    assert ("survey!A2", "There is no list 'yes_no': Yes (yes) and No (no) are offered.") in told(
        made.findings, Kind.DECIDE
    )


def test_a_label_that_no_screen_takes_is_said_on_several(tmp_path: Path) -> None:
    sentence = "This form was written for people who know what it is about and read it on paper. "
    made = read(
        tmp_path,
        survey(("note", "hello", sentence * 8), ("text", "who", sentence * 7 + "Who?", "yes")),
    )
    screens = screens_of(made)

    assert ["hello_said", "hello", "who_said", "who"] == list(screens)[:4]
    texts = [screens[name]["text"]["en"] for name in list(screens)[:4]]  # type: ignore[index]
    assert all(len(text) <= 480 and text.endswith((".", "Who?")) for text in texts)
    assert (sentence * 8).strip() == " ".join(texts[:2])
    assert "who_said" == screens["hello"]["next"]


def test_a_formula_in_the_settings_is_no_reason_to_refuse(tmp_path: Path) -> None:
    form = survey(("text", "who", "Who?", "yes"))
    home = tmp_path / "here"
    made = CliRunner().invoke(main, ["init", str(home), "--languages", "en", "--country", "KE"])
    assert made.exit_code == 0, made.output
    saved(
        tmp_path / "waste.xlsx",
        {**form, "settings": [("form_id", "form_title"), ("=NOW()", "Waste")]},
    )

    done = CliRunner().invoke(
        main, ["menus", "import", str(tmp_path / "waste.xlsx"), "--into", str(home)]
    )

    assert done.exit_code == 0, done.output
    assert "settings!A2: The cell holds a formula" in done.output
    assert (home / "menus" / "waste.yaml").exists()


def test_the_service_of_a_long_list_is_dialled_at_once_and_its_rows_are_loaded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("GATEWAY_HOME", "GATEWAY_CONFIG"):
        monkeypatch.delenv(name, raising=False)

    def run(*arguments: str) -> str:
        done = CliRunner().invoke(main, arguments)
        assert done.exit_code == 0, done.output
        return done.output

    run("init", "here", "--languages", "en,sw", "--country", "KE")
    monkeypatch.chdir(tmp_path / "here")
    saved(Path("crops.xlsx"), FORM)
    told_of = run("menus", "import", "crops.xlsx")
    assert "gateway data import crops_district config/sample-data/crops_district.csv" in told_of
    assert "No faults" in run("menus", "check")

    answers = ("2", "3", "zzz", "1", "mbegu", "1", "heri 7", "1")
    answers += ("heri 7, Gombe 16", "1 4 5", "1 4", "4")
    pages = run("dial", "*384*2026*22#", *answers, "--language", "sw").split("---\n")
    assert "3. Chanzo r2" in pages[1]
    assert "Hakuna chenye jina hilo." in pages[3]
    assert "Vyenye jina hilo ni vingi mno." in pages[5]
    assert "1. Heri mbegu 7\n" in pages[7]
    assert "(,) kati yao?" in pages[8]
    assert "Mbegu gani?\nZote zinazohusika, kwa mfano 1 2\n1. Heri mbegu 7\n" in pages[9]
    assert (
        "Wilaya yako? Chanzo r2\nHeri mbegu 7\nHeri mbegu 7, Gombe mbegu 166\nMagunia mangapi? 4"
        in (pages[12])
    )
    run("migrate")
    loaded = run("data", "import", "crops_district", "config/sample-data/crops_district.csv")
    assert "crops_district: 120 rows loaded." in loaded
