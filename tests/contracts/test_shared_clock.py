"""A clock that is wrong on one machine, or jumps, moves no lock, no lease and no expiry."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from gateway.adapters.sql import engine as engines
from gateway.adapters.sql.engine import statements
from gateway.adapters.sql.leader_lock import SqlLeaderLock
from gateway.adapters.sql.shared_clock import _NOW, SharedClock
from gateway.use_cases.ports.common import MOST_SKEW
from tests.clock import FixedClock

FOUR_DAYS = 4 * 86400.0


@pytest.fixture
def ticks() -> list[float]:
    """Seconds that have passed, whatever a clock says."""
    return [1000.0]


def shared(own: FixedClock, engine: Engine, ticks: list[float]) -> SharedClock:
    clock = SharedClock(own, engine, ticks=lambda: ticks[0])
    clock.ask()
    return clock


def test_the_time_is_the_databases_and_goes_on_by_ticks(
    postgres_server: str, clock: FixedClock, ticks: list[float]
) -> None:
    engine = engines.create(postgres_server)
    told = shared(clock, engine, ticks)
    with statements(engine) as connection:
        theirs = connection.execute(_NOW).scalar_one()
    first = told.now()
    engine.dispose()

    ticks[0] += 90
    clock.advance(FOUR_DAYS)

    assert abs((theirs - first).total_seconds()) < MOST_SKEW
    assert timedelta(seconds=90) == told.now() - first


def test_on_sqlite_the_time_is_the_machines(
    tmp_path: Path, clock: FixedClock, ticks: list[float]
) -> None:
    engine = engines.create(f"sqlite:///{tmp_path / 'gateway.db'}")

    assert clock.now() == shared(clock, engine, ticks).now()
    engine.dispose()


def test_how_far_the_machine_is_ahead_is_known_on_both_databases(
    database: Engine, clock: FixedClock, ticks: list[float]
) -> None:
    told = shared(clock, database, ticks)
    before = told.skew()
    ticks[0] += 60
    clock.advance(60)
    passed = told.skew()

    clock.advance(FOUR_DAYS)

    assert before == pytest.approx(passed)
    assert FOUR_DAYS == pytest.approx(told.skew() - before)


def test_without_an_answer_the_machines_time_is_told(clock: FixedClock, ticks: list[float]) -> None:
    nowhere = engines.create("postgresql+psycopg://gateway@127.0.0.1:1/none")

    assert clock.now() == shared(clock, nowhere, ticks).now()
    nowhere.dispose()


def test_a_lock_that_a_wrong_clock_has_taken_for_days_is_void(
    database: Engine, clock: FixedClock
) -> None:
    ahead = FixedClock(clock.now() + timedelta(days=4))
    with (
        SqlLeaderLock(database, ahead).hold("sweep", 20) as wrong,
        SqlLeaderLock(database, clock).hold("sweep", 20) as right,
    ):
        assert right()
        assert not wrong()
