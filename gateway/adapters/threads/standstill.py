"""Ends a process in which nothing goes on any more, so that whoever keeps it starts it again.

Code of a deployment can hold Python's one lock for hours: a regular expression that backtracks, a
library that computes in C. No thread runs then, none can notice it, and the process lives on, deaf.
What watches needs no lock: it is set back for as long as a thread gets its turn.

It goes by the time for which the process computes, not by the clock: a machine that was paused for
a snapshot, or a process that was stopped, has stood still as well, and wakes as it was. Who holds
the lock and computes nothing is found by the clock, after ten times as long.
"""

from __future__ import annotations

import faulthandler
import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

#: Far longer than a machine that is merely busy keeps a thread waiting.
STANDSTILL_SECONDS = 30.0
#: Code without Python's lock may compute on all processors between two beats, and is no standstill.
_BEATS = max(6, 2 * (os.cpu_count() or 1))
_BY_THE_CLOCK = 10
_STDERR = 2


def end_at_standstill(seconds: float = STANDSTILL_SECONDS) -> Callable[[], None]:
    """Has this process end when it computed for so long and no thread of it got a turn.

    It ends by SIGPROF; with status 1 when it computed nothing, for ten times as long. Where each
    thread stood is written to stderr: files, lines and names, no values. What was in hand is as
    after a `kill -9`. Returns what calls it off.
    """
    over = threading.Event()

    def set_back() -> None:
        signal.setitimer(signal.ITIMER_PROF, seconds)
        faulthandler.dump_traceback_later(seconds * _BY_THE_CLOCK, exit=True, file=_STDERR)

    def beat() -> None:
        while not over.wait(seconds / _BEATS):
            set_back()

    faulthandler.register(signal.SIGPROF, file=_STDERR, chain=True)
    set_back()
    thread = threading.Thread(target=beat, name="standstill", daemon=True)
    thread.start()

    def call_off() -> None:
        over.set()
        thread.join()
        signal.setitimer(signal.ITIMER_PROF, 0)
        faulthandler.cancel_dump_traceback_later()
        faulthandler.unregister(signal.SIGPROF)

    return call_off


@contextmanager
def ended_at_standstill(seconds: float = STANDSTILL_SECONDS) -> Iterator[None]:
    """Does the same for as long as something is done."""
    call_off = end_at_standstill(seconds)
    try:
        yield
    finally:
        call_off()
