"""The same turn on other stores, and on two web nodes: what does not stand on one machine."""

from __future__ import annotations

import contextlib
import json
import shutil
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import redis

from bench.figures import Findings
from bench.house import BIN, DIALOGUE, House, Site, served
from bench.load import Load
from bench.rounds import HEADS, correctness, first_wrong, play_interleaved, ratio, raw
from bench.servers import free_port, running, unshared_mib, wait_for
from tests import servers

#: What a turn on two nodes may cost beside one's.
MOST_OF_TWO = 1.05
#: What a turn on the stores of a country may cost beside one on the stores that come along. Each
#: caller is new here, and is looked for in the database once in four turns.
MOST_OF_OTHERS = 1.25


def measure(house: House, rounds: int, seconds: float) -> Findings:
    """Returns CPU per turn on PostgreSQL, on Redis over TCP, and on two nodes, beside the usual.

    PostgreSQL's own CPU is not counted, and it does not wait for the disk.
    """
    with ExitStack() as running_here:
        enter = running_here.enter_context
        usual = enter(served(house, "SQLite, Redis by its socket"))
        two = enter(_two_nodes(house, "the same, two web nodes"))
        by_tcp = {"GATEWAY_REDIS_URL": _listening(house)}
        over_tcp = _with(house, by_tcp)
        tcp = enter(served(over_tcp, "SQLite, Redis over TCP"))
        on_postgres = _with(house, by_tcp | {"GATEWAY_DATABASE_URL": enter(servers.postgres())})
        on_postgres.gateway("migrate")
        both = enter(served(on_postgres, "PostgreSQL, Redis over TCP"))
        sites = [usual, two, tcp, both]
        played = play_interleaved(sites, rounds, seconds, house.valkey)
        findings = Findings("A USSD turn on other stores, and on two nodes", HEADS)
        findings.rows = [played[s.name].row(unshared_mib(s.process)) for s in sites]
    findings.targets = [
        ratio(
            played[site.name], played[usual.name], "server_us",
            what=f"CPU of a turn, {site.name} / {usual.name}", bound=most, at_least=False,
        )
        for site, most in ((two, MOST_OF_TWO), (tcp, MOST_OF_OTHERS), (both, MOST_OF_OTHERS))
    ] + correctness(played)  # fmt: skip
    first_wrong(played, findings)
    findings.raw = raw(played)
    return findings


@contextlib.contextmanager
def _two_nodes(house: House, name: str) -> Iterator[Site]:
    """Yields two of `gateway serve` with half of the processes each, on the stores of the house.

    The turns of a session come to either.
    """
    home = Path(house.environ["GATEWAY_HOME"])
    half = shutil.copytree(home, house.folder / "half", ignore=shutil.ignore_patterns("data"))
    with (half / "config" / "gateway.yaml").open("a", encoding="utf-8") as settings:
        settings.write("server:\n  workers: 1\n")
    environ = {"GATEWAY_HOME": str(half), "GATEWAY_DATA": str(home / "data")}
    ports = [free_port(), free_port()]
    nodes = {
        f"node-{port}": ["/usr/bin/env", f"GATEWAY_PORT={port}", str(BIN / "gateway"), "serve"]
        for port in ports
    }
    command = [sys.executable, "-m", "bench.kept_going", str(house.folder), json.dumps(nodes)]
    with running(command, house.folder, {**house.environ, **environ}) as process:
        for port in ports:
            wait_for(port, process)
        load = Load(
            port=ports[0], other_port=ports[1], target=house.ussd_target, salt="", seconds=0,
            expected=DIALOGUE,
        )  # fmt: skip
        yield Site(name, ports[0], process, load)


def _listening(house: House) -> str:
    """Lets the house's Valkey listen on a port, too, and returns its URL there."""
    port = free_port()
    with redis.Redis.from_url(house.environ["GATEWAY_REDIS_URL"]) as client:
        client.config_set("port", port)
    return f"redis://127.0.0.1:{port}/0"


def _with(house: House, environ: dict[str, str]) -> House:
    return replace(house, environ={**house.environ, **environ})
