"""Slow back ends while workers are killed: does anybody get a wrong answer, two, or none?

Half of the callers ask a back end that is declared slow, half one that is not; both take from 2 ms
to 5 s, as the caller's number has it. `gateway serve`, two workers of calls, one that sends and the
ticker are kept going by the supervisor of `gateway run`, the SMS go to a stand-in of the provider.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import secrets
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime

import psutil

from bench.aftermath import Aftermath
from bench.figures import Findings, Target, percentile, say
from bench.house import BIN, DIALOGUE, House
from bench.killer import Killer
from bench.load import Load
from bench.servers import free_port, running, wait_for
from bench.steadfast import DEADLINE_SECONDS, Steadfast
from bench.verdicts import CIVIL, Judge, Sum, Tally, sum_up

CHANNEL = "back-ends"
CONNECTIONS = 64
#: How long a citizen looks at a screen before typing.
THINK_SECONDS = 1.0
KILL_EVERY_SECONDS = 2.0
#: The slowest back end, and a moment: what a worker holds longer than that died with it.
IN_HAND_SECONDS = 6.0
#: Some ticks of the ticker. An SMS that has not come by then does not come.
MOST_SETTLE_SECONDS = 25.0

#: The kinds of turns, and how the table calls them.
WAYS = {
    "menu": "a screen of the menu",
    "register": "an answer, the back end not declared slow",
    "archive": "an answer, the back end declared slow",
}
#: The turns before the answer; the list of permits stands behind a shortcut.
BEFORE = (
    DIALOGUE[0],
    "CON Permits\n1. Register\n2. Archive\n0 Back 00 Home",
    "CON Enter your 8-digit ID number\n0 Back 00 Home",
)


@dataclass(frozen=True, slots=True)
class Site:
    """The deployment that runs, and what to call."""

    house: House
    supervisor: psutil.Process
    load: Load
    judge: Judge


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of the room: what the callers met, how it ended, and what was killed for it."""

    tally: Tally
    ends: Sum
    killed: dict[str, int] = field(default_factory=dict)
    left_behind: int = 0


def measure(house: House, seconds: float) -> Findings:
    """Returns what 64 connections were told in so many seconds of kills, and by SMS after them."""
    with _site(house) as site:
        outcome = asyncio.run(_played(site, seconds))
    return _findings(outcome)


@contextlib.contextmanager
def _site(house: House) -> Iterator[Site]:
    port = free_port()
    environ = {**house.environ, "GATEWAY_PORT": str(port)}
    with running(_kept_going(house, port), house.folder, environ) as supervisor:
        wait_for(house.standin_port, supervisor)
        wait_for(port, supervisor)
        load = Load(
            port=port,
            target=house.target(CHANNEL, "ussd"),
            salt=secrets.token_hex(4),
            seconds=0,
            expected=BEFORE,
            connections=CONNECTIONS,
            think_seconds=THINK_SECONDS,
            service_code="*384*2027#",
        )
        yield Site(house, supervisor, load, _judge(house))


def _kept_going(house: House, port: int) -> list[str]:
    accounts = house.folder / "standin-back-ends.json"
    bench = {"api_key": house.environ["BENCH_SECRET"]}
    accounts.write_text(json.dumps({"africastalking": {"bench": bench}, "reports": "none"}))
    standin = [
        sys.executable, "-m", "gateway.standin", "--port", str(house.standin_port),
        "--gateway-url", f"http://127.0.0.1:{port}", "--config", str(accounts),
    ]  # fmt: skip
    gateway = str(BIN / "gateway")
    commands = {
        "standin": standin,
        "calls-1": [gateway, "work", "calls"],
        "calls-2": [gateway, "work", "calls"],
        "reply": [gateway, "work", "reply"],
        "ticker": [gateway, "work", "ticker"],
        "web": [gateway, "serve"],
    }
    logs = str(house.folder / "back-ends")
    return [sys.executable, "-m", "bench.kept_going", logs, json.dumps(commands)]


def _judge(house: House) -> Judge:
    from gateway.deployment.load import load
    from gateway.domain.dialogue.screen_rendering import phrase

    release = load(house.environ).load_release()
    unfilled = {"reference": "{reference}"}
    return Judge({name: phrase(release, "en", name, unfilled) for name in CIVIL})


async def _played(site: Site, seconds: float) -> Outcome:
    callers = Steadfast(replace(site.load, seconds=seconds), site.judge)
    killer = Killer(site.supervisor, KILL_EVERY_SECONDS)
    playing = asyncio.create_task(callers.play())
    await killer.go_on(seconds)
    last_kill = datetime.now(UTC)
    await playing
    say(f"{callers.tally.turns} turns, {killer.killed.total()} kills; the last SMS are waited for")
    aftermath = Aftermath(site.house, CHANNEL)
    try:
        since = (datetime.now(UTC) - last_kill).total_seconds()
        await asyncio.sleep(max(0.0, IN_HAND_SECONDS - since))
        left_behind = aftermath.end_leases(last_kill)
        give_up_at = time.monotonic() + MOST_SETTLE_SECONDS
        while aftermath.unsettled() and time.monotonic() < give_up_at:
            await asyncio.sleep(0.5)
        ends = sum_up(callers.tally, site.judge, aftermath.texts())
    finally:
        aftermath.close()
    return Outcome(
        tally=callers.tally, ends=ends, killed=dict(killer.killed), left_behind=left_behind
    )


def _findings(outcome: Outcome) -> Findings:
    tally, ends = outcome.tally, outcome.ends
    findings = Findings(
        f"Back ends of 2 ms to 5 s, {CONNECTIONS} connections, workers killed",
        ("turn", "answered", "p50 ms", "p99 ms", "slowest ms"),
    )
    for kind, name in WAYS.items():
        waits = sorted(tally.latencies.get(kind, ()))
        shares = (f"{percentile(waits, share):,.0f}" for share in (0.5, 0.99, 1.0))
        findings.rows.append((name, f"{len(waits):,}", *shares))
    counted = {
        "wrong answers": tally.wrong,
        "crossed answers": tally.crossed,
        "answered twice (screen and SMS)": ends.twice,
        "promised by SMS and not sent": ends.missing,
        "callers without any answer": ends.unanswered,
        f"turns answered after {DEADLINE_SECONDS:g} s": tally.late,
    }
    findings.targets = [
        Target(what=what, found=found, bound=0, at_least=False) for what, found in counted.items()
    ]
    kills = ", ".join(f"{count} x {kind}" for kind, count in sorted(outcome.killed.items()))
    findings.notes = [
        f"{ends.sessions:,} sessions: {ends.on_screen:,} read the answer on the screen",
        f"{ends.promised:,} were told that it comes by SMS, {ends.civil:,} another civil sentence",
        f"killed: {kills}; {tally.cut} turns were cut and sent again",
        f"{outcome.left_behind} calls died with their worker; their minute's lease was ended early",
        *([tally.first_wrong] if tally.first_wrong else []),
    ]
    findings.raw = {
        **counted, **asdict(ends), "killed": outcome.killed, "cut": tally.cut,
        "left_behind": outcome.left_behind, "latencies": tally.latencies,
    }  # fmt: skip
    return findings
