"""Kills workers with SIGKILL, one every few seconds, a web worker and a worker of calls in turn."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
from collections import Counter
from collections.abc import Iterator

import psutil


class Killer:
    """Kills what runs below one supervisor; who brings it back is not its affair."""

    def __init__(self, supervisor: psutil.Process, every_seconds: float) -> None:
        self._supervisor, self._every = supervisor, every_seconds
        self.killed: Counter[str] = Counter()

    async def go_on(self, seconds: float) -> None:
        """Kills until the time is over."""
        loop = asyncio.get_running_loop()
        until = loop.time() + seconds
        kinds = itertools.cycle(("web worker", "calls worker"))
        while loop.time() + self._every < until:
            await asyncio.sleep(self._every)
            self.kill_one(next(kinds))

    def kill_one(self, kind: str) -> None:
        """Kills one of the kind, each time another; none when all of them are down already."""
        found = sorted(self._of_kind(kind), key=lambda process: process.create_time())
        if found:
            with contextlib.suppress(psutil.NoSuchProcess):
                found[0].kill()  # the one that has lived longest
                self.killed[kind] += 1

    def _of_kind(self, kind: str) -> Iterator[psutil.Process]:
        for child in self._supervisor.children():
            with contextlib.suppress(psutil.NoSuchProcess):
                command = child.cmdline()
                if kind == "calls worker" and command[-2:] == ["work", "calls"]:
                    yield child
                elif kind == "web worker" and command[-1:] == ["serve"]:
                    yield from child.children()
