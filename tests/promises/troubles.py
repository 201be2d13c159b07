"""What can be wrong with a database, done on purpose to one that no other test sees."""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path

import psutil
from sqlalchemy import make_url, text

from gateway.adapters.sql import engine as database
from gateway.adapters.system.clock import SystemClock
from gateway.composition.gateway import Gateway
from gateway.composition.parts import Parts
from gateway.domain.telecom.msisdn import Msisdn
from gateway.domain.telecom.ussd import UssdTurn
from tests import gateways

DEADLINE = 2.0


def _folder(url: str) -> Path:
    return Path(str(make_url(url).query["host"]))


@contextlib.contextmanager
def stopped(url: str) -> Iterator[None]:
    """Stops every process of PostgreSQL, as a host does that is out of breath."""
    pid = (_folder(url) / "data" / "postmaster.pid").read_text("utf-8").split()[0]
    server = psutil.Process(int(pid))
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
def refused(url: str) -> Iterator[None]:
    """Ends every connection to PostgreSQL and lets nobody connect, as while it starts again."""
    (socket,) = (each for each in _folder(url).glob(".s.PGSQL.*") if each.is_socket())
    aside = socket.with_name("aside")
    ends = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
    engine = database.create(url)
    with database.statements(engine) as connection:
        socket.rename(aside)
        connection.execute(text(f"{ends} AND application_name = 'gateway'"))
    engine.dispose()
    try:
        yield
    finally:
        aside.rename(socket)


@contextlib.contextmanager
def locked(url: str) -> Iterator[None]:
    """Holds what a turn wants: on PostgreSQL every table it uses, on SQLite the one writer."""
    engine = database.create(url)
    tables = "subscribers, inbound_sms, outbound_sms, offered_sessions, cases, desk_calls"
    try:
        with database.transaction(engine) as connection:
            if engine.dialect.name == "postgresql":
                connection.execute(text(f"LOCK TABLE {tables} IN ACCESS EXCLUSIVE MODE"))
            yield
    finally:
        engine.dispose()


Trouble = Callable[[str], AbstractContextManager[None]]
TROUBLES: dict[str, tuple[str, Trouble]] = {
    "a PostgreSQL that hangs": ("postgresql", stopped),
    "a PostgreSQL that refuses": ("postgresql", refused),
    "a locked table": ("postgresql", locked),
    "a locked SQLite": ("sqlite", locked),
}


@contextlib.contextmanager
def wired(folder: Path, valkey: str, url: str) -> Iterator[Gateway]:
    """The reference deployment with a short deadline, as the web process enters it."""
    deployment = gateways.deployed(gateways.environment(folder, valkey, url))
    channels = {
        name: replace(each.to_channel(name), deadline_seconds=DEADLINE)
        for name, each in deployment.channels.items()
    }
    gateway = gateways.wired(deployment, SystemClock(), Parts(channels=channels))
    warm = UssdTurn(
        session_id="warm",
        subscriber=Msisdn("+254700000000"),
        service_code="*384*2026#",
        text="",
    )
    try:
        gateway.ussd.answer(channels["at-ke"], warm)
        yield gateway
    finally:
        gateway.close()
