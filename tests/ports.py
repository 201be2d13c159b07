"""Ports for servers that are told one before they start."""

from __future__ import annotations

import random
import socket

#: Below those that systems give to connections of their own: none of these takes one meanwhile.
_RANGE = range(12_000, 30_000)
#: Not the module's: that one is seeded alike in every process of a run.
_chance = random.SystemRandom()


def free_port() -> int:
    """Returns a port that nobody listens on."""
    while True:
        port = _chance.choice(_RANGE)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port
