"""Calls to a provider, side by side: as one ends the next begins, each at its moment."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from queue import Empty, SimpleQueue

from gateway.domain.faults_and_errors.errors import SendFailed
from gateway.domain.telecom.sms import Accepted, OutboundSms
from gateway.use_cases.ports import Slot


@dataclass(frozen=True, slots=True)
class Call:
    """MTs for one call, which are marked as being sent, and when it may be made."""

    mts: Sequence[OutboundSms]
    slot: Slot


#: What each MT of a call came to, in their order.
Results = Sequence[Accepted | SendFailed]


class CallsInFlight:
    """The calls of one job, `most` at the same moment. `make` makes one; it raises nothing.

    A thread of the pool makes calls for as long as there are any: handing each over by itself costs
    more than the call.
    """

    def __init__(self, pool: Executor, most: int, make: Callable[[Call], Results]) -> None:
        self._pool, self._most, self._make = pool, most, make
        self._lock = threading.Lock()
        self._waiting = deque[Call]()
        self._threads = 0
        self._ended = SimpleQueue[tuple[Call, Results]]()
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

    def ended(self, seconds: float) -> Iterator[tuple[Call, Results]]:
        """Yields the calls that have ended; waits so long for the first of them."""
        try:
            while self.count:
                yield self._ended.get(timeout=seconds) if seconds > 0 else self._ended.get_nowait()
                self.count -= 1
                seconds = 0.0
        except Empty:
            return

    def leave(self, tell: Callable[[Call, Results], None]) -> None:
        """Leaves calls to themselves: `tell` hears of each in its thread, unless `ended` yields it.

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
            results = self._make(call)
            with self._lock:
                tell = self._tell
                if tell is None:
                    self._ended.put((call, results))
            if tell is not None:
                tell(call, results)
