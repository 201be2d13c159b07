"""The ticker: whatever a task comes upon, the others are done, and so is the next round."""

from __future__ import annotations

import logging
from collections.abc import Callable

import pytest
from sqlalchemy import Engine

from gateway.adapters.database.leader_lock import SqlLeaderLock
from gateway.cli.ticker import once
from gateway.domain.errors import StoreUnavailable
from tests.clock import FixedClock


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
