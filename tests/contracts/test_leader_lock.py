"""The leader lock: one ticker works at a time. And the turns that a ticker stores in bulk."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from gateway.adapters.sql.engine import statements
from gateway.adapters.sql.leader_lock import SqlLeaderLock
from gateway.adapters.sql.tables import turns
from gateway.adapters.sql.ussd.turn_statistics import SqlTurns
from gateway.use_cases.ports import TurnRecord
from tests.clock import FixedClock


@pytest.fixture
def lock(database: Engine, clock: FixedClock) -> SqlLeaderLock:
    return SqlLeaderLock(database, clock)


def test_a_second_ticker_does_not_get_the_lock(lock: SqlLeaderLock) -> None:
    with lock.hold("sweep", 20) as first, lock.hold("sweep", 20) as second:
        assert (True, False) == (first(), second())


def test_the_lock_is_free_again_when_the_work_is_done(lock: SqlLeaderLock) -> None:
    for _ in range(2):
        with lock.hold("sweep", 20) as held:
            assert held()


def test_the_lock_is_free_again_when_the_work_failed(lock: SqlLeaderLock) -> None:
    with pytest.raises(ZeroDivisionError), lock.hold("sweep", 20):
        raise ZeroDivisionError

    with lock.hold("sweep", 20) as held:
        assert held()


def test_who_did_not_get_the_lock_does_not_free_it(lock: SqlLeaderLock) -> None:
    with lock.hold("sweep", 20):
        with lock.hold("sweep", 20):
            pass

        with lock.hold("sweep", 20) as held:
            assert not held()


def test_two_locks_are_apart(lock: SqlLeaderLock) -> None:
    with lock.hold("sweep", 20) as first, lock.hold("purge", 20) as second:
        assert (True, True) == (first(), second())


def test_the_lock_of_a_dead_node_lapses(lock: SqlLeaderLock, clock: FixedClock) -> None:
    with lock.hold("sweep", 20):
        clock.advance(19)
        with lock.hold("sweep", 20) as early:
            pass
        clock.advance(1)
        with lock.hold("sweep", 20) as late:
            pass

    assert (False, True) == (early(), late())


def test_who_asks_in_time_keeps_the_lock(lock: SqlLeaderLock, clock: FixedClock) -> None:
    with lock.hold("sweep", 20) as mine:
        for _ in range(3):
            clock.advance(19)
            assert mine()
        clock.advance(19)
        with lock.hold("sweep", 20) as other:
            assert (False, True) == (other(), mine())


def test_who_was_too_slow_learns_that_the_lock_is_another_s(
    lock: SqlLeaderLock, clock: FixedClock
) -> None:
    with lock.hold("sweep", 20) as slow:
        clock.advance(21)
        with lock.hold("sweep", 20) as next_one:
            assert (False, True) == (slow(), next_one())


def test_who_was_too_slow_does_not_free_the_lock_of_the_next(
    lock: SqlLeaderLock, clock: FixedClock
) -> None:
    slow = lock.hold("sweep", 20)
    slow.__enter__()
    clock.advance(21)

    with lock.hold("sweep", 20) as next_one:
        slow.__exit__(None, None, None)
        with lock.hold("sweep", 20) as third:
            assert (True, False) == (next_one(), third())


def test_of_tickers_that_start_together_one_gets_the_lock(lock: SqlLeaderLock) -> None:
    everyone_asked = threading.Barrier(4)
    start = threading.Barrier(4)
    held: list[bool] = []

    def tick() -> None:
        start.wait()
        with lock.hold("sweep", 20) as mine:
            held.append(mine())
            everyone_asked.wait()

    tickers = [threading.Thread(target=tick) for _ in range(4)]
    for ticker in tickers:
        ticker.start()
    for ticker in tickers:
        ticker.join()

    assert [False, False, False, True] == sorted(held)


def test_turns_are_stored_in_bulk_as_they_were(database: Engine, clock: FixedClock) -> None:
    records = [
        TurnRecord(
            at=clock.now() + timedelta(microseconds=number),
            channel="at-ke",
            service="exam_results",
            screen="candidate",
            event="shown",
            language="sw",
            milliseconds=number,
            network_code="63902",
            institution="education",
        )
        for number in range(1500)
    ]

    SqlTurns(database).store(records)
    SqlTurns(database).store([])

    with statements(database) as connection:
        rows = connection.execute(turns.select().order_by(turns.c.id)).all()
    assert records == [
        TurnRecord(**{name: value for name, value in row._mapping.items() if name != "id"})
        for row in rows
    ]
