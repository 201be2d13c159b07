"""Work that notes what it was asked to do, and a worker that runs it within a test."""

from __future__ import annotations

from collections.abc import Callable

from gateway.adapters.redis.rq_jobs import ROUTE_INBOUND, SEND_OUTBOUND
from gateway.adapters.redis.rq_worker import work
from gateway.adapters.system.processes.told_to_stop import ToldToStop


class Work:
    """Stands where gateway.jobs stands, and notes what it was asked to do."""

    def __init__(self) -> None:
        self.done: list[tuple[str, ...]] = []
        self.first: Callable[[], None] = lambda: None
        self.functions = {ROUTE_INBOUND: self.route_inbound, SEND_OUTBOUND: self.send_outbound}

    def route_inbound(self) -> None:
        self._do("route")

    def send_outbound(self, channel: str, lane: str) -> None:
        self._do(channel, lane)

    def _do(self, *what: str) -> None:
        self.done.append(what)
        first, self.first = self.first, lambda: None
        first()


def run_queue(queue: str, url: str, asked: Work) -> None:
    """Runs what waits in a queue, as a worker would."""
    work(queue, url, asked.functions, ToldToStop(), burst=True)
