"""Runs slow calls side by side in one worker process, since they mostly wait."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from threading import Semaphore

from gateway.domain.faults_and_errors.errors import StoreUnavailable
from gateway.use_cases.handler_calls.run_slow_calls import RunSlowCalls
from gateway.use_cases.ports.calls import SlowCall

log = logging.getLogger(__name__)

#: How many at a time. Each may take 45 s; the back end's breaker keeps them from piling up.
SIDE_BY_SIDE = 16


class CallsWorker:
    """What a job of the queue `calls` does: it tops up what is running, and returns."""

    def __init__(self, run_slow_calls: RunSlowCalls, side_by_side: int = SIDE_BY_SIDE) -> None:
        self._slow = run_slow_calls
        self._free = Semaphore(side_by_side)
        self._pool = ThreadPoolExecutor(side_by_side, thread_name_prefix="slow-call")

    def __call__(self) -> None:
        """Begins what waits, as far as there are threads; raises StoreUnavailable.

        With none free, those that are busy take what waits when they are done.
        """
        self._slow.send_late()
        while self._free.acquire(blocking=False):
            try:
                slow = self._slow.next()
            except BaseException:
                self._free.release()
                raise
            if slow is None:
                self._free.release()
                return
            self._pool.submit(self._work, slow)

    def close(self) -> None:
        """Waits for what is running."""
        self._pool.shutdown()

    def _work(self, slow: SlowCall | None) -> None:
        try:
            while slow is not None:
                self._slow.run(slow)
                slow = self._slow.next()
        except StoreUnavailable as error:  # the lease ends, and the call is due again
            log.warning("A slow call could not be finished: %s", error)
        except Exception as error:  # nobody looks at what a thread of a pool raises
            log.error("A slow call could not be finished: %s", type(error).__name__)
        finally:
            self._free.release()
