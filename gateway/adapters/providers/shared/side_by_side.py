"""Calls to a provider side by side in one thread, on connections that stand already.

To hand each call to a thread of its own costs more than the call: its thread is woken for each
piece of work, and waits for the others' to be done with Python.
"""

from __future__ import annotations

import contextlib
import math
import os
import select
import time
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from typing import Any

from gateway.adapters.providers.shared.calling.asked import HttpRequest
from gateway.adapters.providers.shared.exchange import AT_ONCE, Answering, Whole, octets_of
from gateway.adapters.providers.shared.http import (
    CAUGHT,
    LARGEST_ANSWER,
    Origin,
    Transport,
    failure_for,
    place_of,
)
from gateway.adapters.providers.shared.observed_connection import NOTHING_NOW, Observed
from gateway.domain.faults_and_errors.errors import OutcomeUnknown, SendFailed
from gateway.domain.telecom.sms import OutboundSms
from gateway.use_cases.ports.sms.courier import Results

#: So often is looked for answers that take too long.
LOOK_SECONDS = 0.25

Calling = Coroutine[HttpRequest, Any, Results]
#: Makes a call: it asks once, by `answer_to`.
MakesCall = Callable[[Sequence[OutboundSms], str], Calling]


@dataclass(slots=True)
class _Out:
    """A request that is out, and by when more of its answer must have come."""

    number: int
    calling: Calling
    origin: Origin
    connection: Observed
    answering: Answering
    until: float


class SideBySide:
    """Fits the `Courier` port, on the kept connections of a transport."""

    def __init__(
        self,
        transport: Transport,
        make: MakesCall,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._transport, self._make, self._monotonic = transport, make, monotonic
        self._lines = select.poll()
        self._out: dict[int, _Out] = {}  # by the descriptor of its connection
        self._over: list[tuple[int, Results | Exception]] = []
        self._look_at = 0.0
        self._woken, self._waking = os.pipe()
        for end in (self._woken, self._waking):
            os.set_blocking(end, False)
        self._lines.register(self._woken, select.POLLIN)

    def begin(self, number: int, mts: Sequence[OutboundSms], delivery_url: str) -> bool:
        """Begins a call on a connection that stands; returns False where none does."""
        calling = self._make(mts, delivery_url)
        try:
            request = calling.send(None)
            origin, target = place_of(request.url)
        except StopIteration as done:  # it had nobody to ask for
            self._over.append((number, done.value))
            return True
        except Exception as error:
            self._over.append((number, error))
            return True
        connection = self._transport.kept(origin)
        if connection is None:
            calling.close()
            return False
        method, _, body, headers = request
        out = _Out(
            number, calling, origin, connection, Answering(method, LARGEST_ANSWER),
            self._monotonic() + connection.read_seconds,
        )  # fmt: skip
        try:
            connection.write(octets_of(connection, method, target, body, headers))
        except CAUGHT as error:
            self._lost(out, error)
            return True
        line = connection.sock.fileno()
        self._out[line] = out
        self._look_at = min(self._look_at, out.until)
        self._lines.register(line, select.POLLIN)
        return True

    def ended(self, seconds: float) -> Sequence[tuple[int, Results | Exception]]:
        """Returns the calls that have ended; waits so long for the first of them."""
        wait = 0.0 if self._over else seconds
        if self._out:
            wait = min(wait, max(0.0, self._look_at - self._monotonic()))
        for line, _ in self._lines.poll(math.ceil(wait * 1000)):
            if line == self._woken:
                os.read(line, AT_ONCE)
            else:
                self._read(line)
        now = self._monotonic()
        if now >= self._look_at:
            self._look_at = now + LOOK_SECONDS
            for line, out in list(self._out.items()):
                if now >= out.until:
                    self._let_go(line)
                    self._lost(out, TimeoutError())
                else:
                    self._look_at = min(self._look_at, out.until)
        over, self._over = self._over, []
        return over

    def wake(self) -> None:
        """Ends the waiting of `ended`, or of the next one."""
        with contextlib.suppress(OSError):  # full: it is woken already; or closed
            os.write(self._waking, b"!")

    def close(self) -> None:
        """Cuts off what is out, and lets go of the rest."""
        for out in self._out.values():
            out.connection.close()
            out.calling.close()
        self._out.clear()
        for end in (self._woken, self._waking):
            os.close(end)

    def _read(self, line: int) -> None:
        """Takes what has come on a line."""
        out = self._out[line]
        whole: Whole | None = None
        try:
            while whole is None:
                whole = out.answering.take(out.connection.sock.recv(AT_ONCE))
        except NOTHING_NOW:
            out.until = self._monotonic() + out.connection.read_seconds
            return
        except CAUGHT as error:
            self._let_go(line)
            self._lost(out, error)
            return
        self._let_go(line)
        try:
            answer = self._transport.answered(out.origin, out.connection, whole)
        except SendFailed as failure:
            self._fail(out, failure)
        else:
            self._goes_on(out, lambda: out.calling.send(answer))

    def _let_go(self, line: int) -> None:
        del self._out[line]
        self._lines.unregister(line)

    def _lost(self, out: _Out, error: BaseException) -> None:
        """Notes a request without a whole answer."""
        out.connection.close()
        self._fail(out, failure_for(error, request_begun=out.connection.begun))

    def _fail(self, out: _Out, error: Exception) -> None:
        """Has a call come to an error, as if it had been raised where it asked."""
        self._goes_on(out, lambda: out.calling.throw(error))

    def _goes_on(self, out: _Out, step: Callable[[], HttpRequest]) -> None:
        """Lets a call judge what came of its request."""
        came_to: Results | Exception
        try:
            step()
        except StopIteration as done:
            came_to = done.value
        except Exception as error:
            came_to = error
        else:  # a second request: what the first has done nobody can tell
            out.calling.close()
            came_to = OutcomeUnknown("asked_twice")
        self._over.append((out.number, came_to))
