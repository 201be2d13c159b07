"""A sentence that is written once for all languages is told of: a warning, and no fault."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from gateway.adapters.menu_files.plain_texts import plain_texts
from gateway.cli.main import main
from tests import water_deployment
from tests.gateways import HOME
from tests.menus.sample import write

SERVICE = """\
service: s
screens:
  a:
    {written}
    choice:
      1: {{label: Mbale, next: b}}
"""


@pytest.mark.parametrize(
    "written",
    [
        'text: "Which region is it?"',
        "text: Which region is it {name}?",
        "text: የትኛው ክልል ነው",
        "complaint: Please choose one",
    ],
)
def test_a_sentence_for_all_languages_is_found(written: str, tmp_path: Path) -> None:
    write(tmp_path, {"s.yaml": SERVICE.format(written=written)})

    (plain,) = plain_texts(tmp_path)

    assert 4 == plain.place.line


@pytest.mark.parametrize(
    "written",
    [
        'text: {en: "Which region is it?", sw: "Mkoa gani?"}',
        'text: "Mbale"',
        'text: "Kilima, Mtoni"',
        'text: "{number} {place} {date|date}"',
        'text: "10231456 2025"',
        "next: which region is it",
    ],
)
def test_names_figures_and_texts_by_language_are_not(written: str, tmp_path: Path) -> None:
    write(tmp_path, {"s.yaml": SERVICE.format(written=written)})

    assert [] == plain_texts(tmp_path)


def test_the_reference_menus_have_none() -> None:
    assert [] == plain_texts(HOME / "menus")


def test_a_check_tells_of_them_and_finds_no_fault(tmp_path: Path) -> None:
    environ = water_deployment.write(tmp_path)
    water = tmp_path / "menus" / "water.yaml"
    text = water.read_text("utf-8")
    by_language = '{en: "Which region?", sw: "Mkoa gani?"}'
    water.write_text(text.replace(by_language, "Which region is it?"), "utf-8")

    result = CliRunner().invoke(main, ["menus", "check", str(tmp_path)], env=environ)

    assert 0 == result.exit_code, result.output
    said = "water.yaml:8: the same in every language: 'Which region is it?'. Write {en: …, sw: …}"
    assert said in result.output


@pytest.mark.parametrize(("languages", "told"), [("en,sw", True), ("en", False)])
def test_in_one_language_everything_is_the_same(
    languages: str, told: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    made = CliRunner().invoke(main, ["init", "own", "--languages", languages])
    assert 0 == made.exit_code, made.output
    service = SERVICE.format(written="text: Which region is it?") + "  b: {end: Thank you}\n"
    (tmp_path / "own" / "menus" / "s.yaml").write_text(
        "shortcut: 77\ntitle: S\n" + service, "utf-8"
    )

    result = CliRunner().invoke(main, ["menus", "check", "own"])

    assert 0 == result.exit_code, result.output
    assert told == ("the same in every language" in result.output)
