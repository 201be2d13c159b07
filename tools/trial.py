"""Tries an installed gateway as a newcomer does: in an empty folder, away from any checkout."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import urllib3

#: A language with its own letters only, and one that is written from right to left.
LANGUAGES, COUNTRY = "so,ar", "SO"
#: No command of a trial takes longer, on a slow machine that does other things.
_SECONDS = 120


class TrialFailed(Exception):
    """What a command said instead of what it should."""


@dataclass(frozen=True, slots=True)
class Trial:
    """A gateway under trial: how it is called, where, and with which environment."""

    command: Sequence[str]
    folder: Path
    environ: Mapping[str, str]

    def says(self, wanted: str, *arguments: str, within: str = "") -> None:
        """Runs a command in a folder of the trial; raises TrialFailed unless it says this."""
        done = subprocess.run(
            [*self.command, *arguments],
            cwd=self.folder / within, env=self.environ, capture_output=True, encoding="utf-8",
            timeout=_SECONDS, check=False,
        )  # fmt: skip
        if done.returncode or wanted not in done.stdout:
            told = f"{' '.join(arguments)}: exit {done.returncode}, no '{wanted}'"
            raise TrialFailed(f"gateway {told}\n{done.stdout}{done.stderr}")

    def of_commands(self, version: str) -> None:
        """Tries all that runs by itself: a new deployment, and the reference deployment."""
        self.says(f"gateway {version}", "--version")
        self.says("mine is ready", "init", "mine", "--languages", LANGUAGES, "--country", COUNTRY)
        self.says("No faults: 1 service", "menus", "check", within="mine")
        self.says("5 dialogues, all as written.", "menus", "test", within="mine")
        self.says("CON Dooro", "dial", "*384*2026#", "1", "1", within="mine")
        self.says("Maalintee?", "text", "SAACADAHA", within="mine")
        self.says("zamani is ready", "init", "zamani", "--sample")
        self.says("4 languages", "menus", "check", within="zamani")
        self.says("Find a clinic", "dial", "*384*2026#", "1", "1", within="zamani")
        self.says("Date of birth", "text", "RESULT 10231456 2025", within="zamani")
        one = "menus/dialogues/exam_results_en.dialogue.yaml"
        self.says("1 dialogue, all as written.", "menus", "test", one, within="zamani")

    def of_run(self) -> None:
        """Tries `gateway run` on free ports, and dials through it."""
        port, standin = _free_port(), _free_port()
        config = self.folder / "mine" / "config" / "gateway.yaml"
        ports = f"\nserver: {{port: {port}}}\nstandin: {{port: {standin}}}\n"
        config.write_text(config.read_text("utf-8") + ports, "utf-8")
        with self._running(f"http://127.0.0.1:{port}") as url:
            dial = ("dial", "*384*2026#", "2", "1", "1", "--url", url)
            self.says("END الاثنين", *dial, within="mine")

    @contextlib.contextmanager
    def _running(self, url: str) -> Iterator[str]:
        log = self.folder / "run.log"
        with log.open("wb") as out:
            process = subprocess.Popen(
                [*self.command, "run"],
                cwd=self.folder / "mine", env=self.environ, stdout=out, stderr=out,
            )  # fmt: skip
        try:
            give_up_at = time.monotonic() + _SECONDS
            while not _is_ready(url):
                if process.poll() is not None or time.monotonic() > give_up_at:
                    raise TrialFailed(f"gateway run did not begin:\n{log.read_text('utf-8')}")
                time.sleep(0.2)
            yield url
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGINT)
            process.wait(_SECONDS)


def away(**more: str) -> dict[str, str]:
    """Returns an environment that knows of no checkout and of no deployment."""
    own = ("GATEWAY_", "PYTHON", "VIRTUAL_ENV")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(own)}
    return {**kept, "PYTHONSAFEPATH": "1", "PYTHONUTF8": "1", **more}


def _is_ready(url: str) -> bool:
    try:
        with urllib3.PoolManager(timeout=5, retries=False) as pool:
            return bool(pool.request("GET", f"{url}/health/ready").status == 200)
    except urllib3.exceptions.HTTPError:
        return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
