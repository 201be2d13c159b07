"""Waiting for what another process does, as briefly as can be and never for ever."""

from __future__ import annotations

import time
from collections.abc import Callable

import psutil

#: How long a test waits for what should come at once: a busy machine is no fault of the code.
PATIENCE_SECONDS = 120.0


def eventually(holds: Callable[[], object], seconds: float = PATIENCE_SECONDS) -> None:
    """Returns as soon as it holds; fails when it does not in time."""
    give_up_at = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < give_up_at, "It did not come to hold in time."
        time.sleep(0.01)  # noqa: TID251 - the one place that waits


def is_gone(pid: int) -> bool:
    """Returns whether a process has ended; one that nobody has reaped yet has."""
    try:
        return bool(psutil.Process(pid).status() == psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return True
