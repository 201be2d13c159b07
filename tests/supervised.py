"""Supervisors in processes of their own, whose children note their process ids."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.polling import PATIENCE_SECONDS

REPOSITORY = Path(__file__).resolve().parents[1]

PROLOGUE = """
import logging, os, signal, sys
from pathlib import Path
from gateway.cli.processes.supervisor import Process, Supervisor

logging.basicConfig(level="INFO", stream=sys.stdout, format="%(message)s")
here = Path.cwd()

def python(name, code, **more):
    begin = "import os, signal, sys, time; from pathlib import Path;"
    begin += f"open({name + '.pids'!r}, 'a').write(str(os.getpid()) + chr(10));"
    return Process(name=name, command=[sys.executable, "-c", begin + code], **more)

SLEEP = "time.sleep(600)"

def on_term(code):
    return f"signal.signal(signal.SIGTERM, lambda *_: ({code})); Path('armed').touch(); " + SLEEP
"""

Begin = Callable[[str], subprocess.Popen[str]]


@contextlib.contextmanager
def beginner(folder: Path) -> Iterator[Begin]:
    """Yields what starts a supervisor in this folder, in a process of its own."""
    begun: list[subprocess.Popen[str]] = []

    def begin(body: str) -> subprocess.Popen[str]:
        script = PROLOGUE + textwrap.dedent(body) + "\nprint('left')\n"
        child = subprocess.Popen(
            [sys.executable, "-c", script], cwd=folder, env={"PYTHONPATH": str(REPOSITORY)},
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8",
        )  # fmt: skip
        begun.append(child)
        return child

    try:
        yield begin
    finally:
        for child in begun:
            child.kill()
            child.communicate()


def pids(tmp_path: Path, name: str) -> list[int]:
    """The process ids a child has had, oldest first."""
    file = tmp_path / f"{name}.pids"
    return [int(line) for line in file.read_text("utf-8").splitlines()] if file.exists() else []


def ended(child: subprocess.Popen[str]) -> tuple[int, str, str]:
    out, error = child.communicate(timeout=PATIENCE_SECONDS)
    return child.returncode, out, error
