"""The load generator: callers who dial and type, over raw HTTP/1.1, in a process of its own.

Closed loop: each connection plays one whole session after the other. Open loop: sessions begin as a
Poisson process whatever the server does, and a turn's latency counts from when it was due.
`python -m bench.callers` reads a Load as JSON on stdin and writes a Result on stdout.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field

from bench.figures import percentile

#: A turn that is not answered by then counts as wrong; the provider would have hung up.
PATIENCE_SECONDS = 10.0
STEPS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What to call and how. `expected` holds the right body of each step; `{id}` is the number.

    `sessions_per_second` above zero makes the loop open, with `think_seconds` between the turns.
    `salt` keeps the sessions of two loads apart.
    """

    port: int
    target: str
    salt: str
    seconds: float
    expected: Sequence[str]
    connections: int = 8
    sessions_per_second: float = 0.0
    think_seconds: float = 0.25
    service_code: str = "*384*2026#"


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What came of a load. Latencies in milliseconds, CPU of this generator in seconds."""

    turns: int
    finals: int
    wrong: int
    reconnects: int
    seconds: float
    cpu_seconds: float
    p50: float
    p99: float
    p999: float
    first_wrong: str


@dataclass(slots=True)
class Tally:
    """The counts while the load runs."""

    latencies: list[float] = field(default_factory=list)
    finals: int = 0
    wrong: int = 0
    reconnects: int = 0
    sessions: int = 0
    first_wrong: str = ""


class Line(asyncio.Protocol):
    """One keep-alive connection; one request at a time."""

    def __init__(self) -> None:
        self.transport: asyncio.Transport | None = None
        self._received = b""
        self._answer: asyncio.Future[bytes | None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def connection_lost(self, exc: Exception | None) -> None:
        self.transport = None
        self._give(None)

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, blank, rest = self._received.partition(b"\r\n\r\n")
        if not blank:
            return
        lowered = head.lower()
        length = int(lowered.partition(b"\r\ncontent-length:")[2].partition(b"\r\n")[0] or 0)
        if len(rest) < length:
            return
        self._received = b""
        if b"\r\nconnection: close" in lowered and self.transport is not None:
            self.transport.close()
            self.transport = None
        status = lowered.split(b" ", 2)[1]
        self._give(rest if status == b"200" else b"status " + status)

    async def ask(self, request: bytes) -> bytes | None:
        """Returns the body, or None when the connection broke or nothing came in time."""
        if self.transport is None:
            return None
        loop = asyncio.get_running_loop()
        self._answer = loop.create_future()
        timer = loop.call_later(PATIENCE_SECONDS, self._give, None)
        self.transport.write(request)
        try:
            return await self._answer
        finally:
            timer.cancel()

    def _give(self, body: bytes | None) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_result(body)


class Callers:
    """Plays the sessions of one load and counts what comes back."""

    def __init__(self, load: Load) -> None:
        self.load = load
        self.tally = Tally()
        self._head = (
            f"POST {load.target} HTTP/1.1\r\nHost: 127.0.0.1:{load.port}\r\n"
            "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: "
        ).encode()
        code = load.service_code.replace("#", "%23")
        self._tail = f"&networkCode=63902&serviceCode={code}&text="
        self._expected = [body.partition("{id}") for body in load.expected]

    async def closed(self) -> None:
        """Plays sessions back to back on each connection; a session that has begun is finished."""
        until = time.perf_counter() + self.load.seconds

        async def play() -> None:
            line = Line()
            while time.perf_counter() < until:
                number = self._next_session()
                for step in range(STEPS):
                    began = time.perf_counter()
                    line, right = await self._turn(line, number, step, began)
                    if not right:
                        break

        await asyncio.gather(*(play() for _ in range(self.load.connections)))

    async def open(self) -> None:
        """Begins sessions at random moments, at the given rate."""
        chance = random.Random(7)
        free: asyncio.LifoQueue[Line] = asyncio.LifoQueue()
        for _ in range(self.load.connections):
            free.put_nowait(Line())

        async def session(due: float) -> None:
            number = self._next_session()
            for step in range(STEPS):
                await _sleep_until(due)
                line = await free.get()
                try:
                    line, right = await self._turn(line, number, step, due)
                finally:
                    free.put_nowait(line)
                if not right:
                    return
                due = max(due, time.perf_counter()) + self.load.think_seconds

        playing = set()
        due = time.perf_counter()
        until = due + self.load.seconds
        while (due := due + chance.expovariate(self.load.sessions_per_second)) < until:
            await _sleep_until(due)
            task = asyncio.create_task(session(due))
            playing.add(task)
            task.add_done_callback(playing.discard)
        await asyncio.gather(*playing)

    def _next_session(self) -> int:
        self.tally.sessions += 1
        return self.tally.sessions

    async def _turn(self, line: Line, number: int, step: int, since: float) -> tuple[Line, bool]:
        digits = f"{number * 7919 % 10**8:08d}"
        request = self._request(number, step, digits)
        body = await line.ask(request)
        if body is None:  # the server closed an idle connection, or this is the first turn on it
            self.tally.reconnects += 1
            line = await self._connected()
            body = await line.ask(request)
        self.tally.latencies.append((time.perf_counter() - since) * 1e3)
        right = self._is_right(body, step, digits)
        if right:
            self.tally.finals += step == STEPS - 1
        else:
            self.tally.wrong += 1
            self.tally.first_wrong = self.tally.first_wrong or f"step {step}: {body!r}"
        return line, right

    def _request(self, number: int, step: int, digits: str) -> bytes:
        text = ("", "1", "1*1", f"1*1*{digits}")[step]
        body = (
            f"sessionId=ATUid_{self.load.salt}{number:08d}&phoneNumber=%2B2547{digits}"
            f"{self._tail}{text}"
        ).encode()
        return b"%s%d\r\n\r\n%s" % (self._head, len(body), body)

    def _is_right(self, body: bytes | None, step: int, digits: str) -> bool:
        if body is None:
            return False
        before, number, after = self._expected[step]
        if number:
            state = "ready" if int(digits) % 2 else "in progress"
            after = after.replace("{state}", state)
            return body.decode() == before + digits + after
        return body.decode() == before

    async def _connected(self) -> Line:
        loop = asyncio.get_running_loop()
        _, line = await loop.create_connection(Line, "127.0.0.1", self.load.port)
        return line


async def _sleep_until(due: float) -> None:
    wait_seconds = due - time.perf_counter()
    if wait_seconds > 0:
        await asyncio.sleep(wait_seconds)


def run(load: Load) -> Result:
    """Returns the result of a load played in this process."""
    callers = Callers(load)
    began, cpu = time.perf_counter(), time.process_time()
    asyncio.run(callers.open() if load.sessions_per_second else callers.closed())
    seconds, cpu_seconds = time.perf_counter() - began, time.process_time() - cpu
    tally = callers.tally
    ordered = sorted(tally.latencies)
    return Result(
        turns=len(ordered),
        finals=tally.finals,
        wrong=tally.wrong,
        # The first turn of each connection finds it not yet open.
        reconnects=max(0, tally.reconnects - load.connections),
        seconds=seconds,
        cpu_seconds=cpu_seconds,
        p50=percentile(ordered, 0.5),
        p99=percentile(ordered, 0.99),
        p999=percentile(ordered, 0.999),
        first_wrong=tally.first_wrong,
    )


if __name__ == "__main__":
    json.dump(asdict(run(Load(**json.load(sys.stdin)))), sys.stdout)
