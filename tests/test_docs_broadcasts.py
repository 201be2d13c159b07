"""docs/broadcasts.md goes as it is written, against a gateway that runs."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from gateway.cli.main import main
from tests.gateways import MASTER_KEY
from tests.promises.running import running

PAGE = (Path(__file__).parents[1] / "docs" / "broadcasts.md").read_text("utf-8")
_BLOCK = re.compile(r"^```(console|yaml) ?(\S*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
#: Where the page says that the gateway runs.
WRITTEN = "http://127.0.0.1:8384"


def steps() -> Iterator[tuple[str, str]]:
    """Yields what a reader does: a command and what it prints, or 'file' and what is put there."""
    for kind, name, text in _BLOCK.findall(PAGE):
        if kind == "yaml":
            yield f"file {name}", text
            continue
        for each in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
            command, _, output = each.partition("\n")
            yield command, output


def ran(command: str) -> str:
    """Returns what a command of ours prints; it must succeed."""
    result = CliRunner().invoke(main, shlex.split(command)[1:])
    assert result.exit_code == 0, f"{command}\n{result.output}"
    return result.output


# It takes some ten seconds: the whole gateway runs, and citizens, officers and phones meet in it.
def test_the_page_goes_as_it_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    todo = list(steps())
    assert ("gateway init zamani --sample", "") == todo[0]
    ran(todo.pop(0)[0])
    assert ("cd zamani", "") == todo.pop(0)
    name, text = todo.pop(0)
    home = tmp_path / "zamani"
    file = home / name.removeprefix("file ")
    file.write_text(file.read_text("utf-8") + "\n" + text, "utf-8")
    monkeypatch.chdir(home)

    with running(tmp_path, home) as gateway:
        for variable, value in {
            "GATEWAY_HOME": str(home),
            "GATEWAY_DATA": str(tmp_path / "data"),
            "GATEWAY_KEY": MASTER_KEY,
            "GATEWAY_DEVELOPMENT": "1",
        }.items():
            monkeypatch.setenv(variable, value)
        for command, output in todo:
            printed = ran(command.replace(WRITTEN, gateway.url))
            assert output in printed, command
            if " watch " in command:
                assert "is done" in printed
            if " report " in command:
                assert re.search(r"^all +2$", printed, re.MULTILINE), printed
        assert {"en", "sw"} == {
            part.language for part in gateway.inside.broadcast.read.outcomes(1, "asha")[1].parts
        }
