"""What the load generator is told, and what it tells."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

#: Every session of the bench has so many turns.
STEPS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What to call and how. `expected` holds the right body of each step; `{id}` is the number.

    `sessions_per_second` above zero makes the loop open, with `think_seconds` between the turns.
    `salt` keeps the sessions of two loads apart, and `first` their callers: it is the number of
    the first one, who has not called before where no load began near it. With `other_port` the
    turns of each session come to both ports, one after the other.
    """

    port: int
    target: str
    salt: str
    first: int = 0
    seconds: float
    expected: Sequence[str]
    connections: int = 8
    sessions_per_second: float = 0.0
    think_seconds: float = 0.25
    service_code: str = "*384*2026#"
    other_port: int = 0

    def anew(self, **changes: Any) -> Load:
        """Returns a load of new sessions from callers who have not called before, with changes.

        They begin anywhere among a hundred million numbers: two loads meet once in thousands.
        """
        fresh = {"salt": secrets.token_hex(4), "first": secrets.randbelow(10**8)}
        return replace(self, **{**fresh, **changes})


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What came of a load. Latencies in milliseconds, CPU of this generator in seconds."""

    turns: int
    finals: int
    wrong: int
    reconnects: int
    seconds: float
    cpu_seconds: float
    p50: float
    p99: float
    p999: float
    first_wrong: str
