"""What a backlog does to those who are urgent, to the pace, to calls in flight, and to memory.

Workers are the gateway's own, on its own database and Redis; the provider is within them, so that
the moment is known at which each MT leaves (`bench/sending_worker.py`).
"""

from __future__ import annotations

import sys
import time
from bisect import bisect_left
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import psutil
from sqlalchemy import Engine, create_engine, text

from bench.figures import Findings, Target, say
from bench.house import House
from bench.servers import Failed, running
from gateway.composition.gateway import Gateway
from gateway.deployment.load import load
from gateway.domain.telecom.msisdn import Msisdn
from gateway.domain.telecom.sms import Lane, NewSms, Purpose

#: MTs that are whole; behind them stand copies, which are due later and never reached.
WHOLE = 20_000
URGENT = 200
URGENT_EVERY_SECONDS = 0.2
PACED, LIMIT = "paced", 100
WIDE = "wide"
LATENCY_MS = 40
IN_FLIGHT = (8, 16, 32, 64)
#: As many as leave in so long at the most calls in flight.
FLIGHT_SECONDS = 6.0
PACE_SECONDS = 60.0
MEMORY_MTS = 200_000
MOST_SECONDS = 900.0


@dataclass
class Bench:
    """A gateway on the house, and what its workers have noted."""

    house: House
    gateway: Gateway
    engine: Engine
    files: list[Path] = field(default_factory=list)

    def work(self, stack: ExitStack, queue: str, latency: float, number: int = 1) -> psutil.Process:
        """Starts workers of a queue; returns the last."""
        for _ in range(number):
            file = self.house.folder / f"left-{time.monotonic_ns()}.txt"
            self.files.append(file)
            command = [
                sys.executable, "-m", "bench.sending_worker", queue, str(file), str(latency),
            ]  # fmt: skip
            process = stack.enter_context(running(command, self.house.folder, self.house.environ))
        return process

    def left(self) -> Iterator[tuple[float, str]]:
        """Yields when each MT left, and what it said."""
        for file in self.files:
            for line in file.read_text("utf-8").splitlines() if file.exists() else ():
                at, _, said = line.partition(" ")
                yield float(at), said

    def have_left(self, number: int) -> bool:
        """Returns whether so many MTs were handed over."""
        return sum(1 for _ in self.left()) >= number

    def accept(self, channel: str, lane: Lane, salt: str, count: int) -> None:
        """Accepts MTs, and wakes whoever sends them."""
        for first in range(0, count, 500):
            new = [
                NewSms(
                    channel=channel, subscriber=Msisdn(f"+25471{number:07d}"), lane=lane,
                    text=f"{salt} {number}", purpose=Purpose.REPLY, key=f"{salt}-{number}",
                )
                for number in range(first, min(count, first + 500))
            ]  # fmt: skip
            self.gateway.sql.outbox.add(new, self.gateway.clock.now())
        self.gateway.stores.jobs.wake_outbound(channel, lane)

    def copies(self, number: int) -> None:
        """Puts copies of what waits behind it, due an hour later."""
        names = [row[1] for row in self._all("PRAGMA table_info(outbound_sms)") if row[1] != "id"]
        values = ", ".join(
            {"key_index": "randomblob(32)", "due_at": "o.due_at + 3600000000"}.get(
                name, f"o.{name}"
            )
            for name in names
        )
        copy = (
            f"INSERT INTO outbound_sms ({', '.join(names)}) WITH RECURSIVE n(i) AS "
            "(SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :most) "
            f"SELECT {values} FROM n, (SELECT * FROM outbound_sms ORDER BY id LIMIT 1) o"
        )
        with self.engine.begin() as connection:
            connection.execute(text(copy), {"most": number})

    def clear(self) -> None:
        """Forgets every MT, and what was noted."""
        with self.engine.begin() as connection:
            connection.execute(text("DELETE FROM outbound_sms"))
        self.files.clear()

    def _all(self, statement: str) -> list[tuple[object, ...]]:
        with self.engine.connect() as connection:
            return [tuple(row) for row in connection.execute(text(statement))]


def measure(house: House, *, quick: bool) -> Findings:
    """Returns what was found of all four."""
    database = Path(house.environ["GATEWAY_HOME"]) / "data" / "gateway.db"
    bench = Bench(house, Gateway(load(house.environ)), create_engine(f"sqlite:///{database}"))
    findings = Findings("A backlog", ("what", "found"))
    load_average = psutil.getloadavg()[0]
    findings.notes = [
        f"load average {load_average:.0f} on {psutil.cpu_count()} cores when it began",
        "the provider answers within the worker, so no HTTP is in these figures",
    ]
    for waiting, percent, bound in ((100_000, 95, 0.3), (1_000_000, 99, 2.0)):
        if quick and waiting > 100_000:
            continue
        _urgent(bench, findings, waiting, percent, bound)
    _pace(bench, findings, 10.0 if quick else PACE_SECONDS)
    for in_flight in IN_FLIGHT:
        _in_flight(bench, findings, in_flight)
    _memory(bench, findings, 10_000 if quick else MEMORY_MTS)
    return findings


