"""A declared call that proves a second fact is met as a handler that does: page by page."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from gateway.adapters.golden_dialogues.files import read
from gateway.deployment.load import load
from gateway.domain.dialogue.golden_dialogue import Dialogue, difference
from gateway.domain.handler_contract.service_call import Outcome
from gateway.rehearsal.stage import Stage, stage
from tests.gateways import HOME, environment

CALLS = """\
exam_register:
  method: POST
  url: https://exams.example.org/v1/results
  json: {candidate: "{candidate}", year: "{year}", born: "{birth_date}"}
  values:
    name: {path: name, max: 20, kind: text}
    grade: {path: grade, max: 3, kind: text}
    subjects: {path: subjects, max: 60, kind: text}
  outcomes:
    found: {status: 200}
    unknown: {status: 404}
  proves: {of: candidate, wrong: unknown, message: second_fact_tried}
"""
#: The screen that looks a result up, and the one that asks another system.
LOOKED_UP = re.compile(r"    lookup: exam_results\n(?:    .*\n)+?    outcomes: .*\n")
ASKED = """\
    call: exam_register
    outcomes: {found: result, unknown: unknown, too_often: too_often}
"""
#: Wrong dates that are tried out until the fifth meets the wait, in each language of the menu.
GUESSED = sorted((HOME / "menus" / "dialogues").glob("second_fact_guessed_*.dialogue.yaml"))
UNKNOWN = Outcome("unknown")
FOUND = Outcome("found", {"name": "A. M.", "grade": "B", "subjects": "ENG B- MAT B- SCI A-"})


@pytest.fixture(scope="module")
def on_stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """The reference deployment, whose exams are asked of another system."""
    home = tmp_path_factory.mktemp("home")
    for name in ("menus", "datasets", "forms", "handlers", "config"):
        shutil.copytree(HOME / name, home / name)
    service = home / "menus" / "exam_results.yaml"
    written = service.read_text("utf-8")
    one = written.replace("    many: 3\n", "")  # another system is asked for one at a time
    service.write_text(LOOKED_UP.sub(ASKED, one), "utf-8")
    (home / "menus" / "calls.yaml").write_text(CALLS, "utf-8")
    environ = environment(tmp_path_factory.mktemp("data"), "redis://none")
    deployment = load({**environ, "GATEWAY_HOME": str(home)})
    with stage(deployment, deployment.load_release()) as ready:
        yield ready


def up_to_the_wait(path: Path) -> Dialogue:
    """Returns a dialogue of the reference deployment, with what the other system says."""
    dialogue = read(path)
    turns = [*dialogue.turns[:4], replace(dialogue.turns[4], dials=None, later_minutes=0)]
    return replace(dialogue, turns=turns, handlers={"exam_register": UNKNOWN})


def test_there_is_a_dialogue_in_each_language() -> None:
    assert 4 == len(GUESSED)


@pytest.mark.parametrize("path", GUESSED, ids=lambda path: path.name.partition(".")[0][-2:])
def test_the_fifth_guess_meets_the_same_wait(path: Path, on_stage: Stage) -> None:
    dialogue = up_to_the_wait(path)

    seen = on_stage.play(dialogue)

    assert not difference(dialogue, seen)


def test_what_proves_is_shown_however_often_it_is_asked(on_stage: Stage) -> None:
    dialogue = replace(up_to_the_wait(GUESSED[0]), handlers={"exam_register": FOUND})

    pages = [turn.sees for turn in on_stage.play(dialogue).turns]

    assert ["10231456 A. M."] * 5 == [page[:14] for page in pages]
