"""Joins the parts of a long SMS, which come as messages of their own, in any order."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from gateway.adapters.providers.smpp.lines.kept_parts import KeptParts, NotKept
from gateway.adapters.providers.smpp.lines.letters import Part

#: How long the missing parts of an SMS are waited for. After it, it is told without them. So long
#: an SMS that was told is remembered, too: its last part comes again where our answer was lost.
WAIT_SECONDS = 60.0
#: So many unfinished SMS are kept at most: the oldest are told as they are.
MOST = 2_000

#: What stands for a part that did not come.
GAP = "…"


class Addresses(NamedTuple):
    """Who texted, and to which number."""

    source: str
    destination: str


class SmsKey(NamedTuple):
    """What the parts of one SMS have in common."""

    who: Addresses
    reference: int
    total: int


@dataclass(slots=True)
class _Known:
    """An SMS of which a part came; `name` is what the gateway will know it by."""

    name: str
    until: float
    parts: dict[int, str] = field(default_factory=dict, repr=False)
    told: bool = False


@dataclass(frozen=True, slots=True)
class Whole:
    """An SMS of which all came that will come; `name` stays the same if it is told again."""

    name: str
    key: SmsKey
    text: str = field(repr=False)

    @property
    def who(self) -> Addresses:
        """Who texted, and to which number."""
        return self.key.who


class Joining:
    """The parts that wait for others, by whose they are. Times are in seconds, of any clock.

    What waits is in `kept`, too. An SMS is told until somebody has taken it (`taken`).
    """

    def __init__(self, kept: KeptParts | None = None, now: float = 0.0) -> None:
        self._kept = kept or NotKept()
        self._known: dict[SmsKey, _Known] = {}
        for name, records in self._kept.load().items():
            self._load(name, records, now)

    def add(self, who: Addresses, part: Part, text: str, now: float) -> Whole | None:
        """Returns the whole SMS with its last part; None while others are missing.

        A part that came before is None, too, once its SMS was taken. Raises OSError where a part
        cannot be kept: its sender's operator must not be told that it was taken.
        """
        key = SmsKey(who, part.reference, part.total)
        known = self._known.get(key)
        if known is not None and known.told and known.parts.get(part.place) == text:
            return None
        if known is None or known.told:
            if known is not None:
                self._kept.forget(known.name)
            known = self._known[key] = _Known(secrets.token_hex(12), now + WAIT_SECONDS)
        if known.parts.get(part.place) != text:
            record = {**who._asdict(), "reference": part.reference, "total": part.total}
            self._kept.keep(known.name, {**record, "place": part.place, "text": text})
            known.parts[part.place] = text
        return _whole(key, known) if len(known.parts) == part.total else None

    def taken(self, whole: Whole, now: float) -> None:
        """Notes that an SMS need not be told again; raises OSError."""
        known = self._known.get(whole.key)
        if known is not None and known.name == whole.name and not known.told:
            known.told, known.until = True, now + WAIT_SECONDS
            self._kept.keep(known.name, {"told": True})

    def overdue(self, now: float) -> list[Whole]:
        """Returns what was waited for in vain, with a gap for what did not come.

        So it returns what is whole and nobody has taken yet. What was told long ago is forgotten.
        """
        waiting = sum(not known.told for known in self._known.values())
        late = []
        for key, known in list(self._known.items()):
            if known.told:
                if known.until <= now:
                    del self._known[key]
                    self._kept.forget(known.name)
            elif known.until <= now or waiting > MOST or len(known.parts) == key.total:
                waiting -= 1
                late.append(_whole(key, known))
        return late

    def _load(self, name: str, records: Sequence[Mapping[str, Any]], now: float) -> None:
        parts: dict[int, str] = {}
        key, told = None, False
        for record in records:
            if "place" in record:
                who = Addresses(record["source"], record["destination"])
                key = SmsKey(who, record["reference"], record["total"])
                parts[record["place"]] = record["text"]
            told = told or "told" in record
        if key is None:  # the process ended before anything was promised
            self._kept.forget(name)
            return
        self._known[key] = _Known(name, now + WAIT_SECONDS, parts, told)


def _whole(key: SmsKey, known: _Known) -> Whole:
    places = range(1, key.total + 1)
    return Whole(known.name, key, "".join(known.parts.get(place, GAP) for place in places))
