"""The ticker: whatever a task comes upon, the others are done, and so is the next round."""

from __future__ import annotations

import logging
import math
from collections.abc import Callable

import pytest
from sqlalchemy import Engine

from gateway.adapters.database.leader_lock import SqlLeaderLock
from gateway.adapters.database.records import SqlRecords
from gateway.bootstrap import Gateway
from gateway.cli.ticker import once
from gateway.domain.errors import StoreUnavailable
from handlers import TABLES
from tests.clock import FixedClock
from tests.handlers.desk import call_of


def failing(error: Exception) -> Callable[[], None]:
    """Returns a task that raises."""

    def task() -> None:
        raise error

    return task


@pytest.mark.parametrize("error", [StoreUnavailable("Redis is away."), KeyError("+999700000123")])
def test_a_task_that_fails_keeps_no_other_from_being_done(
    database: Engine, clock: FixedClock, error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    lock, done = SqlLeaderLock(database, clock), list[str]()

    with caplog.at_level(logging.WARNING):
        once(lock, (failing(error), lambda: done.append("nudged")))

    assert ["nudged"] == done
    assert caplog.text
    assert "+999" not in caplog.text


def test_the_numbers_say_how_long_ago_a_ticker_swept(gateway: Gateway, clock: FixedClock) -> None:
    idle = [gateway.numbers().ticker_idle]
    for seconds in (0, 7):
        once(gateway.leader_lock, ())
        clock.advance(seconds)
        idle.append(gateway.numbers().ticker_idle)

    assert [math.inf, 0, 7] == idle


def test_failed_proofs_are_removed_when_they_count_no_more(
    gateway: Gateway, clock: FixedClock
) -> None:
    records = SqlRecords(gateway.engine, TABLES, gateway.keyring, clock)
    call = call_of("prove_benefit_owner", {})
    records.put("failed_proofs", call, {"call": call.key, "day": "2026-11-23"})

    counts = []
    for days in (1, 2):
        clock.advance(days=days)
        once(gateway.leader_lock, gateway.upkeep)
        counts.append(records.count("failed_proofs"))

    assert [1, 0] == counts
