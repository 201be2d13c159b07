"""What a hangup means: the terminal or connection that started us is gone, and nobody listens.

Python ends at once at a SIGHUP, in the middle of whatever is in hand.
"""

from __future__ import annotations

import signal
from types import FrameType


def is_ignored() -> bool:
    """Returns whether whoever started this process wants it to outlive the terminal (nohup)."""
    return signal.getsignal(signal.SIGHUP) is signal.SIG_IGN


def end_on_hangup() -> None:
    """Has this process take a SIGHUP for a SIGTERM: what is in hand is finished first.

    One that is ignored stays so. Call it in the main thread.
    """
    if not is_ignored():
        signal.signal(signal.SIGHUP, _as_told_to_end)


def _as_told_to_end(number: int, frame: FrameType | None) -> None:
    signal.raise_signal(signal.SIGTERM)
