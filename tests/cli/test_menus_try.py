"""`gateway menus try`: what the simulator of the console does, by command."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run

CODE = "*384*2026#"


def test_moves_are_played_and_told_with_what_came_of_each(run: Run) -> None:
    told = run(
        "menus", "try", CODE, "1", ":twice 1", ":lose", "1", ":redial", ":text HELP",
        "--language", "en",
    )  # fmt: skip

    assert 0 == told.exit_code, told.output
    assert "> :twice 1\n  Which region?\n" in told.stdout
    assert "(find_clinic.region, find_clinic.yaml:" in told.stdout
    assert "> :lose\n> 1\n  (No session is open on this phone. Dial first.)\n" in told.stdout
    assert "  SMS: Public services of Zamani." in told.stdout


def test_a_draft_and_what_is_live_are_tried_too_and_for_programs(run: Run, tmp_path: Path) -> None:
    run("migrate")
    run("drafts", "begin", "Clinic hours", "--by", "asha")
    folder = tmp_path / "here"
    run("drafts", "pull", "1", str(folder))
    file = folder / "menus" / "health.yaml"
    text = file.read_text("utf-8").replace("Find a clinic", "Clinics near you")
    file.write_text(text, "utf-8")
    saved = run("drafts", "save", "1", str(folder))
    assert 0 == saved.exit_code, saved.output
    dialled = ("menus", "try", CODE, "1", "--language", "en", "--json")

    draft, live = (
        json.loads(run(*dialled, *each).stdout) for each in (("--draft", "1"), ("--live",))
    )

    assert "1. Clinics near you" in draft["moves"][-1]["page"]
    assert "1. Find a clinic" in live["moves"][-1]["page"]
    assert draft["moves"][-1]["place"].startswith("health.yaml:")
    assert ("health.menu", True) == (draft["moves"][-1]["screen"], draft["open"])


def test_a_trial_is_recorded_beside_the_menu_and_nowhere_else(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    outside = run("menus", "try", CODE, "--record", str(tmp_path / "x.dialogue.yaml"))

    assert (2, True) == (outside.exit_code, "expected a file in" in outside.output)


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        ((":hang-up",), 5, "A move is what is typed"),
        ((CODE, "--language", "xx"), 5, "does not speak this language"),
        ((CODE, "--channel", "at-tz"), 5, "no such channel"),
        ((CODE, "--from", "12"), 2, "Write a number of the country"),
        ((CODE, "--at", "soon"), 2, "--at"),
        ((CODE, "--septets", "5"), 2, "40<=x<=182"),
        ((CODE, "--draft", "1", "--live"), 2, "what is --live"),
        ((), 2, "MOVES"),
    ],
)
def test_what_cannot_be_tried_is_refused_with_what_could_be(
    run: Run, arguments: tuple[str, ...], code: int, says: str
) -> None:
    told = run("menus", "try", *arguments)

    assert (code, True) == (told.exit_code, says in told.output), told.output
