"""Have the dialogues of a draft played: by a process of its own, that ends with it.

A worker that played them itself would keep the memory for good, and send nothing meanwhile.
"""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import threading

log = logging.getLogger(__name__)

#: All dialogues of a large menu take a minute or two.
_SECONDS = 570
#: So much later than a worker it has its turn at the processor: citizens come first.
_LATER = 10


def try_draft(name: str, anew_by: str = "") -> None:
    """Plays the dialogues of draft `draft-ID`; returns at once, and how they went is stored.

    `anew_by` names who wants them written as they go now.
    """
    id = name.removeprefix("draft-")
    if id.isascii() and id.isdigit():
        playing = (id, anew_by)
        threading.Thread(
            target=_play, args=playing, name=f"trial of draft {id}", daemon=True
        ).start()


def _play(id: str, anew_by: str) -> None:
    try:
        run_later(command_of(id, anew_by))
    except (OSError, subprocess.SubprocessError) as error:
        log.warning("The dialogues of draft %s were not played: %s", id, type(error).__name__)


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
