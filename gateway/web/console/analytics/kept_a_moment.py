"""What many open pages ask for again and again, made once in some seconds."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

T = TypeVar("T")

_MOST_KEPT = 64
#: What is asked for again and again takes no more than this part of a core.
_SHARE = 0.05


class KeptAMoment(Generic[T]):
    """Figures as they were made a moment ago: ten consoles cost little more than one.

    What is asked has all that figures depend on, such as who may see them; whoever may see others
    asks for others. They are kept for some seconds, and longer where they take long to make: those
    of a broadcast to millions would otherwise keep a core busy for whoever watches it.
    """

    def __init__(self, monotonic: Callable[[], float], seconds: float) -> None:
        self._monotonic, self._seconds = monotonic, seconds
        self._found: dict[Hashable, tuple[float, T]] = {}  # until when

    def __call__(self, asked: Hashable, make: Callable[[], T]) -> T:
        """Returns what was made for what is asked, anew where it is older."""
        begun = self._monotonic()
        if asked in self._found:
            until, figures = self._found[asked]
            if begun < until:
                return figures
        figures = make()
        made = self._monotonic()
        if len(self._found) >= _MOST_KEPT:
            self._found.clear()
        self._found[asked] = (made + max(self._seconds, (made - begun) / _SHARE), figures)
        return figures
