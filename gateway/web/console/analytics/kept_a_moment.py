"""What many open pages ask for again and again, made once in some seconds."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

T = TypeVar("T")

_MOST_KEPT = 64


class KeptAMoment(Generic[T]):
    """Figures as they were made a moment ago: ten consoles cost little more than one.

    The key has all that figures depend on, such as who may see them; whoever may see others has
    another key.
    """

    def __init__(self, monotonic: Callable[[], float], seconds: float) -> None:
        self._monotonic, self._seconds = monotonic, seconds
        self._found: dict[Hashable, tuple[float, T]] = {}

    def __call__(self, key: Hashable, make: Callable[[], T]) -> T:
        """Returns what was made for a key, anew where it is older."""
        now = self._monotonic()
        if key in self._found:
            at, figures = self._found[key]
            if now - at < self._seconds:
                return figures
        figures = make()
        if len(self._found) >= _MOST_KEPT:
            self._found.clear()
        self._found[key] = (now, figures)
        return figures
