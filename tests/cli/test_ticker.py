"""The ticker: whatever a task comes upon, the others are done, and so is the next round."""

from __future__ import annotations

import logging
import math
from collections.abc import Callable
from dataclasses import replace
from typing import cast

import pytest
from sqlalchemy import Engine, func, select

from gateway.adapters.sql.engine import statements
from gateway.adapters.sql.handler_tables import proof_tries
from gateway.adapters.sql.leader_lock import SqlLeaderLock
from gateway.cli.processes.ticker import LEADER_SECONDS, once
from gateway.composition.gateway import Gateway
from gateway.domain.faults_and_errors.errors import StoreUnavailable
from gateway.use_cases.outbound.send_reminders import SendReminders
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


def test_no_second_ticker_works_beside_one_that_drains_for_long(
    database: Engine, clock: FixedClock
) -> None:
    lock, left, beside = SqlLeaderLock(database, clock), [4], list[str]()

    def drain() -> bool:
        once(SqlLeaderLock(database, clock), (lambda: beside.append("drained"),))
        clock.advance(LEADER_SECONDS - 1)
        left[0] -= 1
        return left[0] > 0

    once(lock, (drain, drain))

    assert ([-1], []) == (left, beside)


def test_a_ticker_that_lost_its_lock_begins_no_further_task(
    database: Engine, clock: FixedClock
) -> None:
    lock, done = SqlLeaderLock(database, clock), list[str]()

    def stalls() -> None:
        clock.advance(LEADER_SECONDS + 1)
        once(SqlLeaderLock(database, clock), (lambda: done.append("by the next"),))

    once(lock, (stalls, lambda: done.append("by the old one")))

    assert ["by the next"] == done


def test_the_numbers_say_how_long_ago_a_ticker_swept(gateway: Gateway, clock: FixedClock) -> None:
    idle = [gateway.vital_signs.gauges().ticker_idle]
    for seconds in (0, 7):
        once(gateway.upkeep.leader_lock, ())
        clock.advance(seconds)
        idle.append(gateway.vital_signs.gauges().ticker_idle)

    assert [math.inf, 0, 7] == idle


def test_reminders_are_sent_until_none_is_left(gateway: Gateway) -> None:
    batches = iter([200, 200, 3, 0, 9])
    busy = replace(gateway.upkeep, send_reminders=cast(SendReminders, lambda: next(batches)))

    once(gateway.upkeep.leader_lock, busy.tasks)

    assert 9 == next(batches)


def test_failed_proofs_are_removed_when_they_count_no_more(
    gateway: Gateway, clock: FixedClock
) -> None:
    call = replace(call_of("exam_results", {}), at=clock.now())
    gateway.toolkit.proofs.check(call, "exam_results", of="1", fits=False)

    counts = []
    for days in (29, 2):
        clock.advance(days=days)
        once(gateway.upkeep.leader_lock, gateway.upkeep.tasks)
        with statements(gateway.engine) as connection:
            counts.append(connection.scalar(select(func.count()).select_from(proof_tries)))

    assert [2, 0] == counts
