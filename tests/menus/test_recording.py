"""`--record` writes a dialogue that `gateway menus test` then plays."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from gateway.adapters.dialogue_files import read
from gateway.cli.main import main
from tests import water_deployment


def run(environ: dict[str, str], *arguments: str) -> str:
    """Runs `gateway` and returns what it printed, faults included."""
    return CliRunner().invoke(main, arguments, env=environ).output


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def environ(home: Path) -> dict[str, str]:
    return water_deployment.write(home)


def test_what_is_dialled_becomes_a_dialogue_that_passes(
    home: Path, environ: dict[str, str]
) -> None:
    file = home / "menus" / "more" / "reported.dialogue.yaml"

    run(environ, "dial", "*384*2026#", "1", "2", "Asha", "--record", str(file))

    turns = read(file).turns
    assert ["1", "2", "Asha", None] == [turn.types for turn in turns]
    assert "Thank you, Asha." == turns[-1].sees
    assert turns[-1].ends
    assert "2 dialogues, all as written." in run(environ, "menus", "test")


def test_a_dialogue_that_stops_in_the_middle_is_recorded_so(
    home: Path, environ: dict[str, str]
) -> None:
    file = home / "menus" / "stopped.dialogue.yaml"

    run(environ, "dial", "*384*2026#", "1", "--record", str(file))

    turns = read(file).turns
    assert ["1", None] == [turn.types for turn in turns]
    assert not turns[-1].ends


def test_what_is_texted_becomes_a_dialogue_that_passes(home: Path, environ: dict[str, str]) -> None:
    file = home / "menus" / "texted.dialogue.yaml"

    run(environ, "text", "MAJI", "--record", str(file))

    assert "Mkoa gani?" in read(file).turns[0].sees
    assert "2 dialogues, all as written." in run(environ, "menus", "test")


def test_a_dialogue_that_is_there_is_not_written_over(home: Path, environ: dict[str, str]) -> None:
    file = home / "menus" / "mine.dialogue.yaml"
    run(environ, "dial", "*384*2026#", "1", "--record", str(file))
    before = file.read_text("utf-8")

    output = run(environ, "dial", "*384*2026#", "--record", str(file))

    assert "is there already; name another file" in output
    assert before == file.read_text("utf-8")


@pytest.mark.parametrize("name", ["menus/reported.yaml", "reported.dialogue.yaml"])
def test_a_file_that_no_test_would_find_is_refused(
    home: Path, environ: dict[str, str], name: str
) -> None:
    output = run(environ, "dial", "*384*2026#", "1", "--record", str(home / name))

    assert "that ends with .dialogue.yaml" in output
    assert not (home / name).exists()
