"""Runs slow calls, and posts stored rows, side by side in one worker process: they mostly wait."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from threading import Semaphore
from typing import Generic, Protocol, TypeVar

from gateway.domain.faults_and_errors.errors import StoreUnavailable
from gateway.use_cases.handler_calls.post_rows import PostRows
from gateway.use_cases.handler_calls.run_slow_calls import RunSlowCalls

log = logging.getLogger(__name__)

#: How many at a time. Each may take 45 s; the back end's breaker keeps them from piling up.
SIDE_BY_SIDE = 16
#: Rows that go on to other systems have threads of their own: nobody waits for them, and they take
#: none from those who wait.
POSTS_SIDE_BY_SIDE = 4

Work = TypeVar("Work")


class _Source(Protocol[Work]):
    def next(self) -> Work | None: ...

    def run(self, work: Work) -> None: ...


class CallsWorker:
    """What a job of the queue `calls` does: it tops up what is running, and returns."""

    def __init__(
        self,
        run_slow_calls: RunSlowCalls,
        post_rows: PostRows | None = None,
        *,
        side_by_side: int = SIDE_BY_SIDE,
    ) -> None:
        self._slow = run_slow_calls
        self._calls = _Lane(run_slow_calls, side_by_side, "slow-call")
        self._posts = _Lane(post_rows, POSTS_SIDE_BY_SIDE, "post-row") if post_rows else None

    def __call__(self) -> None:
        """Begins what waits, as far as there are threads; raises StoreUnavailable.

        With none free, those that are busy take what waits when they are done.
        """
        self._slow.send_late()
        self._calls.top_up()
        if self._posts is not None:
            self._posts.top_up()

    def close(self) -> None:
        """Waits for what is running."""
        self._calls.close()
        if self._posts is not None:
            self._posts.close()


class _Lane(Generic[Work]):
    """Threads that take work from one source until there is none."""

    def __init__(self, source: _Source[Work], side_by_side: int, name: str) -> None:
        self._source = source
        self._name = name
        self._free = Semaphore(side_by_side)
        self._pool = ThreadPoolExecutor(side_by_side, thread_name_prefix=name)

    def top_up(self) -> None:
        while self._free.acquire(blocking=False):
            try:
                work = self._source.next()
            except BaseException:
                self._free.release()
                raise
            if work is None:
                self._free.release()
                return
            self._pool.submit(self._work, work)

    def close(self) -> None:
        self._pool.shutdown()

    def _work(self, work: Work | None) -> None:
        try:
            while work is not None:
                self._source.run(work)
                work = self._source.next()
        except StoreUnavailable as error:  # the lease ends, and it is due again
            log.warning("A %s could not be finished: %s", self._name, error)
        except Exception as error:  # nobody looks at what a thread of a pool raises
            log.error("A %s could not be finished: %s", self._name, type(error).__name__)
        finally:
            self._free.release()
