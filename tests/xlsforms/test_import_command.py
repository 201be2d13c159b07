"""`gateway menus import`: what it writes, what it says, and that a fault writes nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gateway.cli.main import main
from tests.xlsforms.workbooks import FORM, saved, survey

Run = Callable[..., Result]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A deployment of the test's own, in two languages; the working directory."""
    monkeypatch.chdir(tmp_path)
    for name in ("GATEWAY_HOME", "GATEWAY_CONFIG"):
        monkeypatch.delenv(name, raising=False)
    made = CliRunner().invoke(main, ["init", "here", "--languages", "en,sw", "--country", "KE"])
    assert made.exit_code == 0, made.output
    monkeypatch.chdir(tmp_path / "here")
    return tmp_path / "here"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["menus", *arguments])


def written(home: Path) -> list[str]:
    """The files of imported forms."""
    found = [*home.glob("forms/*.yaml"), *home.glob("menus/household*.yaml")]
    return sorted(str(path.relative_to(home)) for path in found)


def test_a_form_of_every_kind_passes_the_checks(home: Path) -> None:
    saved(home / "form.xlsx", FORM)

    made = run("import", "form.xlsx")
    assert made.exit_code == 0, made.output
    assert written(home) == ["forms/household_health.yaml", "menus/household_health.yaml"]
    checked = run("check")
    assert checked.exit_code == 0, checked.output
    assert "`menus check` will say" not in made.output


def test_a_dry_run_writes_nothing_and_says_the_same(home: Path) -> None:
    saved(home / "form.xlsx", FORM)

    tried = run("import", "form.xlsx", "--dry-run")
    assert written(home) == []
    assert "menus/household_health.yaml and forms/household_health.yaml would be written" in (
        tried.output
    )
    made = run("import", "form.xlsx")
    assert tried.output.splitlines()[:-1] == made.output.splitlines()[:-2]


def test_a_faulty_form_writes_nothing_and_tells_all_of_it(home: Path) -> None:
    rows = [("txet", "a", "A?"), ("text", "b b", "B?"), ("text", "c", "C?")]
    saved(home / "household.xlsx", survey(*rows))

    made = run("import", "household.xlsx")
    assert made.exit_code == 1
    assert written(home) == []
    assert "household.xlsx: survey!A2: 'txet' is no type of a question." in made.output
    assert "household.xlsx: survey!B3: 'b b' is no name" in made.output
    assert made.output.endswith("Nothing was written.\n")


def test_what_was_edited_is_replaced_only_when_asked(home: Path) -> None:
    saved(home / "form.xlsx", FORM)
    run("import", "form.xlsx")
    file = home / "menus" / "household_health.yaml"
    file.write_text(file.read_text("utf-8") + "# mine\n", "utf-8")

    again = run("import", "form.xlsx")
    assert again.exit_code != 0
    assert "# mine" in file.read_text("utf-8")
    assert run("import", "form.xlsx", "--overwrite").exit_code == 0
    assert "# mine" not in file.read_text("utf-8")


def test_a_form_that_was_corrected_keeps_what_people_have_written_above_its_screens(
    home: Path,
) -> None:
    first = [("text", "a", "A?", "yes")]
    saved(home / "pumps.xlsx", survey(*first))
    run("import", "pumps.xlsx", "--title", "Pumps")
    file = home / "menus" / "pumps.yaml"
    text = file.read_text("utf-8").replace('sw: "Pumps"', 'sw: "Pampu"')
    text = text.replace("{en: [PUMPS]}", "{en: [PUMPS], sw: [PAMPU]}\ncost: {en: Free, sw: Bure}")
    file.write_text(text, "utf-8")
    saved(home / "pumps.xlsx", survey(*first, ("text", "b", "B?")))

    tried = run("import", "pumps.xlsx", "--title", "Pumps", "--overwrite", "--dry-run")
    made = run("import", "pumps.xlsx", "--title", "Pumps", "--overwrite")
    named = run("import", "pumps.xlsx", "--title", "Wells", "--overwrite", "--json")

    assert "What changes:\n  Pumps: screen 'b' added" in made.output
    assert "What changes:" in tried.output
    assert "translate it" not in made.output.partition("What changes")[0].replace("Texts", "")
    header = file.read_text("utf-8").partition("screens:")[0]
    assert "sw: [PAMPU]" in header
    assert "Bure" in header
    assert 'title: {en: "Wells", sw: "Wells"}' in header, "another title is one in every language"
    assert any("title reworded" in each for each in json.loads(named.stdout)["changes"])


