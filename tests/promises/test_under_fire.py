"""Every SMS that was accepted ends, though provider, workers, web and Valkey fail all the while.

The real thing: `gateway run` on PostgreSQL with an embedded Valkey, and more workers beside its
own. The stand-in loses answers and reports, and doubles and turns them round; processes are killed
at random. A third channel takes nothing from the beginning: what was accepted for it leaves by the
first. What takes hours, such as the end of a validity, is told to the ticker's tasks by a clock
that is ahead.
"""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import select

from gateway.adapters.sql.engine import statements, transaction
from gateway.adapters.sql.shared_clock import SharedClock
from gateway.adapters.sql.tables import outbound_sms
from gateway.domain.telecom.delivery import FINAL
from gateway.domain.telecom.delivery import DeliveryStatus as S
from gateway.domain.telecom.msisdn import Msisdn
from gateway.domain.telecom.sms import Lane, NewSms, Purpose
from gateway.use_cases.ports import Clock
from tests import servers
from tests.gateways import HOME, MASTER_KEY
from tests.polling import PATIENCE_SECONDS, eventually
from tests.promises.running import Running, command_of, running

EACH = 12
#: A channel that refuses each connection, and by which others its SMS may leave.
GONE = """
  gone:
    provider: africastalking
    username: sandbox
    api_key: $AT_API_KEY
    address: "20881"
    api_url: http://127.0.0.1:9
"""
ROUTES = """
routing:
  networks: {kenya: {prefixes: ["+254"]}}
  routes: [{network: kenya, channels: [gone, at-ke]}]
"""
#: How far the ticker's clock is ahead, while something is sent after all of that.
LATER = [timedelta(minutes=minutes) for minutes in (2.2, 5, 7, 9)]
#: Where an SMS stands that a worker has, or may take at any moment.
AT_WORK = (S.QUEUED, S.LEASED, S.SENDING)
#: What goes wrong, of each kind so often a round.
FAULTS = {
    "error": 2, "drop_connection": 2, "throttle": 2, "drop_report": 2, "duplicate_report": 2,
    "reorder_reports": 2, "undelivered": 1,
}  # fmt: skip


@dataclass(frozen=True)
class Ahead:
    """A clock that is so much ahead of another."""

    clock: Clock
    by: timedelta

    def now(self) -> datetime:
        return self.clock.now() + self.by

    def monotonic(self) -> float:
        return self.clock.monotonic()

    def sleep(self, seconds: float) -> None:
        self.clock.sleep(seconds)

    def skew(self) -> float:
        return 0.0


@contextlib.contextmanager
def more_workers(folder: Path, environ: dict[str, str]) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Yields two more workers of replies; whoever kills one puts another in its place."""
    workers = [worker(folder, environ) for _ in range(2)]
    try:
        yield workers
    finally:
        for each in workers:
            each.kill()
            each.wait(PATIENCE_SECONDS)


def worker(folder: Path, environ: dict[str, str]) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "gateway.cli", "work", "reply"]
    with (folder / "workers.log").open("ab") as log:
        return subprocess.Popen(command, env={**os.environ, **environ}, stdout=log, stderr=log)


def with_a_channel_that_is_gone(folder: Path) -> Path:
    """Writes the configuration of the reference deployment with one channel more, and routes."""
    text = (HOME / "config" / "gateway.yaml").read_text("utf-8")
    path = folder / "gateway.yaml"
    path.write_text(text.replace("\nchannels:\n", f"\nchannels:{GONE}") + ROUTES, "utf-8")
    return path


def accepts(gateway: Running, channel: str, name: str, number: int) -> set[str]:
    """Accepts replies as a webhook's worker does, and wakes whoever sends; returns their texts."""
    country, digits = ("+1202555", 4) if channel == "twilio" else ("+2547119", 5)
    new = [
        NewSms(
            channel=channel, subscriber=Msisdn(f"{country}{each:0{digits}d}"),
            text=f"{channel} {name} {each}", lane=Lane.REPLY, purpose=Purpose.REPLY,
            key=f"{channel} {name} {each}",
        )
        for each in range(number)
    ]  # fmt: skip
    assert number == len(gateway.inside.sql.outbox.add(new, shared_time(gateway).now()))
    gateway.inside.stores.jobs.wake_outbound(channel, Lane.REPLY)
    return {each.text for each in new}


