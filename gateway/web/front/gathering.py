"""What waits once for many is done for many: gathered while the last are done, and handed over."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from queue import Empty, SimpleQueue
from typing import Generic, TypeVar

log = logging.getLogger(__name__)

#: How long more is gathered, once several have come at a time.
SECONDS = 0.02
#: So many are handed over at once, that nobody waits long for the others.
MOST = 500

T = TypeVar("T")


class Gathering(Generic[T]):
    """A thread that takes all that has come while it was busy, in the order in which it came.

    Who comes alone waits for nobody; while several come at a time, it gathers for `SECONDS` more.
    """

    def __init__(self, take: Callable[[Sequence[T]], None], name: str) -> None:
        self._take = take
        self._come: SimpleQueue[T] = SimpleQueue()
        threading.Thread(target=self._work, name=name, daemon=True).start()

    def put(self, item: T) -> None:
        """Adds one; returns at once."""
        self._come.put(item)

    def _work(self) -> None:
        pause, several = threading.Event(), False
        while True:
            gathered = [self._come.get()]
            if several:
                pause.wait(SECONDS)
            try:
                while len(gathered) < MOST:
                    gathered.append(self._come.get_nowait())
            except Empty:
                pass
            several = len(gathered) > 1
            try:
                self._take(gathered)
            except Exception as error:  # the thread must live
                log.error("%d requests were not answered: %s", len(gathered), type(error).__name__)
