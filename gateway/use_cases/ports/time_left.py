"""How long whoever is being served can still wait: what is left of a turn's deadline.

A use case says it once; what reaches for a store reads it, in the handler's thread, too. It goes
with the context and not through every port, since no store may be asked without it.
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar, Token

_left: ContextVar[Callable[[], float] | None] = ContextVar("time_left", default=None)


class within:
    """Says how many seconds are left for what is done inside. Each turn enters it twice."""

    __slots__ = ("_before", "_left")

    def __init__(self, left: Callable[[], float]) -> None:
        self._left = left

    def __enter__(self) -> None:
        self._before: Token[Callable[[], float] | None] = _left.set(self._left)

    def __exit__(self, *raised: object) -> None:
        _left.reset(self._before)


def seconds_left() -> float | None:
    """Returns the seconds that are left, none or less when time is up; None where nobody waits."""
    left = _left.get()
    return None if left is None else left()
