"""docs/consent.md goes as it is written."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from gateway.cli.main import main
from tests.gateways import MASTER_KEY

PAGE = (Path(__file__).parents[1] / "docs" / "consent.md").read_text("utf-8")
_BLOCK = re.compile(r"^```(console|csv) ?(\S*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def test_the_page_goes_as_it_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    blocks = {kind: (name, text) for kind, name, text in _BLOCK.findall(PAGE)}
    name, rows = blocks["csv"]
    (tmp_path / name).write_text(rows, "utf-8")
    monkeypatch.chdir(tmp_path)
    for variable, value in {
        "GATEWAY_HOME": str(Path(__file__).parents[1]),
        "GATEWAY_DATA": str(tmp_path / "data"),
        "GATEWAY_KEY": MASTER_KEY,
        "GATEWAY_DEVELOPMENT": "1",
    }.items():
        monkeypatch.setenv(variable, value)
    CliRunner().invoke(main, ["migrate"], catch_exceptions=False)

    for each in re.split(r"^\$ ", blocks["console"][1], flags=re.MULTILINE)[1:]:
        command, _, output = each.partition("\n")
        done = CliRunner().invoke(main, shlex.split(command)[1:], catch_exceptions=False)
        assert (0, True) == (done.exit_code, output in done.output), f"{command}\n{done.output}"

    again = CliRunner().invoke(main, ["consents", "import", "consents.csv"])
    assert "2 consents taken" in again.output
