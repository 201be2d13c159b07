"""Long work that a page has asked for: done by a process of its own, that ends with it.

A worker that did it itself would keep the memory for good, and send nothing meanwhile.
"""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import threading

log = logging.getLogger(__name__)

#: All dialogues of a large menu take a minute or two, and a broadcast to millions some more.
_SECONDS = 570
#: So much later than a worker it has its turn at the processor: citizens come first.
_LATER = 10


def try_draft(name: str, anew_by: str = "") -> None:
    """Plays the dialogues of draft `draft-ID`; returns at once, and how they went is stored.

    `anew_by` names who wants them written as they go now.
    """
    id = name.removeprefix("draft-")
    if _is_number(id):
        _begin(f"trial of draft {id}", command_of(id, anew_by))


def check_broadcast(name: str, by: str) -> None:
    """Counts whom broadcast `broadcast-ID` reaches; returns at once, what is found is stored."""
    id = name.removeprefix("broadcast-")
    if _is_number(id):
        command = [sys.executable, "-m", "gateway.cli", "broadcast", "check", id]
        _begin(f"check of broadcast {id}", [*command, f"--by={by}", "--by-the-gateway"])


def _is_number(id: str) -> bool:
    return id.isascii() and id.isdigit()


def _begin(what: str, command: list[str]) -> None:
    threading.Thread(target=_do, args=(what, command), name=what, daemon=True).start()


def _do(what: str, command: list[str]) -> None:
    try:
        run_later(command)
    except (OSError, subprocess.SubprocessError) as error:
        log.warning("There was no %s: %s", what, type(error).__name__)


def command_of(id: str, anew_by: str) -> list[str]:
    """Returns the command that plays the dialogues of a draft."""
    command = [sys.executable, "-m", "gateway.cli", "drafts", "test", id, "--by-the-gateway"]
    return [*command, "--update", f"--by={anew_by}"] if anew_by else command


def run_later(command: list[str]) -> int:
    """Runs a command whenever nobody else needs the processor; returns its exit code.

    Raises OSError, and subprocess.TimeoutExpired for one that takes too long and was ended.
    """
    quiet = subprocess.DEVNULL
    playing = subprocess.Popen(command, stdin=quiet, stdout=quiet)  # noqa: S603 - our own
    try:
        os.setpriority(os.PRIO_PROCESS, playing.pid, os.getpriority(os.PRIO_PROCESS, 0) + _LATER)
        return playing.wait(_SECONDS)
    finally:
        playing.kill()
        playing.wait()