def shared_time(gateway: Running) -> Clock:
    """Returns the time of all processes: the database's, on whatever day this machine is."""
    clock = SharedClock(gateway.inside.clock, gateway.inside.engine)
    clock.ask()
    return clock


def states(gateway: Running) -> dict[int, tuple[S, int | None]]:
    """Returns the status of each MT, and of which one it is a copy."""
    columns = outbound_sms.c
    with statements(gateway.inside.engine) as connection:
        rows = connection.execute(select(columns.id, columns.status, columns.resend_of))
        return {row.id: (S(row.status), row.resend_of) for row in rows}


def in_states(gateway: Running, *wanted: S) -> int:
    return sum(status in wanted for status, _ in states(gateway).values())


def ticks(gateway: Running, ahead: timedelta) -> None:
    """Does what the ticker does about SMS, by a clock that is ahead."""
    inside, clock = gateway.inside, Ahead(shared_time(gateway), ahead)
    replace(inside.outbound.sweep, clock=clock)()
    settle = replace(inside.outbound.settle, clock=clock)
    while settle():
        pass


def kill_one(
    gateway: Running, chance: random.Random, workers: list[subprocess.Popen[bytes]],
    folder: Path, environ: dict[str, str],
) -> None:  # fmt: skip
    """Kills a process of the gateway, or one of the workers beside it."""
    kind = chance.choice(["serve", "work", "valkey", "ours"])
    if kind == "ours":
        workers[0].kill()
        workers[0].wait(PATIENCE_SECONDS)
        workers[0] = worker(folder, environ)
        return
    found = [
        pid for pid in gateway.pids()
        if any(kind in word for word in command_of(pid)) and "ticker" not in command_of(pid)
    ]  # fmt: skip
    if found:
        with contextlib.suppress(ProcessLookupError):
            os.kill(chance.choice(found), signal.SIGKILL)


@pytest.mark.parametrize("rounds", [4, pytest.param(60, marks=pytest.mark.soak)])
def test_every_sms_ends_and_none_is_lost_or_doubled_but_by_the_rule(
    tmp_path: Path, postgres_server: str, rounds: int
) -> None:
    chance = random.Random(20261129)
    config = with_a_channel_that_is_gone(tmp_path)
    with (
        servers.new_schema(postgres_server) as url,
        running(tmp_path, GATEWAY_DATABASE_URL=url, GATEWAY_CONFIG=str(config)) as gateway,
    ):
        environ = {
            "GATEWAY_HOME": str(HOME), "GATEWAY_DATA": str(tmp_path / "data"),
            "GATEWAY_KEY": MASTER_KEY, "GATEWAY_DEVELOPMENT": "1", "GATEWAY_DATABASE_URL": url,
            "GATEWAY_CONFIG": str(config), "GATEWAY_PORT": gateway.url.rpartition(":")[2],
        }  # fmt: skip
        accepted: set[str] = set()
        with more_workers(tmp_path, environ) as workers:
            for round_ in range(rounds):
                kinds = list(FAULTS)
                chance.shuffle(kinds)
                for kind in kinds:
                    gateway.fault(kind=kind, requests=FAULTS[kind])
                for channel in ("at-ke", "twilio", "gone"):
                    accepted |= accepts(gateway, channel, f"round {round_}", EACH)
                kill_one(gateway, chance, workers, tmp_path, environ)
                goes_on(gateway)
            settled(gateway)
            taken = taken_at_last(gateway, accepted)

        ended = states(gateway)
        copies = {first for _, first in ended.values() if first is not None}
        lost = lives_of(gateway, {text for text in accepted if taken[text] == 0})
        doubled = {text for text, number in taken.items() if number > 1}
        assert copies
        assert len(ended) - len(copies) == len(accepted) + 2 * len(LATER)
        assert {status for status, _ in ended.values()} <= FINAL
        assert {} == lost
        assert {"gone": "drained"} == drained(gateway)
        assert max(taken.values()) <= 2
        assert doubled <= texts_of(gateway, copies)
        assert not any(text.startswith("twilio") for text in doubled)


