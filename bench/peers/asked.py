"""Something that is asked over HTTP for an SMS, and tells in the end how many it has dealt with."""

from __future__ import annotations

import http.client
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass

import psutil

from bench.servers import Failed, cpu_seconds

CALLERS = 8
MOST_SECONDS = 180.0


@dataclass(frozen=True, slots=True)
class Asked:
    """A request for one SMS."""

    target: str
    body: bytes = b""
    method: str = "GET"
    content_type: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """One of those that are compared: its processes, how it is asked, and how many are through.

    `asks` is given the number of an SMS, which no other has; `messages` are those of a round.
    """

    name: str
    processes: Sequence[psutil.Process]
    port: int
    asks: Callable[[int], Asked]
    through: Callable[[], int]
    messages: int

    def run(self, messages: int, first: int = 0) -> float:
        """Returns the CPU of one in ms, once all are through; raises Failed."""
        before, spent = self.through(), self._spent()
        with ThreadPoolExecutor(CALLERS) as callers:
            shares = [range(first + at, first + messages, CALLERS) for at in range(CALLERS)]
            list(callers.map(self._ask, shares))
        give_up_at = time.monotonic() + MOST_SECONDS
        while self.through() < before + messages:
            if time.monotonic() > give_up_at:
                raise Failed(f"{self.name}: {self.through() - before} of {messages} came through.")
            time.sleep(0.1)
        return (self._spent() - spent) / messages * 1e3

    def _spent(self) -> float:
        return sum(cpu_seconds(each) for each in self.processes)

    def _ask(self, numbers: range) -> None:
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)) as connection:
            for number in numbers:
                asked = self.asks(number)
                headers = {"Content-Type": asked.content_type} if asked.content_type else {}
                connection.request(asked.method, asked.target, asked.body or None, headers)
                answer = connection.getresponse()
                body = answer.read()
                if answer.status != http.HTTPStatus.OK:
                    raise Failed(f"{self.name} answered {answer.status}: {body[:200]!r}")
