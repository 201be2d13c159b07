"""What a turn waits for the database is bounded here, and what nobody waits for is not."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, text

from gateway.adapters.sql import engine as engine_module
from gateway.adapters.sql.engine import statements, transaction
from gateway.adapters.sql.waiting import limits
from gateway.adapters.sql.waiting.limits import PAUSE_SECONDS, Pause, allowed, waiting
from gateway.domain.faults_and_errors.errors import StoreUnavailable
from gateway.use_cases.ports.time_left import seconds_left, within

ONE = text("SELECT 1")
LONG = 60.0


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Calls that may take a moment only, which is fair."""
    monkeypatch.setattr(limits, "CALL_SECONDS", 0.2)
    monkeypatch.setattr(limits, "FAIR_SECONDS", 0.1)


@pytest.fixture
def own_postgres(postgres_server: str) -> Iterator[Engine]:
    """An engine whose pause no other test meets; it has one place."""
    engine = engine_module.create(postgres_server, pool_size=1)
    engine.pool._max_overflow = 0  # type: ignore[attr-defined] # no more than the one
    yield engine
    engine.dispose()


def asks(engine: Engine) -> int:
    with statements(engine) as connection:
        return int(connection.scalar(ONE) or 0)


def test_without_a_turn_there_is_no_limit(database: Engine) -> None:
    assert seconds_left() is None
    with transaction(database):
        assert 7.0 == allowed(7.0)


def test_a_turn_without_time_asks_nothing(database: Engine) -> None:
    with within(lambda: 0.0), pytest.raises(StoreUnavailable, match="No time is left"):
        asks(database)


def test_a_call_gets_what_is_left_and_no_more(database: Engine) -> None:
    with within(lambda: 0.7), statements(database):
        assert 0.5 == pytest.approx(allowed(7.0), abs=0.1)
    with within(lambda: LONG), statements(database):
        is_sqlite = database.dialect.name == "sqlite"
        most = engine_module._SQLITE_TURN_SECONDS if is_sqlite else limits.CALL_SECONDS
        assert allowed(7.0) <= most


@pytest.mark.usefixtures("hasty")
def test_an_answer_that_came_too_late_is_nobody_elses(own_postgres: Engine) -> None:
    with within(lambda: LONG), pytest.raises(StoreUnavailable), statements(own_postgres) as late:
        late.execute(text("SELECT 2 FROM pg_sleep(30)"))

    assert 1 == asks(own_postgres)


@pytest.mark.usefixtures("hasty")
def test_after_a_call_in_vain_turns_do_not_wait_and_others_may(own_postgres: Engine) -> None:
    with within(lambda: LONG):
        with pytest.raises(StoreUnavailable), transaction(own_postgres) as connection:
            connection.execute(text("SELECT pg_sleep(30)"))
        with pytest.raises(StoreUnavailable, match="a moment ago"):
            asks(own_postgres)

    assert 1 == asks(own_postgres)


@pytest.mark.usefixtures("hasty")
def test_a_turn_does_not_wait_long_for_a_free_connection(own_postgres: Engine) -> None:
    began = time.monotonic()

    busy = pytest.raises(StoreUnavailable, match="busy")
    with statements(own_postgres), within(lambda: LONG), busy:
        asks(own_postgres)

    assert time.monotonic() - began < engine_module._POOL_WAIT_SECONDS


def test_a_connection_that_does_not_come_is_not_waited_for() -> None:
    """Somebody listens and never says a word, as the host of a stopped PostgreSQL does."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        engine = engine_module.create(f"postgresql+psycopg://gateway@127.0.0.1:{port}/none")
        began = time.monotonic()
        with within(lambda: 0.5), pytest.raises(StoreUnavailable):
            asks(engine)
        engine.dispose()

    assert time.monotonic() - began < engine_module._CONNECT_SECONDS


def test_when_a_pause_is_over_one_finds_out_for_all() -> None:
    now = [100.0]
    pause = Pause(lambda: now[0])
    pause.begin()

    assert [False, False] == [pause.admits(), pause.admits()]
    now[0] += PAUSE_SECONDS
    assert [True, False] == [pause.admits(), pause.admits()]
    pause.end(began=now[0])
    assert [True, True] == [pause.admits(), pause.admits()]


def test_who_began_before_another_waited_in_vain_does_not_end_the_pause() -> None:
    pause = Pause(lambda: 100.0)
    pause.begin()

    pause.end(began=99.0)

    assert not pause.admits()


def test_sqlite_is_read_in_a_pause_and_written_when_nobody_writes() -> None:
    pause = Pause(lambda: 100.0)
    pause.begin()

    with within(lambda: LONG), waiting(pause, 0.05):
        assert allowed(7.0) <= 0.05
    with within(lambda: LONG), pytest.raises(StoreUnavailable), waiting(pause, None):
        raise AssertionError("PostgreSQL is left alone.")
