"""One time for all nodes: the database's, told between two looks at it by this machine's ticks.

Locks, leases and what expires are compared by several machines. A clock that is wrong, or jumps,
must move none of them. On SQLite all processes are on one machine and share its clock.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine, func, select

from gateway.adapters.sql.engine import statements
from gateway.domain.faults_and_errors.errors import StoreUnavailable
from gateway.use_cases.ports import Clock
from gateway.use_cases.ports.common import MOST_SKEW

log = logging.getLogger(__name__)

#: How often the database is asked. Ticks of two machines part by far less in that time.
EVERY_SECONDS = 30.0

#: Ticks that go on while the machine sleeps, where the system has them.
_TICKS: int = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)

_NOW = select(func.clock_timestamp())


class SharedClock:
    """Fits the `Clock` port: `own` is the machine's clock, and is told until `begin` has asked.

    `skew` is how far the machine's clock is ahead of the shared time; on SQLite, of what has passed
    since the process began.
    """

    def __init__(
        self,
        own: Clock,
        engine: Engine,
        ticks: Callable[[], float] = lambda: time.clock_gettime(_TICKS),
    ) -> None:
        self._own, self._engine, self._ticks = own, engine, ticks
        self._at_first = own.now(), ticks()
        self._shared: tuple[datetime, float] | None = None
        self._stop = threading.Event()

    def now(self) -> datetime:
        """Returns the time, aware, in UTC."""
        shared = self._shared
        if shared is None:
            return self._own.now()
        at, ticked = shared
        return at + timedelta(seconds=self._ticks() - ticked)

    def monotonic(self) -> float:
        """Returns seconds that never go back."""
        return self._own.monotonic()

    def sleep(self, seconds: float) -> None:
        """Waits."""
        self._own.sleep(seconds)

    def skew(self) -> float:
        """Returns by how many seconds the machine's clock is ahead."""
        at, ticked = self._shared or self._at_first
        return (self._own.now() - at).total_seconds() - (self._ticks() - ticked)

    def begin(self, *, at_once: bool = True) -> None:
        """Asks the database from now on, in a thread of its own; `at_once` waits for the first."""
        if at_once:
            self.ask()
        threading.Thread(target=self._keep_asking, name="shared-clock", daemon=True).start()

    def end(self) -> None:
        """Asks no more."""
        self._stop.set()

    def ask(self) -> None:
        """Takes the database's time; without an answer the ticks go on from the last one."""
        if self._engine.dialect.name != "postgresql":
            return
        try:
            with statements(self._engine) as connection:
                before = self._ticks()  # with the connection there: one round trip is timed
                theirs = connection.execute(_NOW).scalar_one()
                ticked = (before + self._ticks()) / 2
        except StoreUnavailable:
            return
        self._shared = theirs.astimezone(UTC), ticked

    def _keep_asking(self) -> None:
        told = False
        self.ask()
        while not self._stop.wait(EVERY_SECONDS):
            self.ask()
            is_apart = abs(self.skew()) > MOST_SKEW
            if is_apart and not told:
                what, then = "the database's", ""
                if self._shared is None:
                    what, then = "what has passed since the start", ", and start the gateway again"
                log.error(
                    "The clock of this machine is %.0f s apart from %s. Nothing expires until they "
                    "agree. Set it right (NTP)%s.",
                    self.skew(),
                    what,
                    then,
                )
            told = is_apart
