"""What the queue costs: a job wakes a worker, and carries no MT; so its cost is shared by many."""

from __future__ import annotations

import time
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import psutil
import redis
from sqlalchemy import create_engine

from bench.backlog import Bench
from bench.figures import Findings, Target, say
from bench.house import House
from bench.servers import Failed, cpu_seconds
from gateway.adapters.redis import rq_jobs, rq_worker
from gateway.adapters.system.processes.told_to_stop import ToldToStop
from gateway.composition.gateway import Gateway
from gateway.deployment.load import load
from gateway.domain.telecom.sms import Lane

CHANNEL = "wide-16"
#: Jobs that do nothing, each for a channel of its own: of one channel they would be one.
JOBS = 300
#: MTs that are stored in one step, each of which wakes a worker.
STEP = 500
#: Ten times as many as the messages of a run are looked at: a step of a broadcast has as many.
MANY = 10
MOST_MICROSECONDS, MOST_OCTETS = 50.0, 20.0
MOST_SECONDS = 120.0


def measure(house: House, messages: int) -> Findings:
    """Returns the CPU and the memory of the queue for each MT that waits and leaves."""
    database = Path(house.environ["GATEWAY_HOME"]) / "data" / "gateway.db"
    bench = Bench(house, Gateway(load(house.environ)), create_engine(f"sqlite:///{database}"))
    count = messages * MANY
    bench.clear()
    with redis.Redis.from_url(house.environ["GATEWAY_REDIS_URL"]) as client:
        job = _job(bench)
        empty = _octets(client)
        for first in range(0, count, STEP):
            bench.accept(CHANNEL, Lane.BULK, f"queued {first}", min(STEP, count - first))
        waiting = _octets(client) - empty
        store = cpu_seconds(house.valkey)
        jobs, leaving = _sent(bench, client, count, empty)
        store = (cpu_seconds(house.valkey) - store) / count * 1e6
    carried = count / jobs
    findings = Findings("The queue", ("what", "found"))
    findings.rows = [
        ("CPU of a wake-up and its job, Redis' included", f"{job:,.0f} µs"),
        ("MTs a job", f"{carried:,.0f}"),
        (f"memory of Redis while {count:,} wait", f"{waiting:,} octets"),
        ("the most while they leave, pacing included", f"{leaving:,} octets"),
        ("CPU of Redis for an MT that leaves, pacing included", f"{store:.0f} µs"),
    ]
    findings.targets = [
        Target(
            what="CPU of the queue an MT", found=job / carried, bound=MOST_MICROSECONDS,
            at_least=False, unit=" µs",
        ),
        Target(
            what="memory of Redis an MT", found=max(waiting, leaving) / count, bound=MOST_OCTETS,
            at_least=False, unit=" octets",
        ),
    ]  # fmt: skip
    findings.notes = [f"{count:,} MTs to a provider that answers at once, 16 in flight, one worker"]
    say(f"queue: {job:.0f} µs a job, {carried:,.0f} MTs a job, {waiting:,} octets while they wait")
    return findings


def _job(bench: Bench) -> float:
    """Returns the CPU of a wake-up and of its job, in µs: of this process, and of Redis."""
    _done(bench, 1)  # loads what it takes
    began = _cpu(bench.house)
    _done(bench, JOBS)
    return (_cpu(bench.house) - began) / JOBS * 1e6


def _done(bench: Bench, jobs: int) -> None:
    done: list[str] = []
    for number in range(jobs):
        bench.gateway.stores.jobs.wake_outbound(f"none-{number}", Lane.BULK)
    functions = {rq_jobs.SEND_OUTBOUND: lambda channel, lane: done.append(channel)}
    url = bench.house.environ["GATEWAY_REDIS_URL"]
    rq_worker.work(Lane.BULK.value, url, functions, ToldToStop(), burst=True)
    if len(done) != jobs:
        raise Failed(f"{len(done)} of {jobs} jobs were done.")


def _cpu(house: House) -> float:
    return sum(psutil.Process().cpu_times()[:2]) + cpu_seconds(house.valkey)


def _sent(bench: Bench, client: redis.Redis, count: int, empty: int) -> tuple[int, int]:
    """Returns in how many jobs the MTs left, and the most that Redis held meanwhile."""
    most, before = 0, _jobs(client)
    with ExitStack() as stack:
        bench.work(stack, Lane.BULK.value, 0)
        give_up_at = time.monotonic() + MOST_SECONDS
        for _ in iter(partial(bench.have_left, count), True):
            if time.monotonic() > give_up_at:
                raise Failed("Not every MT has left.")
            most = max(most, _octets(client) - empty)
            time.sleep(0.2)
        jobs = 0
        while not jobs:  # it is counted when it ends
            time.sleep(0.2)
            jobs = _jobs(client) - before
            if time.monotonic() > give_up_at:
                raise Failed("No job has ended.")
    return jobs, most


def _jobs(client: redis.Redis) -> int:
    """Returns how many jobs the workers have ended, also those that are gone since a moment."""
    workers = client.scan_iter(match="rq:worker:*", _type="hash")
    told = [client.hget(key, "successful_job_count") for key in workers]
    return sum(int(each or 0) for each in told)  # type: ignore[arg-type] # bytes


def _octets(client: redis.Redis) -> int:
    """Returns what all keys take, with what Redis keeps beside each."""
    return sum(client.memory_usage(key) or 0 for key in client.scan_iter())