def _urgent(bench: Bench, findings: Findings, waiting: int, percent: int, bound: float) -> None:
    bench.clear()
    bench.accept(PACED, Lane.BULK, "bulk", WHOLE)
    bench.copies(waiting - WHOLE)
    accepted: dict[str, float] = {}
    with ExitStack() as stack:
        for queue in ("urgent", "bulk"):
            bench.work(stack, queue, LATENCY_MS)
        _until(lambda: any(said.startswith("bulk") for _, said in bench.left()))
        for number in range(URGENT):
            salt = f"urgent{number}"
            accepted[f"{salt} 0"] = time.time()
            bench.accept(PACED, Lane.URGENT, salt, 1)
            time.sleep(URGENT_EVERY_SECONDS)
        _until(lambda: accepted.keys() <= {said for _, said in bench.left()})
    took = sorted(at - accepted[said] for at, said in bench.left() if said in accepted)
    half, found = took[len(took) // 2], took[min(len(took) - 1, len(took) * percent // 100)]
    what = f"urgent behind {waiting:,} of bulk, p{percent}"
    findings.rows.append((what, f"{found * 1000:,.0f} ms (p50 {half * 1000:,.0f} ms)"))
    findings.targets.append(Target(what=what, found=found, bound=bound, at_least=False, unit=" s"))
    say(f"{what}: {found:.3f} s")


def _pace(bench: Bench, findings: Findings, seconds: float) -> None:
    bench.clear()
    bench.accept(PACED, Lane.BULK, "paced", int(LIMIT * (seconds + 30)))
    with ExitStack() as stack:
        bench.work(stack, "bulk", LATENCY_MS, number=2)
        _until(lambda: any(True for _ in bench.left()))
        time.sleep(seconds + 4)
    left = sorted(at for at, _ in bench.left())
    begin = left[0] + 2  # both are at work
    counted = [at for at in left if begin <= at < begin + seconds]
    worst = max(bisect_left(left, at + 1.0) - place for place, at in enumerate(left))
    share = len(counted) / (LIMIT * seconds)
    findings.rows.append(
        (f"pace of two workers at {LIMIT}/s", f"{share:.1%} of it, {worst} in the worst second")
    )
    findings.targets += [
        Target(what="segments in the worst second", found=worst, bound=LIMIT, at_least=False),
        Target(what="share of a channel's limit", found=share, bound=0.97, at_least=True),
    ]
    say(f"pace: {share:.1%}, worst {worst}")


def _in_flight(bench: Bench, findings: Findings, in_flight: int) -> None:
    bench.clear()
    most = in_flight / (LATENCY_MS / 1000)
    channel = f"{WIDE}-{in_flight}"
    bench.accept(channel, Lane.BULK, "flight", int(most * FLIGHT_SECONDS))
    with ExitStack() as stack:
        bench.work(stack, "bulk", LATENCY_MS)
        _until(partial(bench.have_left, int(most * FLIGHT_SECONDS)))
    left = sorted(at for at, _ in bench.left())
    middle = left[len(left) // 10 : -len(left) // 10]
    share = (len(middle) - 1) / (middle[-1] - middle[0]) / most
    what = f"{in_flight} in flight at {LATENCY_MS} ms"
    findings.rows.append((what, f"{share * most:,.0f} MTs/s, {share:.2f} of what they could be"))
    findings.targets.append(Target(what=what, found=share, bound=0.75, at_least=True))
    say(f"{what}: {share:.2f}")


def _memory(bench: Bench, findings: Findings, number: int) -> None:
    bench.clear()
    with ExitStack() as stack:
        worker = bench.work(stack, "bulk", 0)
        sizes = []
        for part in range(4):
            bench.accept(f"{WIDE}-16", Lane.BULK, f"part{part}", number // 4)
            done = (part + 1) * (number // 4)
            _until(partial(bench.have_left, done))
            sizes.append(worker.memory_full_info().uss / 2**20)
    what = f"memory of a worker after {number:,} MTs beside after a quarter of them"
    shown = ", ".join(f"{size:.1f}" for size in sizes)
    findings.rows.append((what, f"{sizes[-1] / sizes[0]:.2f} (MiB: {shown})"))
    findings.targets.append(
        Target(what=what, found=sizes[-1] / sizes[0], bound=1.05, at_least=False)
    )
    say(f"{what}: {shown}")


def _until(done: Callable[[], bool]) -> None:
    began = time.monotonic()
    while not done():
        if time.monotonic() - began > MOST_SECONDS:
            raise Failed("The workers did not come to an end.")
        time.sleep(0.5)
