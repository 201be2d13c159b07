"""Stores what was spooled, as soon as the database is back: a thread of each web process.

One of them does it at a time, and another goes on when that one dies.
"""

from __future__ import annotations

import logging
import threading

from gateway.adapters.handler_calls.scrubbed_traceback import trace
from gateway.composition.gateway import Gateway
from gateway.domain.faults_and_errors.errors import StoreUnavailable

log = logging.getLogger(__name__)

#: How often it looks. A STOP that was spooled counts about so long after the database is back.
EVERY_SECONDS = 1.0


def replay_in_turn(gateway: Gateway) -> None:
    """Replays, in a thread, whenever something waits."""
    threading.Thread(target=_keep_on, args=(gateway,), name="replay", daemon=True).start()


def _keep_on(gateway: Gateway) -> None:
    pause = threading.Event()
    while not pause.wait(EVERY_SECONDS):
        replay_once(gateway)


def replay_once(gateway: Gateway) -> None:
    """Replays what waits, as far as the database takes it."""
    try:
        if not gateway.spool.state().waiting:
            return
        number = gateway.replay_spool()
    except StoreUnavailable:
        return  # it waits on
    except Exception as error:  # the thread must live
        log.error("The spool stumbled and goes on: %s", trace(error))
        return
    if number:
        log.info("%d of what came while the database was away are stored.", number)
