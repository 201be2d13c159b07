"""Bounds what a citizen's turn waits for the database; once that was in vain, others do not wait.

Nothing here concerns workers and commands, for whom nobody waits: they have the engine's own times.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from sqlalchemy.pool import QueuePool

from gateway.domain.faults_and_errors.errors import StoreUnavailable
from gateway.use_cases.ports.time_left import seconds_left

#: What one call may take in a turn, and less if less is left of the turn: as long as Redis may.
CALL_SECONDS = 1.5
#: A call that had less than this, and got no answer, says nothing about the database.
FAIR_SECONDS = 1.0
#: How long others do not wait after a call without an answer. Longer than the call that finds out
#: whether there are answers again.
PAUSE_SECONDS = 2.0
#: Kept back of the deadline for the way home.
MARGIN_SECONDS = 0.2
#: To end a transaction and give back a connection when time is up; else a sound one is thrown away.
_END_SECONDS = 0.05

_until: ContextVar[float | None] = ContextVar("wait_until", default=None)


class Pause:
    """Whether the database of one engine is left alone: it did not answer in time a moment ago."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._noted = self._until = 0.0

    def admits(self) -> bool:
        """Returns whether a call may wait. When a pause is over, one finds out for all."""
        if not self._until:
            return True
        with self._lock:
            now = self._monotonic()
            if now < self._until:
                return False
            self._until = now + PAUSE_SECONDS
            return True

    def begin(self) -> None:
        """Notes a call that waited in vain."""
        self._noted = self._monotonic()
        self._until = self._noted + PAUSE_SECONDS

    def end(self, began: float) -> None:
        """Notes a call that was answered, unless it began before another waited in vain."""
        if self._until and began >= self._noted:
            self._until = 0.0


@contextmanager
def waiting(
    pause: Pause, in_pause: float | None, most: float | None = None, fair: float | None = None
) -> Iterator[None]:
    """Bounds the calls inside when they are made in a turn, by `most` and by what is left of it.

    `in_pause` is what a call may wait while the database is left alone: None refuses it at once.
    A call that waited in vain for less than `fair` says nothing of the database. Raises
    StoreUnavailable in a pause, and when no time is left.
    """
    most, fair = most or CALL_SECONDS, fair or FAIR_SECONDS
    left = seconds_left()
    if left is None:
        yield
        return
    if left <= MARGIN_SECONDS:
        raise StoreUnavailable("No time is left in this turn to ask the database.")
    admitted = pause.admits()
    if not admitted and in_pause is None:
        raise StoreUnavailable("The database did not answer in time a moment ago.")
    began = time.monotonic()
    if not admitted and in_pause is not None:
        most = in_pause
    before = _until.set(began + min(most, left - MARGIN_SECONDS))
    try:
        yield
    except StoreUnavailable:
        if time.monotonic() - began >= fair:
            pause.begin()
        raise
    else:
        if admitted:
            pause.end(began)
    finally:
        _until.reset(before)


def allowed(otherwise: float) -> float:
    """Returns how many seconds the next wait may take: `otherwise` where no turn waits for it."""
    until = _until.get()
    return otherwise if until is None else max(_END_SECONDS, until - time.monotonic())


class PatientPool(QueuePool):
    """SQLAlchemy's pool, in which each turn waits for a connection as long as it may."""

    #: It writes to SQLAlchemy's log, and not to ours.
    _sqla_logger_namespace = "sqlalchemy.pool.impl.QueuePool"

    @property
    def _timeout(self) -> float:
        return allowed(self._otherwise)

    @_timeout.setter
    def _timeout(self, seconds: Any) -> None:
        self._otherwise = float(seconds)
