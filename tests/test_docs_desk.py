"""docs/desk.md, the whole path of a desk as a script of commands, against `gateway run`.

It takes some twenty seconds: a gateway of eleven processes begins, and dialogues are played.
"""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from gateway.adapters.system.clock import SystemClock
from gateway.cli.main import main
from tests import wells_deployment
from tests.gateways import MASTER_KEY
from tests.promises.running import Running, running
from tests.test_docs import HOME
from tests.xlsforms.test_docs_page import sheets
from tests.xlsforms.workbooks import saved

PAGE = (HOME / "docs" / "desk.md").read_text("utf-8")
#: What stands on the page, where each gateway has its own.
ADDRESS, CASE, SESSION = "http://127.0.0.1:8384", "732191468", "sessions show 2 "


def steps() -> list[tuple[str, str]]:
    """Returns what a reader types, each with what the page shows of the answer."""
    blocks = re.findall(r"^```console\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    return [
        (command, printed)
        for block in blocks
        for command, _, printed in (
            each.partition("\n") for each in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]
        )
    ]


def grouped(number: str) -> str:
    """Returns a number of a case as people read it."""
    return " ".join(re.findall("...", number))


class Reader:
    """Who goes along the page beside a gateway, and puts what is their own where it says so."""

    def __init__(self, gateway: Running) -> None:
        self.gateway = gateway
        self.own = {ADDRESS: gateway.url}
        self.told: dict[str, str] = {}

    def types(self, command: str) -> str:
        """Runs a command of the page; returns what it prints, with the numbers of the page."""
        if command.startswith("gateway sessions list"):
            self.gateway.has_kept("wells.thanks")  # written a moment after it was shown
        for written, here in self.own.items():
            command = command.replace(written, here)
        done = CliRunner().invoke(main, shlex.split(command)[1:], obj=SystemClock())
        assert 0 == done.exit_code, (command, done.output)
        self.told[command] = found = done.stdout
        if case := re.search(r"Case (\d{3} \d{3} \d{3}):", found):
            self.own[CASE] = case[1].replace(" ", "")
        if session := re.match(r" +(\d+)  ", found):
            self.own[SESSION] = f"sessions show {session[1]} "
        if release := re.search(r"Release (\w{16}) (?:is published|goes live)", found):
            self.gateway.serves(release[1])  # the page says how soon
        return found.replace(grouped(self.own.get(CASE, CASE)), grouped(CASE))

    def was_told(self, begins: str) -> str:
        """Returns what the command printed that begins so."""
        return next(found for command, found in self.told.items() if command.startswith(begins))


def test_the_page_goes_as_it_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "desk"
    wells_deployment.write(home)
    monkeypatch.setenv("GATEWAY_HOME", str(home))
    monkeypatch.setenv("GATEWAY_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("GATEWAY_KEY", MASTER_KEY)
    monkeypatch.chdir(home)
    saved(home / "stall.xlsx", sheets())
    with running(tmp_path, home) as gateway:
        reader = Reader(gateway)
        for command, printed in steps():
            found = reader.types(command)
            assert printed in ("", found), command

    told = reader.was_told
    assert "/console/way-in/" in told("gateway people link")
    assert "Kisima kiko kijiji gani?" in told("gateway menus try")
    assert "reworded in Swahili" in told("gateway drafts diff")
    assert "wells.thanks was shown." in told("gateway sessions show")
    assert "in 1 SMS on channel phone" in told(f"gateway cases answer {reader.own[CASE]}")
    assert "Kilima" in told("gateway cases show")
    assert "+2547" in told("gateway sms list")
