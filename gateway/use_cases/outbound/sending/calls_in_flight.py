"""Calls to a provider, side by side: as one ends the next begins, each at its moment."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass

from gateway.domain.telecom.sms import OutboundSms
from gateway.use_cases.ports import Slot
from gateway.use_cases.ports.sms.courier import Results


@dataclass(frozen=True, slots=True)
class Call:
    """MTs for one call, which are marked as being sent, and when it may be made.

    `missed` says how many of its moments have passed by.
    """

    mts: Sequence[OutboundSms]
    slot: Slot
    missed: int = 0


class CallsInFlight:
    """The calls of one job, `most` at the same moment. `make` makes one; it raises nothing.

    A thread of the pool makes calls for as long as there are any: handing each over by itself costs
    more than the call. Who begins them and hears of their end is one thread.
    """

    def __init__(self, pool: Executor, most: int, make: Callable[[Call], Results]) -> None:
        self._pool, self._most, self._make = pool, most, make
        self._lock = threading.Lock()
        self._waiting = deque[Call]()
        self._threads = 0
        self._ended: list[tuple[Call, Results]] = []
        self._enough, self._more = 1, threading.Condition(self._lock)
        self._tell: Callable[[Call, Results], None] | None = None
        self.count = 0

    def begin(self, call: Call) -> None:
        """Makes a call once a thread is free for it; raises RuntimeError for a closed pool."""
        with self._lock:
            if self._threads < self._most:
                self._pool.submit(self._run)
                self._threads += 1
            self._waiting.append(call)
        self.count += 1

    def ended(self, seconds: float, enough: int = 1) -> Sequence[tuple[Call, Results]]:
        """Returns the calls that have ended; waits so long until so many of them have."""
        enough = min(enough, self.count)
        with self._more:
            if seconds > 0 and len(self._ended) < enough:
                self._enough = enough
                self._more.wait_for(lambda: len(self._ended) >= enough, seconds)
                self._enough = 1
            ended, self._ended = self._ended, []
        self.count -= len(ended)
        return ended

    def leave(self, tell: Callable[[Call, Results], None]) -> None:
        """Leaves calls to themselves: `tell` hears of each in its thread, unless `ended` tells it.

        Those that are not begun yet are made all the same.
        """
        with self._lock:
            self._tell = tell

    def _run(self) -> None:
        while True:
            with self._lock:
                if not self._waiting:
                    self._threads -= 1
                    return
                call = self._waiting.popleft()
            self._told([(call, self._make(call))])

    def _told(self, ended: Sequence[tuple[Call, Results]]) -> None:
        """Tells of calls that have ended."""
        with self._lock:
            tell = self._tell
            if tell is None:
                self._ended += ended
                if len(self._ended) >= self._enough:
                    self._more.notify()
        if tell is not None:
            for call, results in ended:
                tell(call, results)
