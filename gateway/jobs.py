"""The functions that RQ calls: names in, a use case out. The queue runs these and nothing else."""

from __future__ import annotations

from typing import Protocol

from gateway.domain.sms import Lane


class Work(Protocol):
    """What a worker's gateway can do."""

    def route_inbound(self) -> None:
        """Routes the MOs that wait."""

    def send_outbound(self, channel: str, lane: Lane) -> None:
        """Sends the MTs of a channel that are due."""


_work: Work | None = None


def serve(work: Work) -> None:
    """Says whose work the jobs of this process do; a worker calls it once, before it listens."""
    global _work
    _work = work


def route_inbound() -> None:
    """Routes the MOs that wait."""
    _current().route_inbound()


def send_outbound(channel: str, lane: str) -> None:
    """Sends the MTs of a channel and lane that are due."""
    _current().send_outbound(channel, Lane(lane))


def _current() -> Work:
    if _work is None:
        raise RuntimeError("Start workers with `gateway work`: it says what the jobs work on.")
    return _work
