"""The logs of `gateway run`, which nobody else looks after: none grows until the disk is full."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterable
from pathlib import Path

#: A log that is longer is begun anew. With the one before it takes twice that at most, and what
#: was written in the minute until somebody looked.
LOG_BYTES = 16 << 20


def shorten(logs: Iterable[Path], most_bytes: int) -> None:
    """Copies long logs to NAME.log.1 and empties them; who appends to one goes on in it.

    A line that is written between the two is lost.
    """
    for log in logs:
        with contextlib.suppress(OSError):  # no room for a copy, say: it stays as it is
            if log.stat().st_size > most_bytes:
                earlier = log.with_name(f"{log.name}.1")
                shutil.copyfile(log, earlier)
                os.truncate(log, 0)