def drained(gateway: Running) -> dict[str, str]:
    """Returns how each channel stands that is gone."""
    standings = gateway.inside.vital_signs.gauges().standings
    return {name: each for name, each in standings.items() if name == "gone"}


def goes_on(gateway: Running) -> None:
    """Waits until what can be sent was sent."""
    eventually(lambda: gateway.has_started())
    ticks(gateway, timedelta())
    eventually(lambda: in_states(gateway, S.QUEUED) <= EACH)


def settled(gateway: Running) -> None:
    """Lets the provider recover and hours pass, until nothing is open.

    What is sent again is sent once: a fault that met the copy, too, would lose it by the rule.
    """
    gateway.recovers()
    for number, ahead in enumerate(LATER):
        for channel in ("at-ke", "twilio"):
            accepts(gateway, channel, f"later {number}", 1)
        eventually(
            partial(are_taken, gateway, f"at-ke later {number} 0", f"twilio later {number} 0")
        )
        eventually(lambda: in_states(gateway, S.SENDING) == 0 or stands_still(gateway))
        ticks(gateway, ahead)
    eventually(lambda: nothing_is_open(gateway))
    eventually(lambda: all_is_final(gateway))


def taken_at_last(gateway: Running, accepted: set[str]) -> Counter[str]:
    """Returns how often the provider took each text, as soon as it has every one, if ever."""
    taken: Counter[str] = Counter()

    def has_all() -> bool:
        taken.clear()
        taken.update(sms["text"] for sms in gateway.at_provider())
        return accepted <= set(taken)

    with contextlib.suppress(AssertionError):  # what is lost the test itself tells, with its life
        eventually(has_all)
    return taken


def stands_still(gateway: Running) -> bool:
    """Returns whether those that are being sent were left by a worker that is gone."""
    now = shared_time(gateway).now()
    return gateway.inside.sql.settling.sent_for_longer(now - timedelta(seconds=3)) > 0


def are_taken(gateway: Running, *texts: str) -> bool:
    return set(texts) <= {sms["text"] for sms in gateway.at_provider()}


def nothing_is_open(gateway: Running) -> bool:
    """Returns whether all was sent, or sent again; the time of another attempt is brought on.

    No clock is moved while a worker is at an SMS: its lease would seem to have run out.
    """
    columns = outbound_sms.c
    waits = columns.status == S.QUEUED.value
    with transaction(gateway.inside.engine) as connection:
        connection.execute(
            outbound_sms.update().where(waits).values(due_at=shared_time(gateway).now())
        )
    ticks(gateway, timedelta())
    if in_states(gateway, *AT_WORK):
        return False
    ticks(gateway, timedelta(minutes=7))
    now = states(gateway)
    firsts = {first for _, first in now.values()}
    unknown = {id_ for id_, (status, first) in now.items() if status is S.UNKNOWN and not first}
    return not in_states(gateway, *AT_WORK) and unknown <= firsts


def all_is_final(gateway: Running) -> bool:
    """Returns whether every SMS has ended, three days later.

    What another process holds at that moment is left to the next tick.
    """
    ticks(gateway, timedelta(hours=73))
    return {status for status, _ in states(gateway).values()} <= FINAL


def lives_of(gateway: Running, texts: set[str]) -> dict[str, list[str]]:
    """Returns what became of the MTs with some texts, for whoever reads a failure."""
    lives: dict[str, list[str]] = {}
    if not texts:
        return lives
    for id_ in states(gateway):
        found = gateway.inside.messages.messages.read(id_)
        if found is not None and found.sms is not None and found.sms.text in texts:
            told = (
                found.status.value,
                found.provider_ref,
                found.error,
                found.attempts,
                found.steps,
            )
            lives.setdefault(found.sms.text, []).append(str(told))
    return lives


def texts_of(gateway: Running, ids: set[int]) -> set[str]:
    """Returns the texts of MTs."""
    messages = gateway.inside.messages.messages
    found = [messages.read(id_) for id_ in ids]
    return {each.sms.text for each in found if each is not None and each.sms is not None}
