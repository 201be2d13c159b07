"""A process whose Python stands still ends, and one that is merely at work, or was paused, does
not."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.polling import PATIENCE_SECONDS

GUARDED = """
import ctypes, os, re, signal, subprocess, sys, threading, time
from gateway.adapters.threads.standstill import ended_at_standstill

WAKE = "import os, signal, sys, time; time.sleep(1.2); os.kill({{}}, signal.SIGCONT)"

def citizens_words():
    re.match("(a+)+$", "a" * 60 + "b")

def holds_the_lock_and_sleeps():
    ctypes.PyDLL(None).sleep(600)

def waits():
    threading.Event().wait(3.5)

def is_paused():
    subprocess.Popen([sys.executable, "-c", WAKE.format(os.getpid())])
    os.kill(os.getpid(), signal.SIGSTOP)

with ended_at_standstill({seconds}):
    thread = threading.Thread(target={work}, daemon=True)
    thread.start()
    thread.join()
print("went on")
"""


def run(work: str, seconds: float) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", GUARDED.format(work=work, seconds=seconds)],
        cwd=Path(__file__).resolve().parents[2], capture_output=True, encoding="utf-8",
        timeout=PATIENCE_SECONDS, check=False,
    )  # fmt: skip


def test_one_whose_lock_a_handler_holds_ends_and_says_where_it_stood() -> None:
    ended = run("citizens_words", 0.3)

    assert ended.returncode == -signal.SIGPROF
    assert "went on" not in ended.stdout
    assert "in citizens_words" in ended.stderr
    assert "aaaa" not in ended.stderr


def test_one_whose_lock_is_held_by_what_computes_nothing_ends_later() -> None:
    ended = run("holds_the_lock_and_sleeps", 0.05)

    assert ended.returncode == 1
    assert "in holds_the_lock_and_sleeps" in ended.stderr


def test_one_that_was_paused_for_longer_goes_on() -> None:
    ended = run("is_paused", 1.0)

    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "went on\n", "")


@pytest.mark.parametrize("seconds", [3.0, 600.0])
def test_one_that_waits_goes_on(seconds: float) -> None:
    ended = run("waits", seconds)

    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "went on\n", "")
