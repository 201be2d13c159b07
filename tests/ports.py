"""Ports for servers that are told one before they start."""

from __future__ import annotations

import random
import socket

#: Below those that systems give to connections of their own: none of these takes one meanwhile.
_RANGE = range(12_000, 30_000)
#: Not the module's: that one is seeded alike in every process of a run.
_chance = random.SystemRandom()


def free_port(room: int = 1) -> int:
    """Returns a port that nobody listens on, with room for others in the ports after it."""
    while True:
        first = _chance.choice(_RANGE)
        if all(_is_free(port) for port in range(first, first + room)):
            return first


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
