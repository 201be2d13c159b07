"""Have the dialogues of a draft played: by a process of its own, that ends with it.

A worker that played them itself would keep the memory for good, and send nothing meanwhile.
"""

from __future__ import annotations

import logging
import subprocess
import sys
import threading

log = logging.getLogger(__name__)

#: All dialogues of a large menu take a minute or two.
_SECONDS = 570


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
    command = [sys.executable, "-m", "gateway.cli", "drafts", "test", id, "--by-the-gateway"]
    if anew_by:
        command += ["--update", f"--by={anew_by}"]
    try:
        subprocess.run(  # noqa: S603 - our own command
            command,
            timeout=_SECONDS,
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )
    except (OSError, subprocess.SubprocessError) as error:
        log.warning("The dialogues of draft %s were not played: %s", id, type(error).__name__)
