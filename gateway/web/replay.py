"""Stores what was spooled, as soon as the database is back: a thread of each web process.

One of them does it at a time, and another goes on when that one dies.
"""

from __future__ import annotations

import logging
import threading

from gateway.adapters.system.scrubbed_traceback import trace
from gateway.composition.gateway import Gateway
from gateway.domain.faults_and_errors.errors import StoreUnavailable

log = logging.getLogger(__name__)

#: How often it looks, and says so while something waits.
EVERY_SECONDS = 1.0
#: How long a delivery report waits on the disk, so that many go to the database at once; and how
#: long while so many come: a transaction of more of them costs less for each.
REPORTS_SECONDS, REPORTS_SECONDS_OF_MANY, MANY_REPORTS = 0.25, 1.0, 16


def replay_in_turn(gateway: Gateway) -> None:
    """Replays, in threads, whenever something waits."""
    for work, name in ((_replay, "replay"), (_store_reports, "reports")):
        threading.Thread(target=work, args=(gateway,), name=name, daemon=True).start()


def _replay(gateway: Gateway) -> None:
    pause, is_told = threading.Event(), False
    while not pause.wait(EVERY_SECONDS):
        is_told = replay_once(gateway, is_told=is_told)


def _store_reports(gateway: Gateway) -> None:
    pause, seconds = threading.Event(), REPORTS_SECONDS
    while not pause.wait(seconds):
        seconds = REPORTS_SECONDS
        try:
            if gateway.store_reports() >= MANY_REPORTS:
                seconds = REPORTS_SECONDS_OF_MANY
        except StoreUnavailable:
            pass  # they wait on
        except Exception as error:  # the thread must live
            log.error("Delivery reports are not stored for now: %s", trace(error))


def replay_once(gateway: Gateway, *, is_told: bool = False) -> bool:
    """Replays what waits, as far as the database takes it.

    `is_told` says that all that send know that nothing waited here; returns whether they know.
    """
    try:
        if is_told and not gateway.spool.state().waiting:
            return True
        number = gateway.replay_spool()
        if number:
            log.info("%d of what came while the database was away are stored.", number)
        return gateway.replay_spool.tell_empty()
    except StoreUnavailable:
        return False  # it waits on
    except Exception as error:  # the thread must live
        log.error("The spool stumbled and goes on: %s", trace(error))
        return False
