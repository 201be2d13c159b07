"""Whoever is called at night reads why the database does nothing, and what to do about it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text

from gateway.adapters.sql.engine import create, transaction
from gateway.adapters.sql.waiting.silence import why
from gateway.domain.faults_and_errors.errors import StoreUnavailable

FATAL = "connection failed: connection to server at 10.0.0.5, port 5432 failed: FATAL:  "


def full(file: Path) -> None:
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("CREATE TABLE t (v)")
        connection.execute("PRAGMA max_page_count=2")
        connection.execute("INSERT INTO t VALUES (zeroblob(100000))")


def read_only(file: Path) -> None:
    sqlite3.connect(file).close()
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
        connection.execute("CREATE TABLE t (v)")


def nowhere(file: Path) -> None:
    sqlite3.connect(file / "none" / "at all")


def something_else(file: Path) -> None:
    file.write_text("a poem, and no database, of more than a hundred characters " * 4, "ascii")
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("SELECT * FROM t")


def locked(file: Path) -> None:
    with closing(sqlite3.connect(file)) as one, closing(sqlite3.connect(file, timeout=0)) as other:
        one.execute("BEGIN IMMEDIATE")
        other.execute("BEGIN IMMEDIATE")


@pytest.mark.parametrize(
    ("break_it", "reason"),
    [
        (full, "Its disk is full: make room there."),
        (read_only, "Its file, or the file system under it, takes no writes."),
        (
            nowhere,
            "Its file cannot be opened: see its folder, its rights and its disk.",
        ),
        (something_else, "Its file is no SQLite database: see database_url."),
        (locked, "Another process writes, and did not end in time."),
    ],
)
def test_sqlite_says_why(break_it: Callable[[Path], None], reason: str, tmp_path: Path) -> None:
    with pytest.raises(sqlite3.Error) as broken:
        break_it(tmp_path / "it.db")

    assert why(broken.value) == reason


@pytest.mark.parametrize(
    ("error", "begins"),
    [
        (psycopg.errors.DiskFull("x"), "Its disk is full"),
        (psycopg.errors.OutOfMemory("x"), "It is out of memory"),
        (psycopg.errors.TooManyConnections("x"), "It has too many connections"),
        (psycopg.errors.QueryCanceled("x"), "It gave up a statement"),
        (psycopg.errors.AdminShutdown("x"), "It is being stopped"),
        (psycopg.errors.InvalidPassword("x"), "It does not let us in"),
        (psycopg.errors.InvalidCatalogName("x"), "It has no such database"),
        (psycopg.OperationalError(f"{FATAL}sorry, too many clients already"), "It has too many"),
        (psycopg.OperationalError(f"{FATAL}the database system is starting up"), "It is being"),
        (psycopg.OperationalError(f'{FATAL}password authentication failed for user "g"'),
         "It does not let us in"),
        (psycopg.OperationalError(f'{FATAL}database "gateway" does not exist\n'),
         "It has no such database"),
    ],
)  # fmt: skip
def test_postgresql_says_why(error: psycopg.Error, begins: str) -> None:
    assert why(error).startswith(begins)


@pytest.mark.parametrize(
    "error",
    [
        psycopg.OperationalError("connection failed: Connection refused"),
        psycopg.OperationalError("connection failed: FATAL:  trop de clients"),
        psycopg.errors.DeadlockDetected("x"),
        sqlite3.OperationalError("of our own making"),
        ValueError("no error of a database"),
    ],
)
def test_what_nobody_can_tell_is_not_guessed(error: Exception) -> None:
    assert why(error) == ""


def test_the_reason_stands_in_what_the_log_and_doctor_tell(tmp_path: Path) -> None:
    engine = create(f"sqlite:///{tmp_path / 'it.db'}")
    try:
        with transaction(engine) as connection:
            connection.execute(text("CREATE TABLE t (v)"))
            connection.execute(text("PRAGMA max_page_count=2"))
        with pytest.raises(StoreUnavailable) as told, transaction(engine) as connection:
            connection.execute(text("INSERT INTO t VALUES (zeroblob(100000))"))
    finally:
        engine.dispose()

    sentence = "The database does not answer (OperationalError). Its disk is full: make room there."
    assert str(told.value) == sentence