def test_a_title_that_is_too_long_is_shortened_and_told(home: Path) -> None:
    title = "Survey of the pumps and wells of all the villages of Kilima"
    sheets = {**survey(("text", "a", "A?", "yes")), "settings": [("form_title",), (title,)]}
    saved(home / "pumps.xlsx", sheets)

    made = run("import", "pumps.xlsx")

    assert made.exit_code == 0, made.output
    assert "it is 'Survey of the pumps and wells of all the' until" in made.output


def test_findings_are_told_to_programs(home: Path) -> None:
    saved(home / "form.xlsx", FORM)

    found = json.loads(run("import", "form.xlsx", "--json", "--dry-run").stdout)
    assert (found["service"], found["shortcut"], found["written"]) == (
        "household_health", "22", False,
    )  # fmt: skip
    assert found["files"] == ["menus/household_health.yaml", "forms/household_health.yaml"]
    [place] = [each for each in found["findings"] if "'place' (geopoint)" in each["sentence"]]
    assert (place["kind"], place["sheet"], place["row"], place["column"], place["place"]) == (
        "left out", "survey", 20, 1, "survey!A20",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (("--service", "health_2026"), "service: health_2026"),
        (("--title", "Health at home"), 'title: {en: "Health at home", sw: "Health at home"}'),
        (("--shortcut", "77"), "shortcut: '77'"),
        (("--keyword", "health"), "keywords: {en: [HEALTH]}"),
        (("--rounds", "2"), "  child_name_2:"),
    ],
)
def test_the_command_says_what_the_form_does_not(
    arguments: tuple[str, ...], line: str, home: Path
) -> None:
    saved(home / "form.xlsx", FORM)

    assert run("import", "form.xlsx", *arguments).exit_code == 0
    [file] = [path for path in home.glob("menus/*.yaml") if "health" in path.name]
    text = file.read_text("utf-8")
    assert line in text.splitlines()
    assert ("child_name_3:" in text) is ("--rounds" not in arguments)


def test_what_does_not_fit_is_named_with_its_excess(home: Path) -> None:
    long = "Please tell us in your own words " * 6
    saved(home / "household.xlsx", survey(("text", "a", long, "yes"), ("text", "b", "B?", "yes")))

    made = run("import", "household.xlsx", "--language", "en")
    assert made.exit_code == 0
    assert "survey!B2: Screen 'a': `menus check` will say [M060]" in made.output
    assert "over a page of channel" in made.output
    assert "texts are not in Kiswahili" in made.output


def test_a_hint_without_room_and_a_long_list_are_mended(home: Path) -> None:
    rows = [
        ("select_one place", "where", "Where do you live?", "yes", "Near which of these towns?"),
        ("text", "a", "What would you like the county to know of it, please?", "yes",
         "In your own words, and as long as you like, within what a message can hold."),
    ]  # fmt: skip
    places = [("place", f"p{n}", f"The town of number {n}") for n in range(1, 13)]
    sheets = {
        "survey": [("type", "name", "label", "required", "hint"), *rows],
        "choices": [("list_name", "name", "label"), *places],
    }
    saved(home / "household.xlsx", sheets)

    made = run("import", "household.xlsx")
    assert made.exit_code == 0
    assert "'where' takes several pages" in made.output
    assert "The hint of 'where' is left out" in made.output
    text = (home / "menus" / "household.yaml").read_text("utf-8")
    assert "    pages: true" in text


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--language", "xx"), "'xx' is no language of main.yaml: en, sw."),
        (("--rounds", "0"), "0 is not in the range"),
        (("--into", "nowhere"), "'nowhere' does not exist"),
    ],
)
def test_a_slip_of_the_command_is_told(arguments: tuple[str, ...], says: str, home: Path) -> None:
    saved(home / "form.xlsx", FORM)

    made = run("import", "form.xlsx", *arguments)
    assert made.exit_code != 0
    assert says in made.output + str(made.exception)
    assert written(home) == []


def test_a_shortcut_or_a_keyword_of_another_service_is_told_with_both_names(home: Path) -> None:
    """The other service is checked after it, by its name, and so has the fault."""
    saved(home / "form.xlsx", FORM)
    chosen = ("--service", "a_visit", "--shortcut", "21", "--keyword", "HOURS")

    made = run("import", "form.xlsx", *chosen)

    assert "'a_visit' and 'opening_hours' have one shortcut, 21." in made.output
    assert "Keyword 'HOURS' opens both 'a_visit' (en) and 'opening_hours' (en)." in made.output
