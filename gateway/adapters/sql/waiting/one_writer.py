"""SQLite has one writer at a time: the threads of a process take their turns at it, in order.

SQLite lets who finds its lock taken sleep, and look again: each time luck decides, and of many who
write without a pause one may have none for seconds while the lock is free again and again.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

from gateway.domain.faults_and_errors.errors import StoreUnavailable


class OneWriter:
    """The place of the writer, which whoever leaves it hands to who has waited longest."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._taken = False
        self._waiting: deque[threading.Lock] = deque()

    @property
    def waiting(self) -> int:
        """Returns how many wait for it."""
        return len(self._waiting)

    @contextmanager
    def turn(self, seconds: float) -> Iterator[None]:
        """Holds the place inside; raises StoreUnavailable when it is not free for so long."""
        self._take(seconds)
        try:
            yield
        finally:
            self._leave()

    def _take(self, seconds: float) -> None:
        with self._lock:
            if not self._taken:
                self._taken = True
                return
            mine = threading.Lock()
            mine.acquire()
            self._waiting.append(mine)
        if mine.acquire(timeout=seconds):
            return
        with self._lock:
            if mine in self._waiting:
                self._waiting.remove(mine)
                raise StoreUnavailable(
                    "The database does not answer. Others write to it, and did not end in time."
                )
            # It was handed over at this very moment.

    def _leave(self) -> None:
        with self._lock:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._taken = False
