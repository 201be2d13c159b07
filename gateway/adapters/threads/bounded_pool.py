"""Threads for work that nobody waits for, as much of it as can be done in time."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context


class BoundedPool:
    """So many threads, begun when they are first needed; at most `most` pieces are in hand.

    A process that is told to stop finishes what it has taken. `failed` is told what a piece raised.
    """

    def __init__(
        self, name: str, *, threads: int, most: int, failed: Callable[[Exception], object]
    ) -> None:
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix=name)
        self._failed = failed
        self._room = threading.Condition()
        self._most, self._in_hand = most, 0

    @property
    def in_hand(self) -> int:
        """Returns how many pieces were taken and are not done yet."""
        return self._in_hand

    def take(self, work: Callable[[], object]) -> bool:
        """Returns whether there is room for a piece of work; it is done in the caller's context."""
        with self._room:
            if self._in_hand >= self._most:
                return False
            self._pool.submit(copy_context().run, self._do, work)
            self._in_hand += 1
        return True

    def wait(self, seconds: float) -> bool:
        """Returns whether all that was taken is done within the time."""
        with self._room:
            return self._room.wait_for(lambda: self._in_hand == 0, seconds)

    def close(self) -> None:
        """Waits for what was taken, and takes no more."""
        self._pool.shutdown(wait=True)

    def _do(self, work: Callable[[], object]) -> None:
        try:
            work()
        except Exception as error:
            self._failed(error)
        finally:
            with self._room:
                self._in_hand -= 1
                self._room.notify_all()
