"""The real thing for tests that kill it: `gateway run` in a process group of its own."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import urllib3

from gateway.composition.gateway import Gateway
from gateway.deployment.load import DEVELOPMENT, load
from gateway.domain.telecom.msisdn import Msisdn
from gateway.domain.telecom.ussd import UssdReply
from gateway.web.handset_client import handset, over_http
from tests.gateways import HOME, MASTER_KEY
from tests.polling import PATIENCE_SECONDS, eventually
from tests.ports import free_port
from tests.private import is_private

#: What `gateway run` prints while nobody is known; the end of the line says that it is whole.
_WAY_IN = re.compile(r"(http://\S+/console/way-in/[\w-]+)/?\s")


@dataclass(frozen=True)
class Running:
    """A gateway that runs, seen from outside; `inside` reads the same database."""

    url: str
    standin_url: str
    process: subprocess.Popen[bytes]
    console: Path
    inside: Gateway
    pool: urllib3.PoolManager

    def text(self, channel: str, phone: str, words: str) -> None:
        """Sends an SMS; fails when it is not answered 2xx."""
        handset(self.inside.deployment, channel, over_http(self.url)).text(
            Msisdn.from_e164(phone), words
        )

    def turn(self, phone: str, session: str, typed: str) -> UssdReply:
        """Returns the reply to a USSD turn; raises when there is none."""
        one = handset(self.inside.deployment, "at-ke", over_http(self.url))
        return one.turn(Msisdn.from_e164(phone), session, typed)

    def fault(self, **document: object) -> None:
        """Makes trouble at the stand-in provider."""
        answer = self.pool.request("POST", f"{self.standin_url}/faults", json=document)
        assert answer.status == 201, answer.data

    def recovers(self) -> None:
        """Lets the stand-in provider be well again, whatever faults still lay ahead."""
        answer = self.pool.request("DELETE", f"{self.standin_url}/faults")
        assert answer.status == 204, answer.data

    def at_provider(self) -> list[dict[str, str]]:
        """Returns every SMS the stand-in provider took."""
        taken = json.loads(self.pool.request("GET", f"{self.standin_url}/messages").data)
        return list(taken["messages"])

    def way_in(self) -> str:
        """Returns the link for the first administrator, once it is printed whole."""
        eventually(lambda: _WAY_IN.search(self.said()))
        link = _WAY_IN.search(self.said())
        assert link is not None
        return link[1]

    def serves(self, release: str) -> None:
        """Returns once new sessions begin on a release; fails when they do not in time.

        There are several web processes, and chance says which of them a connection reaches: of so
        many, some reach each.
        """
        eventually(lambda: all(self._health().get("release") == release for _ in range(24)))

    def has_kept(self, screen: str) -> None:
        """Returns once how a session went that was shown a screen is in the database: a ticker
        brings it there."""

        def is_kept() -> bool:
            parts = self.inside.sessions.sessions.newest(None, 20)
            shown = (turn.at for part in parts if part.course for turn in part.course.turns)
            return screen in shown

        eventually(is_kept)

    def said(self) -> str:
        """Returns what stands on its console."""
        return self.console.read_text("utf-8")

    def pids(self, *words: str) -> list[int]:
        """Returns the processes of this gateway whose command line holds all of these words."""
        children = psutil.Process(self.process.pid).children(recursive=True)
        return [each.pid for each in children if set(words) <= set(command_of(each.pid))]

    def kill(self, *words: str) -> None:
        """Kills them, and returns once they are running again."""
        before = self.pids(*words)
        assert before
        for pid in before:
            os.kill(pid, signal.SIGKILL)
        eventually(lambda: (now := self.pids(*words)) and not set(now) & set(before))

    def has_started(self) -> bool:
        """Returns whether the web server answers and reaches its stores; fails when all is over."""
        assert self.process.poll() is None, "It has ended; run.log says why."
        return "release" in self._health()

    def _health(self) -> dict[str, str]:
        """Returns what it says of itself; nothing while it does not answer, or is not ready."""
        try:
            alone = {"Connection": "close"}
            answer = self.pool.request("GET", f"{self.url}/health/ready", headers=alone)
        except urllib3.exceptions.HTTPError:
            return {}
        return dict(json.loads(answer.data)) if answer.status == 200 else {}


@contextlib.contextmanager
def running(folder: Path, home: Path = HOME, **more: str) -> Iterator[Running]:
    """Yields a gateway that runs on free ports, with its data in a folder.

    `more` are further variables of its environment.
    """
    port = free_port(room=2)  # the stand-in takes the one after it
    environ = {
        **os.environ,
        "GATEWAY_HOME": str(home),
        "GATEWAY_PORT": str(port),
        "GATEWAY_DATA": str(folder / "data"),
        "GATEWAY_KEY": MASTER_KEY,
        **more,
    }
    inside = Gateway(load({**environ, DEVELOPMENT: "1"}))  # as `gateway run` is
    with (folder / "run.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "gateway.cli", "run"], env=environ, stdout=log, stderr=log
        )
    gateway = Running(
        url=f"http://127.0.0.1:{port}",
        standin_url=f"http://127.0.0.1:{port + 1}",
        process=process,
        console=folder / "run.log",
        inside=inside,
        pool=urllib3.PoolManager(timeout=5, retries=False),
    )
    try:
        eventually(gateway.has_started)
        yield gateway
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(PATIENCE_SECONDS)
        inside.close()
        gateway.pool.clear()
    logged = "".join(log.read_text("utf-8") for log in (folder / "data").rglob("*.log"))
    private = [line for line in logged.splitlines() if is_private(line)]
    assert [] == private, private


def command_of(pid: int) -> list[str]:
    """Returns a process's command line, empty once it has ended."""
    try:
        return list(psutil.Process(pid).cmdline())
    except psutil.Error:
        return []
