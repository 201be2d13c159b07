"""Ends a process in which nothing goes on any more, so that whoever keeps it starts it again.

Code of a deployment can hold Python's one lock for hours: a regular expression that backtracks, a
library that computes in C. No thread runs then, none can notice it, and the process lives on, deaf.
The timer of `faulthandler` needs no lock: it is set back for as long as a thread gets its turn.
"""

from __future__ import annotations

import faulthandler
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

#: Far longer than a machine that is merely busy keeps a thread waiting.
STANDSTILL_SECONDS = 30.0
_BEATS = 6
_STDERR = 2


def end_at_standstill(seconds: float = STANDSTILL_SECONDS) -> Callable[[], None]:
    """Has this process end with status 1 when no thread of it got a turn for so long.

    Where each thread stood is written to stderr: files, lines and names, no values. What was in
    hand is as after a `kill -9`. Returns what calls it off.
    """
    over = threading.Event()

    def beat() -> None:
        while not over.wait(seconds / _BEATS):
            faulthandler.dump_traceback_later(seconds, exit=True, file=_STDERR)

    faulthandler.dump_traceback_later(seconds, exit=True, file=_STDERR)
    thread = threading.Thread(target=beat, name="standstill", daemon=True)
    thread.start()

    def call_off() -> None:
        over.set()
        thread.join()
        faulthandler.cancel_dump_traceback_later()

    return call_off


@contextmanager
def ended_at_standstill(seconds: float = STANDSTILL_SECONDS) -> Iterator[None]:
    """Does the same for as long as something is done."""
    call_off = end_at_standstill(seconds)
    try:
        yield
    finally:
        call_off()
