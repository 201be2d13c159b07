"""What many stored sessions do to a turn, and what many turns do to a web worker's memory."""

from __future__ import annotations

import secrets
from contextlib import ExitStack
from dataclasses import replace

import psutil
import redis

from bench.figures import Findings, Target, say
from bench.house import House, Site, served
from bench.rounds import (
    HEADS,
    WARM_UP_SECONDS,
    Played,
    correctness,
    first_wrong,
    play_interleaved,
    ratio,
    raw,
)
from bench.servers import Failed, call, unshared_mib, valkey

STORED, QUICK_STORED = 1_000_000, 50_000
TURNS, QUICK_TURNS = 1_000_000, 20_000
#: What a turn may cost beside one with no session stored.
MOST_RATIO = 1.05
#: The most memory of a web worker at the end beside that after a quarter of the turns.
FLAT = 1.05
#: Longer than the bench takes.
KEPT_SECONDS = 4 * 3600
_AT_ONCE = 10_000
_STEP_SECONDS = 15.0


def measure(house: House, rounds: int, seconds: float, *, quick: bool) -> Findings:
    """Returns a turn's cost beside a million stored sessions, and the memory over a million turns.

    The sessions are copies of one that a load has left, sealed as it is. Raises Failed.
    """
    stored, turns = (QUICK_STORED, QUICK_TURNS) if quick else (STORED, TURNS)
    folder = house.folder / "full"
    folder.mkdir()
    with ExitStack() as stack:
        url, _ = stack.enter_context(valkey(folder))
        full = replace(house, environ={**house.environ, "GATEWAY_REDIS_URL": url})
        sites = [
            stack.enter_context(served(house, "no session stored")),
            stack.enter_context(served(full, f"{stored:,} sessions stored")),
        ]
        octets = _fill(url, sites[1], stored)
        say(f"{stored:,} sessions are stored, {octets:.0f} octets each")
        played = play_interleaved(sites, rounds, seconds, None)
        memory = _walked(sites[0], turns)
        findings = Findings("A USSD turn beside many sessions, and after many turns", HEADS)
        findings.rows = [played[site.name].row(unshared_mib(site.process)) for site in sites]
    few, many = (played[site.name] for site in sites)
    findings.targets = [
        ratio(
            many, few, "server_us", bound=MOST_RATIO, at_least=False,
            what=f"CPU of a turn, {stored:,} sessions stored / none",
        ),
        ratio(
            many, few, "per_second", bound=1 / MOST_RATIO,
            what=f"turns/s, {stored:,} sessions stored / none",
        ),
        Target(
            what=f"memory of a web worker after {turns:,} turns / after a quarter of them",
            found=memory[-1] / memory[0], bound=FLAT, at_least=False,
        ),
        *correctness(played),
    ]  # fmt: skip
    findings.notes = [
        f"a stored session takes {octets:.0f} octets of Redis, its key with it",
        "the larger web worker after each quarter: "
        + ", ".join(f"{each:.1f}" for each in memory)
        + " MiB",
    ]
    first_wrong(played, findings)
    findings.raw = {**raw(played), "octets": octets, "memory": memory}
    return findings


def _fill(url: str, site: Site, number: int) -> float:
    """Stores copies of a session; returns how many octets of Redis each takes; raises Failed."""
    call(site.load.anew(seconds=WARM_UP_SECONDS))
    with redis.Redis.from_url(url) as client:
        found = [(key, client.get(key)) for key in client.scan_iter(b"ussd:*", 1000)]
        key, sealed = max(found, key=lambda each: len(each[1] or b""), default=(b"", None))
        if sealed is None:
            raise Failed("The load has left no session to copy.")
        before = int(client.info("memory")["used_memory"])
        for first in range(0, number, _AT_ONCE):
            with client.pipeline(transaction=False) as pipeline:
                for _ in range(min(_AT_ONCE, number - first)):
                    own = b"ussd:" + secrets.token_bytes(len(key) - len(b"ussd:"))
                    pipeline.set(own, sealed, ex=KEPT_SECONDS)
                pipeline.execute()
        return (int(client.info("memory")["used_memory"]) - before) / number


def _walked(site: Site, turns: int) -> list[float]:
    """Returns the memory of the larger web worker, in MiB, after each quarter of so many turns."""
    memory = list[float]()
    played = Played(site)
    while len(memory) < 4:
        while played.turns * 4 < turns * (len(memory) + 1):
            played.play(_STEP_SECONDS, None)
        memory.append(_largest_worker(site.process))
        say(f"after {played.turns:,} turns the larger web worker has {memory[-1]:.1f} MiB")
    if played.wrong:
        raise Failed(f"{played.wrong} answers were wrong: {played.first_wrong}")
    return memory


def _largest_worker(server: psutil.Process) -> float:
    """Returns the USS of the largest process that the server has begun."""
    return max(each.memory_full_info().uss / 2**20 for each in server.children())
