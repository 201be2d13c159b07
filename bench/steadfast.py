"""Callers who are cut off and ask again: each connection plays whole sessions, as a provider would.

They run in the bench's own process: with back ends that take seconds there are some hundred turns a
second, not thousands.
"""

from __future__ import annotations

import asyncio
import itertools
import time
from asyncio import Future

from bench.line import Line, Turn
from bench.load import STEPS, Load
from bench.verdicts import Judge, Tally, Verdict, typed_by

#: The channel's deadline: what takes longer is counted as late.
DEADLINE_SECONDS = 6.0
#: The provider hangs up.
PATIENCE_SECONDS = 10.0
#: A turn that was cut is sent again after so long, and so often at most.
AGAIN_SECONDS, MOST_AGAIN = 0.2, 40


class _Connection:
    """One phone line whose answers can be awaited; None is a connection that broke."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._line = Line(self, self._port)
        self._answer: Future[bytes | None] = asyncio.get_running_loop().create_future()
        self._opening: asyncio.Task[None] | None = None

    async def ask(self, turn: Turn) -> bytes | None:
        self._answer = asyncio.get_running_loop().create_future()
        self._line.ask(turn)
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                return await self._answer
        finally:
            if self._line.turn is not None:  # it was not answered: what comes later is not wanted
                self.close()

    def close(self) -> None:
        self._line.close()
        self._line = Line(self, self._port)

    def connect(self, line: Line) -> None:
        self._opening = asyncio.get_running_loop().create_task(self._connected(line))

    def answered(self, line: Line, turn: Turn, body: bytes) -> None:
        if line is self._line and not self._answer.done():
            self._answer.set_result(body)

    def broken(self, line: Line, turn: Turn) -> None:
        if line is self._line and not self._answer.done():
            self._answer.set_result(None)

    async def _connected(self, line: Line) -> None:
        try:
            await asyncio.get_running_loop().create_connection(
                lambda: line, "127.0.0.1", self._port
            )
        except OSError:
            if line.turn is not None:
                turn, line.turn = line.turn, None
                self.broken(line, turn)
            return
        if line.transport is not None and line.turn is not None:
            line.transport.write(line.turn.request)


class Steadfast:
    """Plays the sessions of one load, however often the gateway's processes die.

    `load.expected` holds the right body of each turn but the last.
    """

    def __init__(self, load: Load, judge: Judge) -> None:
        self.load, self.judge, self.tally = load, judge, Tally()
        self._numbers = itertools.count(1)

    async def play(self) -> None:
        """Plays until the time is over; a session that has begun is played to its end."""
        until = time.perf_counter() + self.load.seconds
        await asyncio.gather(*(self._keep_calling(until) for _ in range(self.load.connections)))

    async def _keep_calling(self, until: float) -> None:
        connection = _Connection(self.load.port)
        try:
            while time.perf_counter() < until:
                await self._session(connection, next(self._numbers))
        finally:
            connection.close()
            await asyncio.sleep(0)  # a connection is gone one round of the loop after its end

    async def _session(self, connection: _Connection, number: int) -> None:
        for step in range(STEPS):
            turn = Turn(number, step, time.perf_counter())
            self.tally.screens[turn.digits] = (turn, None)
            body = await self._answer(connection, turn)
            if body is None:
                return
            last = step == STEPS - 1
            if not last and body == self.load.expected[step]:
                await asyncio.sleep(self.load.think_seconds)
                continue
            self._ended(turn, body, last)
            return

    def _ended(self, turn: Turn, body: str, last: bool) -> None:
        text = body.removeprefix("END ")
        verdict = self.judge.on_answer(turn, text) if last else self.judge.on_civil(text)
        if not body.startswith("END "):
            verdict = Verdict.WRONG
        self.tally.note(verdict, f"step {turn.step}", body)
        self.tally.screens[turn.digits] = (turn, verdict)

    async def _answer(self, connection: _Connection, turn: Turn) -> str | None:
        """Returns the body; asks again while connections break; None when the provider hung up."""
        turn.request = self._request(turn)
        for _ in range(MOST_AGAIN):
            began = time.perf_counter()
            try:
                body = await connection.ask(turn)
            except TimeoutError:
                self.tally.late += 1
                return None
            if body is None:
                self.tally.cut += 1
                await asyncio.sleep(AGAIN_SECONDS)
                continue
            connection.close()  # so that each turn may come to another web worker, a new one too
            self._note_wait(turn, time.perf_counter() - began)
            return body.decode(errors="replace")
        return None

    def _note_wait(self, turn: Turn, seconds: float) -> None:
        self.tally.turns += 1
        self.tally.late += seconds > DEADLINE_SECONDS
        kind = way(turn) if turn.step == STEPS - 1 else "menu"
        self.tally.latencies.setdefault(kind, []).append(seconds * 1e3)

    def _request(self, turn: Turn) -> bytes:
        path = ("22", "1" if way(turn) == "register" else "2", typed_by(turn))
        text = "*".join(path[: turn.step])
        code = self.load.service_code.replace("#", "%23")
        body = (
            f"sessionId=ATUid_{self.load.salt}{turn.number:08d}&phoneNumber=%2B2547{turn.digits}"
            f"&networkCode=63902&serviceCode={code}&text={text}"
        ).encode()
        head = (
            f"POST {self.load.target} HTTP/1.1\r\nHost: 127.0.0.1:{self.load.port}\r\n"
            f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}"
        ).encode()
        return head + b"\r\n\r\n" + body


def way(turn: Turn) -> str:
    """Returns which back end a caller asks: every other the one that is declared slow."""
    return "archive" if turn.number % 2 else "register"
