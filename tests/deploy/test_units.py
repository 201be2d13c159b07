"""The systemd units: what they start is there, and they are shut in."""

from __future__ import annotations

import re
import subprocess
import sys
from configparser import ConfigParser
from pathlib import Path

import pytest

from gateway.adapters.redis.rq_jobs import QUEUES
from tests.deploy.tools import said_by, tool
from tests.gateways import HOME

FOLDER = HOME / "deploy" / "systemd"
SERVICES = sorted(FOLDER.glob("*.service"))


@pytest.fixture
def units(tmp_path: Path) -> Path:
    """A folder with the units, their program being one that is on this machine."""
    for path in FOLDER.iterdir():
        text = path.read_text("utf-8").replace("/opt/gateway/bin/gateway", "/bin/true")
        (tmp_path / path.name).write_text(text, "utf-8")
    return tmp_path


def instances(folder: Path) -> list[str]:
    named = {"gateway-web@.service": "8384", "gateway-worker@.service": "inbound"}
    return [
        str(folder / path.name.replace("@.", f"@{named.get(path.name, '')}."))
        for path in [*SERVICES, FOLDER / "gateway.target"]
    ]


def test_systemd_takes_every_unit(units: Path) -> None:
    said = said_by(
        units, "env", f"SYSTEMD_UNIT_PATH={units}:", tool("systemd-analyze"), "verify",
        "--man=no", *instances(units),
    )  # fmt: skip

    assert "" == said


@pytest.mark.parametrize("service", SERVICES, ids=lambda path: path.name)
def test_a_service_is_shut_in(service: Path, units: Path) -> None:
    said = said_by(
        units, tool("systemd-analyze"), "security", "--offline=true", "--threshold=20",
        units / service.name,
    )  # fmt: skip

    assert "Overall exposure level" in said


def test_the_target_starts_every_process() -> None:
    text = (FOLDER / "gateway.target").read_text("utf-8")
    wanted = set(" ".join(re.findall(r"^Wants=(.*)$", text, re.MULTILINE)).split())

    workers = {f"gateway-worker@{queue}.service" for queue in QUEUES}
    assert workers | {"gateway-web@8384.service", "gateway-ticker.service"} == wanted


@pytest.mark.parametrize("service", SERVICES, ids=lambda path: path.name)
def test_a_service_runs_a_command_that_there_is(service: Path) -> None:
    parser = ConfigParser(strict=False, interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read(service)
    command = parser["Service"]["ExecStart"].replace("%i", "inbound").split()[1:]

    done = subprocess.run(
        [sys.executable, "-m", "gateway.cli", *command, "--help"],
        cwd=HOME, capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip

    assert 0 == done.returncode, done.stderr
