"""Joins the parts of a long SMS, which come as messages of their own, in any order."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from typing import NamedTuple

from gateway.adapters.providers.smpp.lines.letters import Part

#: How long the missing parts of an SMS are waited for. After it, it is told without them.
WAIT_SECONDS = 60.0
#: So many unfinished SMS are kept at most: the oldest are told as they are.
MOST = 2_000

#: What stands for a part that did not come.
GAP = "…"


@dataclass(slots=True)
class _Unfinished:
    total: int
    until: float
    parts: dict[int, str] = field(default_factory=dict, repr=False)


class Addresses(NamedTuple):
    """Who texted, and to which number."""

    source: str
    destination: str


class Whole(NamedTuple):
    """An SMS of which all came that will come."""

    who: Addresses
    text: str


class Joining:
    """The parts that wait for others, by whose they are. Times are in seconds, of any clock."""

    def __init__(self) -> None:
        self._unfinished: OrderedDict[tuple[Addresses, int, int], _Unfinished] = OrderedDict()

    def add(self, who: Addresses, part: Part, text: str, now: float) -> str | None:
        """Returns the whole text with its last part; None while others are missing."""
        key = (who, part.reference, part.total)
        waiting = self._unfinished.get(key)
        if waiting is None:
            waiting = self._unfinished[key] = _Unfinished(part.total, now + WAIT_SECONDS)
        waiting.parts[part.place] = text
        if len(waiting.parts) < waiting.total:
            return None
        del self._unfinished[key]
        return _text(waiting)

    def overdue(self, now: float) -> list[Whole]:
        """Takes out what was waited for in vain, with a gap for what did not come."""
        late = [
            key
            for place, (key, waiting) in enumerate(self._unfinished.items())
            if waiting.until <= now or place < len(self._unfinished) - MOST
        ]
        return [Whole(key[0], _text(self._unfinished.pop(key))) for key in late]


def _text(waiting: _Unfinished) -> str:
    return "".join(waiting.parts.get(place, GAP) for place in range(1, waiting.total + 1))
