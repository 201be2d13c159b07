"""Know a browser again in which somebody has signed in: its tries are counted by themselves.

So nobody who knows a name keeps its owner out by trying passwords. What the browser keeps lets
nobody in, and nothing is kept here: it is signed, for one person, and for some weeks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from gateway.domain.sign_in.stay import BROWSER_KNOWN
from gateway.domain.text.secret_comparison import same_secret
from gateway.use_cases.ports import Clock, Keyring

#: A desk is shared by a few people; of more, those who came last are known.
MOST_PEOPLE = 5
#: In characters: what is longer was never given out.
_LONGEST = 1_000
_BETWEEN, _WITHIN = "~", "."


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownBrowsers:
    """The use case, with the ports it needs; `new_token` makes what nobody can guess."""

    keyring: Keyring
    new_token: Callable[[], str]
    clock: Clock

    def mark(self, name: str, kept: str) -> str:
        """Returns under which mark this browser's tries for a name count; "" where it is unknown.

        `kept` is what the browser says that it was given, which may be anything.
        """
        found = ""
        for mark, day, signature in _parts(kept):
            expected = self._signature(name, mark, day)
            if same_secret(signature, expected) and self._is_young(day):
                found = mark
        return found

    def with_another(self, name: str, kept: str) -> str:
        """Returns what the browser keeps from now on: this person first, and others before them."""
        mark, day = self.new_token(), str(_day(self.clock.now()))
        others = [
            _WITHIN.join(each)
            for each in _parts(kept)
            if not same_secret(each[2], self._signature(name, each[0], each[1]))
        ]
        new = _WITHIN.join((mark, day, self._signature(name, mark, day)))
        return _BETWEEN.join([new, *others[: MOST_PEOPLE - 1]])

    def _is_young(self, day: str) -> bool:
        return _day(self.clock.now()) - int(day) < BROWSER_KNOWN.days

    def _signature(self, name: str, mark: str, day: str) -> str:
        return self.keyring.index("known browser", f"{name}\0{mark}\0{day}").hex()


def _day(at: datetime) -> int:
    return at.date().toordinal()


def _parts(kept: str) -> Iterator[Sequence[str]]:
    """Yields the mark, the day and the signature of each person; nothing of what is none."""
    if len(kept) > _LONGEST:
        return
    for each in kept.split(_BETWEEN)[:MOST_PEOPLE]:
        parts = each.split(_WITHIN)
        if len(parts) == 3 and all(part.isascii() for part in parts):
            yield parts
