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
from collections import deque
from collections.abc import Callable
from dataclasses import asdict, dataclass, field

from bench.figures import percentile
from bench.line import Line, Turn
from bench.load import STEPS, Load, Result

#: A turn that is not answered by then counts as wrong; the provider would have hung up.
PATIENCE_SECONDS = 10.0


@dataclass(slots=True)
class Tally:
    """The counts while the load runs."""

    latencies: list[float] = field(default_factory=list)
    finals: int = 0
    wrong: int = 0
    reconnects: int = 0
    first_wrong: str = ""


class Callers:
    """Plays the sessions of one load and counts what comes back."""

    def __init__(self, load: Load) -> None:
        self.load = load
        self.tally = Tally()
        self._loop = asyncio.get_running_loop()
        self._done = self._loop.create_future()
        self._until = time.perf_counter() + load.seconds
        self._sessions, self._playing = load.first, 0
        self._coming = False
        ports = (load.port, load.other_port) if load.other_port else (load.port,)
        # Of each port one for each session: of several, the one that waits longest is taken.
        self._free = deque(Line(self, port) for _ in range(load.connections) for port in ports)
        self._lines = tuple(self._free)
        self._waiting: deque[Turn] = deque()
        self._connecting: set[asyncio.Task[None]] = set()
        self._chance = random.Random(7)
        self._head = (
            f"POST {load.target} HTTP/1.1\r\nHost: 127.0.0.1:{load.port}\r\n"
            "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: "
        ).encode()
        code = load.service_code.replace("#", "%23")
        self._tail = f"&networkCode=63902&serviceCode={code}&text="
        self._expected = [body.partition("{id}") for body in load.expected]

    async def play(self) -> None:
        """Plays until the time is over; a session that has begun is played to its end."""
        if self.load.sessions_per_second:
            self._arrive(time.perf_counter())
        else:
            for _ in range(self.load.connections):
                self._begin(time.perf_counter())
        watch = self._loop.create_task(self._hang_up())
        try:
            await self._done
        finally:
            watch.cancel()
            for line in self._lines:
                line.close()
            await asyncio.sleep(0)  # a connection is gone one round of the loop after its end

    def answered(self, line: Line, turn: Turn, body: bytes) -> None:
        """Counts an answer and goes on with the session."""
        now = time.perf_counter()
        self.tally.latencies.append((now - turn.due) * 1e3)
        self._free.append(line)
        right = self._is_right(body, turn)
        if not right:
            self.tally.wrong += 1
            self.tally.first_wrong = self.tally.first_wrong or f"step {turn.step}: {body!r}"
        if right and turn.step < STEPS - 1:
            self._next(Turn(turn.number, turn.step + 1, now))
        else:
            self.tally.finals += right
            self._end(now)
        if self._waiting and self._free:
            self._free.popleft().ask(self._waiting.popleft())

    def broken(self, line: Line, turn: Turn) -> None:
        """Sends the turn once more, as a provider would; twice broken is a wrong answer."""
        if turn.asked_again:
            self.answered(line, turn, b"the connection broke, or no answer in time")
            return
        self.tally.reconnects += 1
        turn.asked_again = True
        line.ask(turn)

    def connect(self, line: Line) -> None:
        """Opens the line's connection and sends its turn."""
        task = self._loop.create_task(self._connected(line))
        self._connecting.add(task)
        task.add_done_callback(self._connecting.discard)

    async def _connected(self, line: Line) -> None:
        try:
            await self._loop.create_connection(lambda: line, "127.0.0.1", line.port)
        except OSError:
            if line.turn is not None:
                self.broken(line, line.turn)
            return
        if line.transport is not None and line.turn is not None:
            line.transport.write(line.turn.request)

    def _arrive(self, due: float) -> None:
        """Begins a session now and arranges the next arrival, whatever the server does."""
        self._begin(due)
        following = due + self._chance.expovariate(self.load.sessions_per_second)
        self._coming = following < self._until
        if self._coming:
            self._at(following, lambda: self._arrive(following))

    def _begin(self, due: float) -> None:
        self._sessions += 1
        self._playing += 1
        self._ask(Turn(self._sessions, 0, due))

    def _next(self, turn: Turn) -> None:
        if not self.load.sessions_per_second:
            self._ask(turn)
            return
        turn.due += self.load.think_seconds
        self._at(turn.due, lambda: self._ask(turn))

    def _end(self, now: float) -> None:
        self._playing -= 1
        if not self.load.sessions_per_second and now < self._until:
            self._begin(now)
        elif not self._playing and not self._coming and not self._done.done():
            self._done.set_result(None)

    def _ask(self, turn: Turn) -> None:
        text = ("", "1", "1*1", f"1*1*{turn.digits}")[turn.step]
        body = (
            f"sessionId=ATUid_{self.load.salt}{turn.number:08d}&phoneNumber=%2B2547{turn.digits}"
            f"{self._tail}{text}"
        ).encode()
        turn.request = b"%s%d\r\n\r\n%s" % (self._head, len(body), body)
        if self._free:
            self._free.popleft().ask(turn)
        else:
            self._waiting.append(turn)

    def _at(self, due: float, what: Callable[[], None]) -> None:
        self._loop.call_later(due - time.perf_counter(), what)

    def _is_right(self, body: bytes, turn: Turn) -> bool:
        before, number, after = self._expected[turn.step]
        if not number:
            return body.decode() == before
        state = "ready" if int(turn.digits) % 2 else "in progress"
        return body.decode() == before + turn.digits + after.replace("{state}", state)

    async def _hang_up(self) -> None:
        """Breaks the connections on which nothing has come in time."""
        while True:
            await asyncio.sleep(1.0)
            late = time.perf_counter() - PATIENCE_SECONDS
            for line in self._lines:
                if line.turn is not None and line.turn.due < late and line.transport is not None:
                    line.turn.asked_again = True
                    line.transport.abort()


def run(load: Load) -> Result:
    """Returns the result of a load played in this process."""
    began, cpu = time.perf_counter(), time.process_time()
    tally = asyncio.run(_played(load))
    seconds, cpu_seconds = time.perf_counter() - began, time.process_time() - cpu
    ordered = sorted(tally.latencies)
    return Result(
        turns=len(ordered),
        finals=tally.finals,
        wrong=tally.wrong,
        reconnects=tally.reconnects,
        seconds=seconds,
        cpu_seconds=cpu_seconds,
        p50=percentile(ordered, 0.5),
        p99=percentile(ordered, 0.99),
        p999=percentile(ordered, 0.999),
        first_wrong=tally.first_wrong,
    )


async def _played(load: Load) -> Tally:
    callers = Callers(load)
    await callers.play()
    return callers.tally


if __name__ == "__main__":
    json.dump(asdict(run(Load(**json.load(sys.stdin)))), sys.stdout)
