"""A database that hangs, or is locked, makes no turn late: not the first dial, nor any other."""

from __future__ import annotations

import contextlib
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import replace
from itertools import count
from pathlib import Path

import psutil
import pytest
from sqlalchemy import make_url, text

from gateway.adapters.sql import engine as database
from gateway.composition.gateway import Gateway
from gateway.composition.parts import Parts
from gateway.domain.telecom.msisdn import Msisdn
from gateway.domain.telecom.ussd import UssdReply, UssdTurn
from gateway.web.app import create_app
from gateway.web.replay import replay_once
from tests import gateways, servers
from tests.due_mos import due_mos
from tests.polling import IN_TIME_SECONDS, eventually

DEADLINE = 2.0
#: As many turns at once as one process answers.
AT_ONCE = 24
_numbers = count(1)


@pytest.fixture(scope="module")
def own_postgres() -> Iterator[str]:
    """A PostgreSQL that no other test sees hang."""
    with servers.postgres() as url:
        yield url


@contextlib.contextmanager
def stopped(url: str) -> Iterator[None]:
    """Stops every process of PostgreSQL, as a host does that is out of breath."""
    folder = Path(str(make_url(url).query["host"]))
    server = psutil.Process(int((folder / "data" / "postmaster.pid").read_text("utf-8").split()[0]))
    processes = [server, *server.children(recursive=True)]
    for each in processes:
        each.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        for each in processes:
            with contextlib.suppress(psutil.NoSuchProcess):
                each.send_signal(signal.SIGCONT)


@contextlib.contextmanager
def locked(url: str) -> Iterator[None]:
    """Holds what a turn wants: on PostgreSQL every table it uses, on SQLite the one writer."""
    engine = database.create(url)
    tables = "subscribers, inbound_sms, outbound_sms, offered_sessions, cases, desk_calls"
    with database.transaction(engine) as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text(f"LOCK TABLE {tables} IN ACCESS EXCLUSIVE MODE"))
        yield
    engine.dispose()


@contextlib.contextmanager
def wired(folder: Path, valkey: str, url: str) -> Iterator[Gateway]:
    """The reference deployment with a short deadline, as the web process enters it."""
    deployment = gateways.deployed(gateways.environment(folder, valkey, url))
    channels = {
        name: replace(each.to_channel(name), deadline_seconds=DEADLINE)
        for name, each in deployment.channels.items()
    }
    gateway = Gateway(deployment, parts=Parts(channels=channels))
    gateway.ussd.answer(channels["at-ke"], said("warm", ""))
    yield gateway
    gateway.close()


def said(session: str, typed: str) -> UssdTurn:
    """Returns a turn of a phone that was never here before."""
    subscriber = Msisdn.from_e164(f"+2547000{next(_numbers):05}")
    return UssdTurn(
        session_id=session, subscriber=subscriber, service_code="*384*2026#", text=typed
    )


def answered(gateway: Gateway, turns: Sequence[UssdTurn]) -> list[tuple[float, UssdReply]]:
    """Returns how long each took that was begun at the same moment, and its reply."""

    def one(turn: UssdTurn) -> tuple[float, UssdReply]:
        began = time.monotonic()
        reply = gateway.ussd.answer(gateway.channels["at-ke"], turn)
        return time.monotonic() - began, reply

    with ThreadPoolExecutor(AT_ONCE) as threads:
        return list(threads.map(one, turns))


Trouble = Callable[[str], AbstractContextManager[None]]
TROUBLES: dict[str, tuple[str, Trouble]] = {
    "a PostgreSQL that hangs": ("postgresql", stopped),
    "a locked table": ("postgresql", locked),
    "a locked SQLite": ("sqlite", locked),
}


@pytest.fixture(params=TROUBLES)
def trouble(
    request: pytest.FixtureRequest, tmp_path: Path, valkey: str
) -> Iterator[tuple[Gateway, AbstractContextManager[None]]]:
    kind, begin = TROUBLES[request.param]
    url = f"sqlite:///{tmp_path / 'gateway.db'}"
    if kind == "postgresql":
        with (
            servers.new_schema(request.getfixturevalue("own_postgres")) as url,
            wired(tmp_path, valkey, url) as gateway,
        ):
            yield gateway, begin(url)
    else:
        with wired(tmp_path, valkey, url) as gateway:
            yield gateway, begin(url)


def test_every_turn_is_in_time_and_all_is_well_afterwards(
    trouble: tuple[Gateway, AbstractContextManager[None]],
) -> None:
    gateway, lasting = trouble

    with lasting:
        first_dials = [said(f"first-{number}", "") for number in range(AT_ONCE)]
        told = answered(gateway, first_dials)
        # A language is chosen, which is stored; a service is entered, which reads and writes.
        told += answered(gateway, [replace(each, text="1") for each in first_dials])
        told += answered(gateway, [replace(each, text="1*6*1*1") for each in first_dials])
        late = [round(took, 2) for took, _ in told if took > DEADLINE]

    assert [] == late
    assert all(reply.text for _, reply in told)

    def language_is_kept() -> bool:
        turn = said(f"after-{next(_numbers)}", "")
        answered(gateway, [turn])
        answered(gateway, [replace(turn, text="1")])
        return gateway.sql.subscribers.language(turn.subscriber) == "en"

    eventually(language_is_kept)


def test_an_sms_is_received_in_time_and_stored_afterwards(
    trouble: tuple[Gateway, AbstractContextManager[None]],
) -> None:
    gateway, lasting = trouble
    client = create_app(gateway).test_client()
    path = "/" + gateway.deployment.webhook_urls("at-ke")["sms"].split("/", 3)[3]
    form = {"from": "+254700000001", "to": "20880", "text": "CLINIC", "date": "now"}

    with lasting:
        began = time.monotonic()
        answers = [client.post(path, data={**form, "id": each}).status_code for each in "abc"]
        took = time.monotonic() - began

    def is_stored() -> bool:
        replay_once(gateway)
        return len(due_mos(gateway.engine, gateway.clock.now())) == len("abc")

    assert [200, 200, 200] == answers
    assert took < IN_TIME_SECONDS
    eventually(is_stored)


@pytest.mark.soak
def test_through_twenty_seconds_of_it_no_turn_is_late(
    trouble: tuple[Gateway, AbstractContextManager[None]],
) -> None:
    gateway, lasting = trouble
    took: list[float] = []

    with lasting:
        until = time.monotonic() + 20
        while time.monotonic() < until:
            dials = [said(f"long-{next(_numbers)}", "") for _ in range(AT_ONCE)]
            for typed in ("", "1", "1*6*1*1"):
                told = answered(gateway, [replace(each, text=typed) for each in dials])
                took += [seconds for seconds, _ in told]

    assert [] == [each for each in took if each > DEADLINE]
