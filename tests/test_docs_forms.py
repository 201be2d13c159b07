"""The page on forms: its keys are those of the code, and its walk goes as it is written."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner
from pydantic import BaseModel

from gateway.adapters.declared_rows.dataset_shapes import SlotsShape
from gateway.adapters.declared_rows.form_shapes import (
    FormColumnShape,
    FormShape,
    PlacesShape,
    RemindsShape,
)
from gateway.cli.main import main
from gateway.domain.handler_contract.form import CLOSED, FOUND, FREED, FULL, GONE, NONE, STORED

PAGE = (Path(__file__).parents[1] / "docs" / "forms.md").read_text("utf-8")


def block(name: str) -> str:
    """Returns the fenced block with this name."""
    (text,) = re.findall(rf"^```{re.escape(name)}\n(.*?)^```$", PAGE, re.M | re.S)
    return str(text)


@pytest.mark.parametrize(
    "shape", [FormShape, PlacesShape, SlotsShape, RemindsShape], ids=lambda one: one.__name__
)
def test_every_key_is_explained_as_the_code_does(shape: type[BaseModel]) -> None:
    for name, field in shape.model_fields.items():
        needed = " **Needed.**" if field.is_required() else ""
        assert f"| `{field.alias or name}` | {field.description}{needed} |" in PAGE


def test_the_key_that_columns_of_forms_have_beside_is_explained() -> None:
    field = FormColumnShape.model_fields["calculated"]
    assert f"| `calculated` | {field.description} |" in PAGE


@pytest.mark.parametrize("outcome", [STORED, CLOSED, FULL, FREED, FOUND, NONE, GONE])
def test_every_outcome_is_explained(outcome: str) -> None:
    assert f"\n| `{outcome}` | " in PAGE


def test_the_walk_from_a_form_to_a_file_goes_as_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    made = CliRunner().invoke(main, ["init", str(home), "--languages", "en,sw"])
    assert 0 == made.exit_code, made.output
    monkeypatch.chdir(home)
    (home / "forms").mkdir()
    (home / "forms" / "wells.yaml").write_text(block("yaml wells-form"), "utf-8")
    (home / "menus" / "wells.yaml").write_text(block("yaml wells-menu"), "utf-8")
    check, dial, text, export = map(shlex.split, block("sh").splitlines())

    def run(command: list[str], code: int = 0) -> str:
        done = CliRunner().invoke(main, command[1:])
        assert code == done.exit_code, done.output
        return done.output

    assert "No faults" in run(check)
    assert "END Thank you, Asha Musa." in run(dial)
    assert re.search(r"Case \d{3} \d{3} \d{3}: The pump is broken, Kilima", run(text))
    run(["gateway", "migrate"])
    assert "wells: 0 rows written to wells.csv." in run(export)
    header = (home / "wells.csv").read_text("utf-8-sig")
    assert "number,status,opened_at,fault,village,name\n" == header

    form = home / "forms" / "wells.yaml"
    form.write_text(block("yaml wells-post") + form.read_text("utf-8"), "utf-8")
    (home / "menus" / "calls.yaml").write_text(block("yaml wells-call"), "utf-8")
    assert "No faults" in run(check)
    listed, waiting, again = map(shlex.split, block("sh wells-post").splitlines())
    assert "takes each row of wells" in run(listed)
    assert "Every stored row has gone on.\n" == run(waiting)
    assert "0 rows of wells will be posted within seconds.\n" == run(again)


def test_a_visit_is_booked_told_to_be_full_and_cancelled_as_the_page_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    made = CliRunner().invoke(main, ["init", str(home), "--languages", "en,sw"])
    assert 0 == made.exit_code, made.output
    monkeypatch.chdir(home)
    (home / "forms").mkdir()
    (home / "forms" / "visits.yaml").write_text(block("yaml visits-form"), "utf-8")
    (home / "menus" / "visits.yaml").write_text(block("yaml visits-menu"), "utf-8")
    (home / "menus" / "dialogues").mkdir(exist_ok=True)
    (home / "menus" / "dialogues" / "visits.dialogue.yaml").write_text(DIALOGUE, "utf-8")
    check, book, cancel = map(shlex.split, block("sh visits").splitlines())

    def run(*command: str) -> str:
        done = CliRunner().invoke(main, command)
        assert 0 == done.exit_code, done.output
        return done.output

    assert "No faults" in run(*check[1:])
    assert "END Booked: Monday, 8:00." in run(*book[1:])
    assert "END You have no visit booked." in run(*cancel[1:])
    assert "all as written" in run("menus", "test", "menus/dialogues/visits.dialogue.yaml")


#: One caller books, moves, and cancels.
DIALOGUE = """\
title: A caller moves a visit and cancels it
surface: ussd
dial: "*384*2026*53*1*1*1#"
turns:
  - sees: |-
      Monday, 8:00?
      1. Yes
      2. Change
      0 Back 00 Home
    types: "1"
  - sees: |-
      Booked: Monday, 8:00.
    ends: true
    dials: "*384*2026*53*1*2*2#"
  - sees: |-
      Thursday, 10:00?
      1. Yes
      2. Change
      0 Back 00 Home
    types: "1"
  - sees: |-
      Booked: Thursday, 10:00.
    ends: true
    dials: "*384*2026*53*2#"
  - sees: |-
      Cancel your visit?
      1. Yes
      2. No
      0 Back 00 Home
    types: "1"
  - sees: |-
      Your visit is cancelled. The place is free for somebody else.
    ends: true
    dials: "*384*2026*53*2#"
  - sees: |-
      Cancel your visit?
      1. Yes
      2. No
      0 Back 00 Home
    types: "1"
  - sees: |-
      You have no visit booked.
    ends: true
"""
