"""How long whoever is being served can still wait: what is left of a turn's deadline.

A use case says it once; what reaches for a store reads it, in the handler's thread, too. It goes
with the context and not through every port, since no store may be asked without it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_left: ContextVar[Callable[[], float] | None] = ContextVar("time_left", default=None)


@contextmanager
def within(left: Callable[[], float]) -> Iterator[None]:
    """Says how many seconds are left for what is done inside."""
    before = _left.set(left)
    try:
        yield
    finally:
        _left.reset(before)


def seconds_left() -> float | None:
    """Returns the seconds that are left, none or less when time is up; None where nobody waits."""
    left = _left.get()
    return None if left is None else left()
