"""Files of a deployment that are called like modules of Python or of a library shadow none."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
import urllib3

from gateway.deployment.load import load
from gateway.domain.telecom.msisdn import Msisdn
from gateway.web.handset_client import handset, over_http
from tests.gateways import MASTER_KEY
from tests.polling import eventually
from tests.ports import free_port

#: Every module of Python and of what is installed, by the name it is imported under.
NAMES = {
    name
    for name in (*sys.stdlib_module_names, *packages_distributions())
    if name.isidentifier() and name not in ("gateway", "handlers", "tests", "__main__")
}
SHADOW = "raise SystemExit(f'A file of the deployment was imported: {__file__}')\n"
SCRIPTS = Path(sys.executable).parent
AS_SCRIPT = [str(SCRIPTS / "gateway")]
AS_MODULE = [sys.executable, "-m", "gateway.cli"]


@dataclass(frozen=True)
class Folder:
    """A deployment with such files in it, as the working directory of what is started."""

    path: Path
    environ: Mapping[str, str]
    port: int

    def said(self, *command: str) -> str:
        """Returns what a command says; fails when it does not end well."""
        done = subprocess.run(
            command, cwd=self.path, env=self.environ, capture_output=True, encoding="utf-8",
            timeout=120, check=False,
        )  # fmt: skip
        assert 0 == done.returncode, done.stdout + done.stderr
        return done.stdout

    def log(self) -> str:
        """Returns what was written by what was kept."""
        return (self.path / "kept.log").read_text("utf-8")


def folder_at(path: Path, valkey: str) -> Folder:
    port = free_port()
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "HOME") if name in os.environ}
    environ = {
        **kept,
        "GATEWAY_PORT": str(port),
        "GATEWAY_KEY": MASTER_KEY,
        "GATEWAY_DEVELOPMENT": "1",
        "GATEWAY_REDIS_URL": valkey,
    }
    return Folder(path, environ, port)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, valkey_server: str) -> Path:
    """Such a deployment, that is copied for each test."""
    folder = folder_at(tmp_path_factory.mktemp("made") / "mine", valkey_server)
    init = [*AS_SCRIPT, "init", str(folder.path), "--sample"]
    subprocess.run(init, env=folder.environ, capture_output=True, timeout=120, check=True)
    for name in NAMES:
        (folder.path / f"{name}.py").write_text(SHADOW, "utf-8")
    return folder.path


def fill(folder: Folder, start: list[str]) -> None:
    folder.said(*start, "migrate")
    folder.said(*start, "data", "fill", "config/sample-data")


@pytest.fixture
def folder(made: Path, tmp_path: Path, valkey: str) -> Folder:
    return folder_at(shutil.copytree(made, tmp_path / "mine"), valkey)


@contextlib.contextmanager
def kept(folder: Folder, *command: str) -> Iterator[None]:
    """Keeps a program going in the folder."""
    with (folder.path / "kept.log").open("wb") as log:
        process = subprocess.Popen(
            command, cwd=folder.path, env=folder.environ, stdout=log, stderr=log
        )
    try:
        yield
    finally:
        process.terminate()
        process.wait(30)


def test_there_are_many_such_names() -> None:
    assert {"secrets", "json", "redis", "flask", "granian", "calendar", "queue"} <= NAMES


@pytest.mark.parametrize("start", [AS_SCRIPT, AS_MODULE], ids=["script", "module"])
def test_commands_find_what_is_pythons(folder: Folder, start: list[str]) -> None:
    fill(folder, start)

    assert "No faults" in folder.said(*start, "menus", "check")
    assert "CON " in folder.said(*start, "dial", "*384*2026#", "1")


#: The exam result of one candidate, dialled in one.
DIALLED = "1*2*1*10231456*2*03092007"
SERVERS = {
    "gateway serve": [*AS_SCRIPT, "serve"],
    "python -m gateway.cli serve": [*AS_MODULE, "serve"],
}


@pytest.mark.parametrize("server", SERVERS)
def test_a_server_answers_a_dial(folder: Folder, server: str) -> None:
    fill(folder, AS_SCRIPT)
    url = f"http://127.0.0.1:{folder.port}"
    with kept(folder, *SERVERS[server]):
        eventually(lambda: _answers(f"{url}/health/live"), seconds=60)
        deployment = load({**folder.environ, "GATEWAY_HOME": str(folder.path)})
        phone = handset(deployment, "at-ke", over_http(url))
        pages: list[str] = []

        def is_found() -> bool:
            # A turn that met a server still loading is over, and whoever dialled is asked of it.
            caller = Msisdn.from_e164(f"+254711{len(pages) + 1:06}")
            pages.append(phone.turn(caller, f"s{len(pages)}", DIALLED).text)
            return "A. M." in pages[-1]

        eventually(is_found)
    assert "was imported" not in folder.log()


def test_the_standin_answers(folder: Folder) -> None:
    port = free_port()
    command = [sys.executable, "-m", "gateway.standin", "--port", str(port)]
    with kept(folder, *command):
        eventually(lambda: _answers(f"http://127.0.0.1:{port}/messages"), seconds=60)
    assert "was imported" not in folder.log()


def _answers(url: str) -> bool:
    try:
        return urllib3.request("GET", url, retries=False, timeout=5).status == 200
    except urllib3.exceptions.HTTPError:
        return False
