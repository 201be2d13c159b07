"""The ticker: mends what crashes left behind and wakes the workers, every few seconds."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence

from gateway.adapters.sql.leader_lock import TICKER
from gateway.adapters.system.processes.told_to_stop import ToldToStop
from gateway.adapters.system.scrubbed_traceback import trace
from gateway.composition.gateway import Gateway
from gateway.domain.faults_and_errors.errors import StoreUnavailable
from gateway.use_cases.ports import LeaderLock

log = logging.getLogger(__name__)

#: How often it looks; a lost wake-up costs at most this.
TICK_SECONDS = 5.0
#: Another ticker takes over when the one that holds the lock has not renewed it for so long.
LEADER_SECONDS = 20.0


def tick(gateway: Gateway, told: ToldToStop) -> None:
    """Sweeps until told to stop. Of several tickers, the one that holds the lock sweeps."""
    while not told:
        once(gateway.upkeep.leader_lock, gateway.upkeep.tasks)
        told.wait(TICK_SECONDS)


def once(lock: LeaderLock, tasks: Sequence[Callable[[], object]]) -> None:
    """Does each task while this process holds the lock, again where it has more to do.

    The lock is renewed before each: no single one takes as long as it lasts. A task that fails does
    not stop the others.
    """
    try:
        with lock.hold(TICKER, LEADER_SECONDS) as leads:
            for task in tasks:
                while leads() and _attempt(task):
                    pass
    except StoreUnavailable as error:
        log.warning("Nothing is swept for now: %s", error)


def _attempt(task: Callable[[], object]) -> bool:
    """Returns whether the task has more to do."""
    try:
        return task() is True
    except StoreUnavailable as error:
        log.warning("Nothing is swept for now: %s", error)
    except Exception as error:  # a ticker that dies over one row takes all that waits with it
        log.error("The ticker stumbled and goes on: %s", trace(error))
    return False
