"""docs/first-warning.md goes as it is written: from an institution to what its warning has cost."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from gateway.cli.main import main
from tests.gateways import MASTER_KEY
from tests.promises.running import running

PAGE = (Path(__file__).parents[1] / "docs" / "first-warning.md").read_text("utf-8")
_BLOCK = re.compile(r"^```(console|yaml|xml|sh) ?([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
#: Where the page says that the gateway runs, and its stand-in.
WRITTEN, STANDIN = "http://127.0.0.1:8384", "127.0.0.1:8385"


def told(command: str) -> str:
    """Returns what a command of ours prints; it must succeed."""
    result = CliRunner().invoke(main, shlex.split(command)[1:])
    assert result.exit_code == 0, f"{command}\n{result.output}"
    return result.output


def put(home: Path, where: str, text: str) -> None:
    """Writes what the page tells to write: below a file, below a key of it, or as a file."""
    name, _, key = where.partition(" ")
    file = home / name
    before = file.read_text("utf-8") if file.exists() else ""
    if key:
        assert f"  {key}:\n" in before
        text = before.replace(f"  {key}:\n", f"  {key}:\n{text}")
    else:
        text = f"{before}\n{text}".lstrip()
    file.write_text(text, "utf-8")


# It takes some twenty seconds: the whole gateway runs, and all who work with it meet in it.
def test_a_warning_reaches_a_district_while_a_provider_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    blocks = _BLOCK.findall(PAGE)
    assert ("console", "", "$ gateway init zamani --sample\n$ cd zamani\n") == blocks.pop(0)
    told("gateway init zamani --sample")
    home = tmp_path / "zamani"
    while blocks[0][0] == "yaml":
        _, where, text = blocks.pop(0)
        put(home, where, text)
    assert ("sh", "", "gateway run\n") == blocks.pop(0)
    monkeypatch.chdir(home)
    printed: dict[str, str] = {}

    with running(tmp_path, home) as gateway:
        for variable, value in {
            "GATEWAY_HOME": str(home),
            "GATEWAY_DATA": str(tmp_path / "data"),
            "GATEWAY_KEY": MASTER_KEY,
            "GATEWAY_DEVELOPMENT": "1",
        }.items():
            monkeypatch.setenv(variable, value)
        for kind, where, text in blocks:
            if kind == "xml":
                put(home, where, text)
            elif kind == "sh":
                assert text.startswith(f"curl -s {STANDIN}/faults --json")
                gateway.fault(kind="refuse", code=405)
            else:
                for each in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
                    command, _, output = each.partition("\n")
                    printed[command] = told(command.replace(WRITTEN, gateway.url))
                    assert output in printed[command], command

        taken = printed["gateway alerts take flood.xml --source weather --by asha"]
        assert all(f"   {each} (1 SMS): " in taken for each in ("en", "sw", "fr", "am"))
        assert "is done" in printed["gateway broadcast watch 1 --by juma"]
        report = printed["gateway broadcast report 1 --by juma"]
        assert {"am", "en", "fr", "sw"} == set(re.findall(r"^(\w\w) [\w-]+ +1", report, re.M))
        assert re.search(r"^(am|en|fr|sw) twilio", report, re.MULTILINE)
        assert "cost: 0.0" in report
        assert "at-ke                paused" in printed["gateway channels list --by ada"]
        assert "The bridge at Mbale" in printed["gateway helpdesk list --by ada"]
        shown = printed["gateway institutions show disaster_management --by ada"]
        assert "4 segments today" in shown
        audit = printed["gateway audit list --by ada"]
        assert re.search(r"juma +approve_broadcast +broadcast 1 approved", audit)
        assert 4 == len(gateway.at_provider())
