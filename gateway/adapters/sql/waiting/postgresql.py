"""Connections to PostgreSQL that a turn gives up in time, whatever the server does.

PostgreSQL's own `statement_timeout` is kept by the server, so it is no help when the server hangs;
and telling it anew costs a round trip. The driver waits for the socket here, and stops waiting.
"""

from __future__ import annotations

import math
import time
from typing import Any

import psycopg
from psycopg.abc import RV, PQGen, PQGenConn

from gateway.adapters.sql.waiting.limits import allowed


class OutOfTime(psycopg.OperationalError):
    """The server did not answer in time; the connection is closed, for its answer may still come.

    What was asked may still be done there, as on any connection that breaks.
    """


class HurriedConnection(psycopg.Connection[Any]):
    """A connection of psycopg whose every wait ends with the time that the turn allows."""

    def wait(self, gen: PQGen[RV], interval: float = 0.1, timeout: float | None = None) -> RV:
        """Returns what the driver's exchange with the server brings; raises OutOfTime."""
        most = allowed(math.inf)
        if most == math.inf:
            return super().wait(gen, interval, timeout)
        until = time.monotonic() + most
        try:
            return super().wait(gen, interval, most if timeout is None else min(most, timeout))
        except psycopg.OperationalError as error:
            if time.monotonic() < until:
                raise
            self.close()
            raise OutOfTime("no answer in time") from error

    @classmethod
    def _connect_gen(cls, conninfo: str = "") -> PQGenConn[Any]:
        """Connects; the driver's own limit has whole seconds, and two at least."""
        connecting = super()._connect_gen(conninfo)
        most = allowed(math.inf)
        if most == math.inf:
            return (yield from connecting)
        until = time.monotonic() + most
        awaited = next(connecting)
        while True:
            ready = yield awaited
            if time.monotonic() >= until:
                connecting.close()
                raise OutOfTime("no connection in time")
            if ready:
                try:
                    awaited = connecting.send(ready)
                except StopIteration as done:
                    return done.value
