"""Threads that write to SQLite take their turns in order, and wait no longer than they may."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from gateway.adapters.sql import engine as engines
from gateway.adapters.sql.waiting.one_writer import OneWriter
from gateway.domain.faults_and_errors.errors import StoreUnavailable
from tests.polling import PATIENCE_SECONDS, eventually


def in_line(writer: OneWriter, name: str, came: list[str]) -> threading.Thread:
    """Returns a thread that has lined up behind those who wait already."""

    def write() -> None:
        with writer.turn(PATIENCE_SECONDS):
            came.append(name)

    before = writer.waiting
    thread = threading.Thread(target=write)
    thread.start()
    eventually(lambda: writer.waiting > before)
    return thread


def test_who_has_waited_longest_writes_next() -> None:
    writer, came = OneWriter(), list[str]()
    with writer.turn(0):
        threads = [in_line(writer, name, came) for name in ("first", "second", "third")]
    for thread in threads:
        thread.join(PATIENCE_SECONDS)

    assert ["first", "second", "third"] == came


def test_who_leaves_while_others_wait_lines_up_behind_them() -> None:
    writer, came = OneWriter(), list[str]()
    with writer.turn(0):
        thread = in_line(writer, "who waited", came)
    with writer.turn(PATIENCE_SECONDS):
        came.append("who had it")
    thread.join(PATIENCE_SECONDS)

    assert ["who waited", "who had it"] == came


def test_who_may_wait_no_longer_is_told_and_keeps_nobody_out() -> None:
    writer = OneWriter()
    with writer.turn(0):
        with pytest.raises(StoreUnavailable, match="Others write to it"), writer.turn(0.01):
            raise AssertionError
        assert 0 == writer.waiting

    with writer.turn(0):
        pass


def test_what_fails_in_its_turn_gives_the_place_back() -> None:
    writer = OneWriter()
    with pytest.raises(ZeroDivisionError), writer.turn(0):
        raise ZeroDivisionError

    with writer.turn(0):
        pass


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = engines.create(f"sqlite:///{tmp_path}/data.sqlite")
    try:
        yield engine
    finally:
        engine.dispose()


def test_transactions_of_one_process_do_not_meet_at_the_lock(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engines, "_SQLITE_BUSY_SECONDS", 60.0)
    with engines.transaction(engine) as connection:
        connection.execute(text("CREATE TABLE written (who INTEGER)"))
    writer: OneWriter = engine.get_execution_options()["gateway_writer"]

    def write(who: int) -> None:
        with engines.transaction(engine) as connection:
            connection.execute(text("INSERT INTO written VALUES (:who)"), {"who": who})

    threads = [threading.Thread(target=write, args=(who,)) for who in range(4)]
    with engines.transaction(engine):
        for number, thread in enumerate(threads, 1):
            thread.start()
            eventually(lambda number=number: writer.waiting == number)
    for thread in threads:
        thread.join(PATIENCE_SECONDS)

    with engines.statements(engine) as connection:
        rows = connection.execute(text("SELECT who FROM written ORDER BY rowid")).scalars()
        assert [0, 1, 2, 3] == list(rows)
