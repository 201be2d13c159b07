"""`--record` writes a dialogue that `gateway menus test` then plays."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from gateway.adapters.golden_dialogues.call_recorder import HeardCalls
from gateway.adapters.golden_dialogues.files import read
from gateway.cli.main import main
from gateway.cli.trials.record_dialogue import Seen, as_seen, write_dialogue
from gateway.deployment.load import load
from gateway.domain.dialogue.golden_dialogue import Surface
from gateway.domain.faults_and_errors.errors import Refused
from tests import water_deployment
from tests.ministry import Ministry, ministry
from tests.small_deployment import small_deployment


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


def test_what_a_file_holds_only_escaped_is_recorded_as_it_was_typed(
    home: Path, environ: dict[str, str]
) -> None:
    file = home / "menus" / "strange.dialogue.yaml"
    name = "A\x07sh\ufffea\x85\u2028\ufeff"

    run(environ, "dial", "*384*2026#", "1", "2", name, "--record", str(file))

    assert name == read(file).turns[-2].types
    assert "2 dialogues, all as written." in run(environ, "menus", "test")


def test_half_a_character_is_said_to_be_none_and_not_recorded(
    home: Path, environ: dict[str, str]
) -> None:
    file = home / "menus" / "half.dialogue.yaml"

    told = run(environ, "dial", "*384*2026#", "1", "2", "As\udcffha", "--record", str(file))

    assert "What was typed cannot be written: it holds half of a character" in told
    assert not file.exists()


def test_a_dialogue_that_is_there_is_not_written_over(home: Path, environ: dict[str, str]) -> None:
    file = home / "menus" / "mine.dialogue.yaml"
    run(environ, "dial", "*384*2026#", "1", "--record", str(file))
    before = file.read_text("utf-8")

    output = run(environ, "dial", "*384*2026#", "--record", str(file))

    assert "is there already" in output
    assert before == file.read_text("utf-8")

    run(environ, "dial", "*384*2026#", "--record", str(file), "--overwrite")

    assert 1 == len(read(file).turns)


@pytest.mark.parametrize("name", ["menus/reported.yaml", "reported.dialogue.yaml"])
def test_a_file_that_no_test_would_find_is_refused(
    home: Path, environ: dict[str, str], name: str
) -> None:
    output = run(environ, "dial", "*384*2026#", "1", "--record", str(home / name))

    assert "that ends with .dialogue.yaml" in output
    assert not (home / name).exists()


@pytest.fixture
def tanks(tmp_path: Path) -> Iterator[tuple[Ministry, dict[str, str]]]:
    """A ministry's system and the environment of a deployment that asks it."""
    with ministry() as water:
        water.answers["/v1/tanks/117"] = (200, {"tank": {"level": 45}})
        environ = small_deployment(tmp_path / "home", water, "unix:///nowhere")
        yield water, dict(environ) | {"GATEWAY_DATABASE_URL": f"sqlite:///{tmp_path / 'g.db'}"}


@pytest.mark.parametrize(
    "dialled",
    [("dial", "*384*1#", "1", "117"), ("dial", "*384*1*43#", "117"), ("text", "TANK 117")],
    ids=["dialled", "by shortcut", "texted"],
)
def test_what_a_declared_call_gave_is_pinned_and_the_dialogue_passes_at_once(
    dialled: tuple[str, ...], home: Path, tanks: tuple[Ministry, dict[str, str]]
) -> None:
    water, environ = tanks
    file = home / "menus" / "tank.dialogue.yaml"

    output = run(environ, *dialled, "--record", str(file))

    assert "Tank 117 is 45% full." in output
    assert 'tank_level: {outcome: found, values: {level: "45"}}' in file.read_text("utf-8")
    assert "Tank 117 is 45% full." == read(file).turns[-1].sees
    asked = len(water.asked)
    assert "1 dialogue, all as written." in run(environ, "menus", "test")
    assert asked == len(water.asked)


def test_a_call_that_failed_is_not_recorded(
    home: Path, tanks: tuple[Ministry, dict[str, str]]
) -> None:
    water, environ = tanks
    water.answers["/v1/tanks/117"] = (500, {})
    file = home / "menus" / "tank.dialogue.yaml"

    output = run(environ, "dial", "*384*1#", "1", "117", "--record", str(file))

    assert "The call 'tank_level' failed, so nothing of it can be pinned." in output
    assert not file.exists()


def test_a_call_that_gave_two_things_is_not_recorded(
    home: Path, tanks: tuple[Ministry, dict[str, str]]
) -> None:
    _, environ = tanks
    file = home / "menus" / "tank.dialogue.yaml"

    output = run(environ, "dial", "*384*1#", "1", "404", "1", "117", "--record", str(file))

    assert "The call 'tank_level' gave different things" in output
    assert not file.exists()


def test_what_a_gateway_elsewhere_heard_is_not_recorded(
    home: Path, tanks: tuple[Ministry, dict[str, str]]
) -> None:
    file = home / "menus" / "tank.dialogue.yaml"
    turns: list[Seen] = [("Number?", "117"), ("Tank 117 is 45% full.", None)]
    seen = as_seen(Surface.USSD, "*384*1*43#", turns, None, "en")

    with pytest.raises(Refused, match="Record it without --url"):
        write_dialogue(load(tanks[1]), file, seen, HeardCalls())

    assert not file.exists()


def test_a_dialogue_without_the_pin_says_what_to_pin(
    home: Path, tanks: tuple[Ministry, dict[str, str]]
) -> None:
    _, environ = tanks
    file = home / "menus" / "tank.dialogue.yaml"
    run(environ, "dial", "*384*1#", "1", "117", "--record", str(file))
    text = file.read_text("utf-8")
    pin = 'handlers:\n  tank_level: {outcome: found, values: {level: "45"}}\n'
    assert pin in text
    file.write_text(text.replace(pin, ""), "utf-8")

    output = run(environ, "menus", "test")

    assert "Not called on a stage: tank_level. Pin the outcome under `handlers`." in output
