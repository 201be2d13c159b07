"""What is asked on a bind: what waits for an answer, and what waits for room in the window.

A row in a table for each message, and one timer for all that are late: a task, a time-out and a
timer for each would cost more than all else that is done with a message.
"""

from __future__ import annotations

import asyncio
import itertools
from collections import deque
from collections.abc import Callable, Sequence
from typing import NamedTuple

from gateway.adapters.providers.smpp.lines import pdus
from gateway.domain.faults_and_errors.errors import (
    OutcomeUnknown,
    ProviderUnavailable,
    SendFailed,
)


class Taken(NamedTuple):
    """An answer of the operator: a status, and the id that it gave a message."""

    status: int
    message_id: str = ""


class Answers:
    """The answers to requests that somebody waits for together."""

    __slots__ = ("_all", "_left", "_told")

    def __init__(self, count: int) -> None:
        self._told: list[Taken | SendFailed] = [_NOT_BOUND] * count
        self._left = count
        self._all: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    @property
    def given_up(self) -> bool:
        """Whether nobody waits for them any more."""
        return self._all.done()

    def tell(self, place: int, answer: Taken | SendFailed) -> None:
        """Takes the answer to one of them, or why it has none."""
        self._told[place] = answer
        self._left -= 1
        if not self._left and not self._all.done():
            self._all.set_result(None)

    async def wait(self) -> Sequence[Taken | SendFailed]:
        """Returns all of them, in the order in which they were asked for."""
        if self._left:
            await self._all
        return self._told


class Exchanges:
    """The requests of one bind. `write` takes the octets of a PDU.

    A message waits for room, and for its answer, no longer than `seconds` each: who has asked for
    it to be sent waits, too.
    """

    def __init__(self, window: int, seconds: float, write: Callable[[bytes], None]) -> None:
        self._window = self._room = window
        self._seconds, self._write = seconds, write
        self._sequence = 0
        self._asked: dict[int, _Asked] = {}
        self._waiting: deque[_Waiting] = deque()
        self._timer: asyncio.TimerHandle | None = None

    def ask(self, command: int, body: bytes, answers: Answers) -> None:
        """Sends a request that needs no room."""
        self._send(command, body, answers, 0, self._until(), in_window=False)

    def submit(self, bodies: Sequence[bytes], answers: Answers) -> None:
        """Sends messages as there is room for them, in their order."""
        until = self._until()
        self._waiting.extend(
            _Waiting(body, answers, place, until) for place, body in enumerate(bodies)
        )
        self._fill()

    def answered(self, head: pdus.Head, body: bytes) -> None:
        """Takes an answer; one that nobody waits for any more says nothing."""
        asked = self._asked.pop(head.sequence, None)
        if asked is None:
            return
        asked.answers.tell(asked.place, Taken(head.status, pdus.message_id_in(body)))
        if asked.in_window:
            self._room += 1
            self._fill()

    def break_off(self) -> None:
        """Tells all that no answer comes: of what is out nobody knows, the rest was not sent."""
        asked, waiting = list(self._asked.values()), list(self._waiting)
        self._asked.clear()
        self._waiting.clear()
        self._room = self._window
        for each in asked:
            each.answers.tell(each.place, OutcomeUnknown("connection_lost"))
        for left in waiting:
            left.answers.tell(left.place, _NOT_BOUND)

    def _until(self) -> float:
        loop = asyncio.get_running_loop()
        if self._timer is None:
            self._timer = loop.call_later(self._seconds, self._look)
        return loop.time() + self._seconds

    def _fill(self) -> None:
        while self._room and self._waiting:
            body, answers, place, _ = self._waiting.popleft()
            if not answers.given_up:
                self._room -= 1
                self._send(pdus.SUBMIT_SM, body, answers, place, self._until(), in_window=True)

    def _send(
        self, command: int, body: bytes, answers: Answers, place: int, until: float, *,
        in_window: bool,
    ) -> None:  # fmt: skip
        self._sequence = self._sequence % 0x7FFFFFFF + 1
        self._asked[self._sequence] = _Asked(answers, place, until, in_window)
        self._write(pdus.pdu(command, self._sequence, body))

    def _look(self) -> None:
        """Gives up what is late; each stands behind those that were asked before it."""
        loop = asyncio.get_running_loop()
        now, self._timer = loop.time(), None
        while self._asked:
            sequence, asked = next(iter(self._asked.items()))
            if asked.until > now:
                break
            del self._asked[sequence]
            self._room += asked.in_window
            asked.answers.tell(asked.place, OutcomeUnknown("answer_timeout"))
        while self._waiting and self._waiting[0].until <= now:
            late = self._waiting.popleft()
            late.answers.tell(late.place, ProviderUnavailable("window_full"))
        self._fill()
        firsts = [each.until for each in itertools.islice(self._asked.values(), 1)]
        firsts += [each.until for each in itertools.islice(self._waiting, 1)]
        if firsts and self._timer is None:
            self._timer = loop.call_at(min(firsts), self._look)


class _Asked(NamedTuple):
    """A request that waits for its answer, until a moment of the loop's clock."""

    answers: Answers
    place: int
    until: float
    in_window: bool


class _Waiting(NamedTuple):
    """A message that waits for room, until a moment of the loop's clock."""

    body: bytes
    answers: Answers
    place: int
    until: float


_NOT_BOUND = ProviderUnavailable("not_bound")
