"""Reads what may hang, for somebody who cannot wait: one reading at a time, in a thread."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Generic, TypeVar

from gateway.adapters.system.scrubbed_traceback import trace

log = logging.getLogger(__name__)

Read = TypeVar("Read")


class InTime(Generic[Read]):
    """However many ask, one reading is on its way; what it brings is kept for a moment.

    The thread is a daemon: a store that hangs holds this one, and no more of them.
    """

    def __init__(
        self,
        read: Callable[[], Read],
        monotonic: Callable[[], float],
        *,
        name: str,
        patience: float = 1.5,
        kept: float = 1.0,
    ) -> None:
        self._read, self._monotonic, self._name = read, monotonic, name
        self._patience, self._kept = patience, kept
        self._lock = threading.Lock()
        self._reading: _Reading[Read] | None = None

    def begin(self) -> _Reading[Read]:
        """Begins a reading, unless one is on its way or fresh; returns it."""
        with self._lock:
            now, reading = self._monotonic(), self._reading
            if reading is None or (reading.done.is_set() and now - reading.began >= self._kept):
                reading = self._reading = _Reading(now)
                threading.Thread(
                    target=self._run, args=(reading,), name=self._name, daemon=True
                ).start()
            return reading

    def __call__(self) -> Read | None:
        """Returns what was read; None when it takes too long or fails."""
        reading = self.begin()
        reading.done.wait(max(0.0, reading.began + self._patience - self._monotonic()))
        return reading.result

    def _run(self, reading: _Reading[Read]) -> None:
        try:
            reading.result = self._read()
        except Exception as error:
            log.warning("Reading %s failed: %s", self._name, trace(error))
        finally:
            reading.done.set()


class _Reading(Generic[Read]):
    """One reading: when it began, whether it is over, and what it brought."""

    def __init__(self, began: float) -> None:
        self.began = began
        self.done = threading.Event()
        self.result: Read | None = None
