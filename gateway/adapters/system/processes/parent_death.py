"""Lets a child end when its parent does, even when the parent is killed."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from collections.abc import Callable

_PR_SET_PDEATHSIG = 1  # prctl(2)


def ends_with_parent(number: signal.Signals = signal.SIGTERM) -> Callable[[], None] | None:
    """Returns what to run in the child between fork and exec (`preexec_fn`); None but on Linux.

    The kernel sends the signal when the *thread* that forked ends: start children in the main
    thread. Elsewhere there is no such service, and a killed parent leaves its children running.
    """
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None).prctl  # found now: after a fork as little as possible should happen
    parent = os.getpid()

    def ask() -> None:
        prctl(_PR_SET_PDEATHSIG, int(number), 0, 0, 0)
        if os.getppid() != parent:  # it died before we asked
            os._exit(1)

    return ask
