"""Lets `ps` show what a forked process does: by itself it would show its parent's command line."""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Sequence
from pathlib import Path

#: Where /proc/self/stat says that the command line begins and ends, counted from 1 (proc(5)).
_BEGINS, _ENDS = 48, 49


def show_command(words: Sequence[str]) -> None:
    """Writes the words over our command line, as far as there is room; on Linux alone."""
    if sys.platform != "linux":
        return
    # The second field is a name in brackets, which may hold anything.
    fields = Path("/proc/self/stat").read_text("utf-8", "replace").rpartition(")")[2].split()
    begins, ends = int(fields[_BEGINS - 3]), int(fields[_ENDS - 3])
    room = ends - begins
    if room <= 0:  # hidden from us
        return
    # Zeros to the end: without one there the kernel would show the environment behind it, too.
    line = "\0".join(words).encode("utf-8", "surrogateescape")[: room - 1]
    ctypes.memmove(begins, line.ljust(room, b"\0"), room)
