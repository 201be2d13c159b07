"""An MT from acceptance to its stored delivery report: outbox, worker, provider, webhook."""

from __future__ import annotations

import json
import secrets
import subprocess
import sys
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import psutil
from sqlalchemy import Engine, create_engine, text

from bench.figures import Findings, Spread, Target, say
from bench.house import BIN, House, served
from bench.servers import ROOT, Failed, cpu_seconds, free_port, running, wait_for

MOST_MS = 0.75
#: A run that is not through by then has lost something.
MOST_SECONDS = 120.0
#: In the table, and how its MTs are accepted: on a channel, with the same words or each its own.
WAYS = {"at": ("at", False), "at, many a call": ("at", True), "twilio": ("twilio", False)}
#: MTs of a run in many a call: they are quicker.
MANY = 5
#: From acceptance to provider, CPU of our processes but the reports': 10,000 a second and core.
MOST_MANY_MS = 0.1
#: No network delivers at once. A report that overtakes the answer to its send costs more to store.
REPORT_DELAY_MS = 500
#: How long it is looked what the processes cost that have nothing to do.
IDLE_SECONDS = 2.0
#: The first calls of a worker load the SDKs, and open the connections that are kept.
WARM = 200
#: Providers send reports side by side, as they come from networks.
CONNECTIONS = 32


@dataclass(frozen=True, slots=True)
class Site:
    """The processes one run goes through."""

    house: House
    web: psutil.Process
    worker: psutil.Process
    engine: Engine


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """CPU per MT in ms, by process, and MTs a second from acceptance to the last stored report."""

    accept: float
    worker: float
    web: float
    per_second: float

    @property
    def total(self) -> float:
        """Returns the CPU of all our processes."""
        return self.accept + self.worker + self.web


def measure(house: House, rounds: int, messages: int) -> Findings:
    """Returns CPU per MT and MTs a second on both channels; one HTTP request for each MT."""
    found: dict[str, list[Run]] = {way: [] for way in WAYS}
    with ExitStack() as running_now:
        site = open_site(house, running_now)
        idle = _idle(site)
        for number in range(1, rounds + 1):
            for way, (_, alike) in WAYS.items():
                run = play(site, way, messages * MANY if alike else messages)
                found[way].append(run)
                say(
                    f"round {number}/{rounds}  {way}: {run.per_second:,.0f} MTs/s, "
                    f"{run.total:.2f} ms (worker {run.worker:.2f}, web {run.web:.2f})"
                )
    findings = Findings(
        f"{messages:,} MTs to their stored delivery report",
        ("channel", "MTs/s", "CPU ms/MT", "accept", "worker", "web"),
    )
    for channel, runs in found.items():
        totals = Spread.of([run.total for run in runs])
        findings.rows.append(
            (
                channel,
                Spread.of([run.per_second for run in runs]).shown(0),
                totals.shown(2),
                *(
                    Spread.of([getattr(run, part) for run in runs]).shown(2)
                    for part in ("accept", "worker", "web")
                ),
            )
        )
        if WAYS[channel][1]:
            handing_over = Spread.of([run.accept + run.worker for run in runs]).median
            findings.targets.append(
                Target(
                    what="CPU per MT from acceptance to provider, many a call", found=handing_over,
                    bound=MOST_MANY_MS, at_least=False, unit=" ms",
                )
            )  # fmt: skip
            continue
        findings.targets.append(
            Target(
                what=f"CPU per MT on {channel}", found=totals.median, bound=MOST_MS, at_least=False,
                unit=" ms",
            )
        )  # fmt: skip
    findings.notes = [
        "one request per MT, 16 in flight; the final delivery report alone comes, after 0.5 s",
        f"with nothing to do, worker and web take {idle * 1e3:.1f} ms a second, which is in it",
    ]
    findings.raw = {
        channel: [
            {"accept": r.accept, "worker": r.worker, "web": r.web, "per_second": r.per_second}
            for r in runs
        ]
        for channel, runs in found.items()
    }
    return findings


def open_site(house: House, running_now: ExitStack) -> Site:
    """Returns the provider, a web server and a worker at work, warmed up; raises Failed."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    secret = house.environ["BENCH_SECRET"]
    accounts = house.folder / "standin.json"
    accounts.write_text(
        json.dumps(
            {
                "twilio": {"AC00000000000000000000000000000001": secret},
                "africastalking": {
                    "bench": {"api_key": secret, "delivery_url": house.target("at", "delivery")}
                },
                "reports": "final",
                "delay_ms": REPORT_DELAY_MS,
                "connections": CONNECTIONS,
            }
        )
    )
    standin = [
        sys.executable, "-m", "gateway.standin", "--port", str(house.standin_port),
        "--gateway-url", address, "--config", str(accounts),
    ]  # fmt: skip
    environ = {**house.environ, "GATEWAY_PORT": str(port)}
    enter = running_now.enter_context
    wait_for(house.standin_port, enter(running(standin, house.folder, house.environ)))
    web = enter(served(house, "web", port=port)).process
    worker = enter(running([str(BIN / "gateway"), "work", "bulk"], house.folder, environ))
    database = Path(house.environ["GATEWAY_HOME"]) / "data" / "gateway.db"
    site = Site(house, web, worker, create_engine(f"sqlite:///{database}"))
    for way in WAYS:
        play(site, way, WARM)
    return site


def _idle(site: Site) -> float:
    """Returns the CPU seconds that the processes of a site take in a second of nothing."""
    before = cpu_seconds(site.web) + cpu_seconds(site.worker)
    time.sleep(IDLE_SECONDS)
    return (cpu_seconds(site.web) + cpu_seconds(site.worker) - before) / IDLE_SECONDS


def play(site: Site, way: str, messages: int) -> Run:
    """Returns what so many MTs cost, once the report of each is stored; raises Failed."""
    channel, alike = WAYS[way]
    before = _delivered(site, channel)
    web, worker = cpu_seconds(site.web), cpu_seconds(site.worker)
    began = time.perf_counter()
    accepted = _accept(site, channel, messages, alike)
    while _delivered(site, channel) < before + messages:
        if time.perf_counter() - began > MOST_SECONDS:
            raise Failed(f"Not every MT on {channel} was delivered: {_statuses(site, channel)}")
        time.sleep(0.05)
    taken = time.perf_counter() - began
    return Run(
        accept=accepted["cpu"] / messages * 1e3,
        worker=(cpu_seconds(site.worker) - worker) / messages * 1e3,
        web=(cpu_seconds(site.web) - web) / messages * 1e3,
        per_second=messages / taken,
    )


def _accept(site: Site, channel: str, messages: int, alike: bool) -> dict[str, float]:
    done = subprocess.run(
        [
            sys.executable, "-m", "bench.accept", channel, str(messages), secrets.token_hex(4),
            *(["alike"] if alike else []),
        ],
        env=dict(site.house.environ), cwd=ROOT, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    if done.returncode:
        raise Failed(f"Nothing was accepted: {done.stderr.strip()[-400:]}")
    return dict(json.loads(done.stdout))


def _delivered(site: Site, channel: str) -> int:
    return _statuses(site, channel).get("delivered", 0)


def _statuses(site: Site, channel: str) -> dict[str, int]:
    counted = text("SELECT status, count(*) FROM outbound_sms WHERE channel = :it GROUP BY status")
    with site.engine.connect() as connection:
        return dict(connection.execute(counted, {"it": channel}).tuples().all())
