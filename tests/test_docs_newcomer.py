"""The walk-through of docs/menus.md, from two empty files to a dial, goes as it is written."""

from __future__ import annotations

import functools
import re
import shlex
import textwrap
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from click.testing import CliRunner

from gateway.cli.main import main
from tests import water_deployment

PAGE = (Path(__file__).parents[1] / "docs" / "menus.md").read_text("utf-8")
WALK = PAGE.partition("\nFrom two empty files to a dial")[2].partition("\n- `{braces}`")[0]


class QuietFiles(SimpleHTTPRequestHandler):
    """`python3 -m http.server`, without its lines on the terminal."""

    def log_message(self, format: str, *args: object) -> None:  # the base class names it so
        """Says nothing."""


@pytest.fixture
def port(tmp_path: Path) -> Iterator[int]:
    """Serves the file that the page lets stand in for the ministry's system."""
    (found,) = re.findall(r"put `(\{.*?\}\})` into `(trial/\S+)`", WALK)
    reply, name = found
    file = tmp_path / name
    file.parent.mkdir(parents=True)
    file.write_text(reply, "utf-8")
    handler = functools.partial(QuietFiles, directory=str(tmp_path / "trial"))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


def indented(page: str) -> list[str]:
    """Returns the examples that stand within the steps."""
    return re.findall(r"^   ```yaml\n(.*?)^   ```$", page, re.M | re.S)


def newcomers_files(port: int) -> dict[str, str]:
    """Returns the two examples of the page, the call leading to the stand-in."""
    files = {
        name: re.findall(rf"^```yaml {name}\n(.*?)^```$", PAGE, re.M | re.S)[0]
        for name in ("calls.yaml", "water_tank.yaml")
    }
    lines, _ = indented(WALK)
    trial = textwrap.dedent(lines).replace(":9000", f":{port}")
    trial = textwrap.indent(trial, "  ")
    files["calls.yaml"] = re.sub(r"^  url: .*\n", lambda _: trial, files["calls.yaml"], flags=re.M)
    return files


def test_the_walk_from_two_empty_files_to_a_dial_goes_as_written(
    tmp_path: Path, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in water_deployment.write(tmp_path / "home").items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("CALL_WATER_TOKEN", "trial")
    for name, text in newcomers_files(port).items():
        (tmp_path / "home" / "menus" / name).write_text(text, "utf-8")

    checked = CliRunner().invoke(main, ["menus", "check"])
    tried = CliRunner().invoke(main, ["calls", "try", "tank_level", "--with", "tank=117"])
    dialled = CliRunner().invoke(main, ["dial", "*384*2026*43#", "117"])
    texted = CliRunner().invoke(main, ["text", "TANK 118"])
    recorded = tmp_path / "home" / "menus" / "dialogues" / "water_tank.dialogue.yaml"
    record = ["dial", "*384*2026*43#", "117", "--record", str(recorded)]
    assert f"gateway {shlex.join(record[:-1])} menus/dialogues/{recorded.name}" in WALK
    assert 0 == CliRunner().invoke(main, record).exit_code
    played = CliRunner().invoke(main, ["menus", "test"])

    assert "all as written." in played.output
    assert textwrap.dedent(indented(WALK)[1]) in recorded.read_text("utf-8")
    assert (0, 0) == (checked.exit_code, tried.exit_code), checked.output + tried.output
    assert "Outcome: found\n  level: 80" in tried.output
    assert "CON Number of the tank?" in dialled.output
    assert "END Tank 117 is 80% full." in dialled.output
    assert "There is no tank 118." in texted.output
    for line in ["CON Number of the tank?", "END Tank 117 is 80% full.", "There is no tank 118."]:
        assert line in WALK
