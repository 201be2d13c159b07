"""Posts delivery reports in the background: over one connection in the order they were given."""

from __future__ import annotations

import logging
import queue
import threading
import time
from urllib.parse import urljoin

import urllib3

from gateway.adapters.providers.shared.wire import WireRequest

_log = logging.getLogger(__name__)

_Due = tuple[float, str, WireRequest]


class Reports:
    """The way out to the gateway's webhooks. It has a thread for each of its `connections`.

    They start with the first report.
    """

    def __init__(self, delay_seconds: float, connections: int = 1) -> None:
        self.posted = 0
        self.failed = 0
        self._last_taken = True
        self._delay_seconds = delay_seconds
        self._queue: queue.SimpleQueue[_Due | None] = queue.SimpleQueue()
        self._changed = threading.Condition()
        self._unfinished = 0
        self._connections = connections
        self._threads: list[threading.Thread] = []

    def post(self, url: str, request: WireRequest) -> None:
        """Takes one report; it is posted once, since no provider promises to repeat it."""
        with self._changed:
            self._unfinished += 1
            if not self._threads:
                for _ in range(self._connections):
                    thread = threading.Thread(target=self._run, name="reports", daemon=True)
                    self._threads.append(thread)
                    thread.start()
        self._queue.put((time.monotonic() + self._delay_seconds, url, request))

    def wait(self, seconds: float) -> bool:
        """Returns whether all reports taken so far were posted within the time."""
        with self._changed:
            return self._changed.wait_for(lambda: self._unfinished == 0, seconds)

    def close(self) -> None:
        """Posts what was taken, and ends the thread."""
        for _ in self._threads:
            self._queue.put(None)
        for thread in self._threads:
            thread.join()
        self._threads = []

    def _run(self) -> None:
        with urllib3.PoolManager(timeout=10.0, retries=False) as connections:
            while (due := self._queue.get()) is not None:
                at, url, request = due
                wait_seconds = at - time.monotonic()
                if wait_seconds > 0:
                    time.sleep(wait_seconds)  # noqa: TID251 - reports come late by design
                self._post(connections, url, request)

    def _post(self, connections: urllib3.PoolManager, url: str, request: WireRequest) -> None:
        taken, outcome = False, ""
        try:
            answer = connections.request(
                request.method,
                urljoin(url, request.target),
                body=request.body,
                headers=request.headers,
            )
            taken = 200 <= answer.status < 300
            outcome = str(answer.status)
        except urllib3.exceptions.HTTPError as error:
            # Its kind only: the sentence would hold the URL with its secret.
            outcome = type(error).__name__
        finally:
            if not taken and self._last_taken:
                # Once, until one is taken again: a gateway that is down would fill the terminal.
                _log.warning("Delivery reports are not taken: %s.", outcome)
            self._last_taken = taken
            with self._changed:
                self.posted += taken
                self.failed += not taken
                self._unfinished -= 1
                self._changed.notify_all()
