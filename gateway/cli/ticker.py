"""The ticker: mends what crashes left behind and wakes the workers, every few seconds."""

from __future__ import annotations

import logging
import signal
import threading

from gateway.domain.errors import StoreUnavailable
from gateway.wired import Gateway

log = logging.getLogger(__name__)

#: How often it looks; a lost wake-up costs at most this.
TICK_SECONDS = 5.0
#: Another ticker takes over when the one that holds the lock has not renewed it for so long.
LEADER_SECONDS = 20.0


def tick(gateway: Gateway) -> None:
    """Sweeps until SIGTERM or SIGINT. Of several tickers, the one that holds the lock sweeps."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    while not stop.is_set():
        try:
            with gateway.leader_lock.hold("ticker", LEADER_SECONDS) as leading:
                if leading:
                    gateway.sweep()
                    gateway.nudge_dropped()
        except StoreUnavailable as error:
            log.warning("Nothing is swept for now: %s", error)
        stop.wait(TICK_SECONDS)
