"""Joins the parts of a long SMS, which come as messages of their own, in any order."""

from __future__ import annotations

import errno
import logging
import secrets
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from gateway.adapters.providers.smpp.lines.kept_parts import KeptParts, NotKept
from gateway.adapters.providers.smpp.lines.letters import Part

log = logging.getLogger(__name__)

#: How long the missing parts of an SMS are waited for. After it, it is told without them. So long
#: an SMS that was told is remembered, too: its last part comes again where our answer was lost.
WAIT_SECONDS = 60.0
#: So many SMS wait for their parts: beyond them the oldest are told as they are. Where a gateway
#: that is down does not take those, the operator keeps what comes beyond the second bound.
MOST, MOST_UNTAKEN = 2_000, 4_000

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

    What waits is in `kept`, too. An SMS is told until somebody has taken it (`taken`). Threads may
    share it: the disk is waited for with nothing held.
    """

    def __init__(self, kept: KeptParts | None = None, now: float = 0.0) -> None:
        self._kept = kept or NotKept()
        self._lock = threading.Lock()
        self._known: dict[SmsKey, _Known] = {}
        for name, records in self._kept.load().items():
            self._load(name, records, now)

    def add(self, who: Addresses, part: Part, text: str, now: float) -> Whole | None:
        """Returns the whole SMS with its last part; None while others are missing.

        A part that came before is None, too, once its SMS was taken. Raises OSError where a part
        cannot be kept, or too many wait: its sender's operator must not be told that it was taken.
        """
        key = SmsKey(who, part.reference, part.total)
        with self._lock:
            before = self._known.get(key)
            if before is not None and before.told and before.parts.get(part.place) == text:
                return None
            known = before
            if known is None or known.told:
                if self._waiting() >= MOST_UNTAKEN:
                    raise OSError(errno.ENOBUFS, "too many SMS wait for the gateway")
                known = _Known(secrets.token_hex(12), now + WAIT_SECONDS)
        if known.parts.get(part.place) != text:
            record = {**who._asdict(), "reference": part.reference, "total": part.total}
            self._kept.keep(known.name, {**record, "place": part.place, "text": text})
        with self._lock:  # now that it is kept, and not before: what was not is nobody's SMS
            known.parts[part.place] = text
            self._known[key] = known
            whole = _whole(key, known) if len(known.parts) == part.total else None
        if before is not None and before is not known:
            self._forget(before.name)
        return whole

    def taken(self, whole: Whole, now: float) -> None:
        """Notes that an SMS need not be told again; raises OSError."""
        with self._lock:
            known = self._known.get(whole.key)
            if known is None or known.name != whole.name or known.told:
                return
            known.told, known.until = True, now + WAIT_SECONDS
        self._kept.keep(known.name, {"told": True})

    def overdue(self, now: float) -> list[Whole]:
        """Returns what was waited for in vain, with a gap for what did not come.

        So it returns what is whole and nobody has taken yet. What was told long ago is forgotten.
        """
        with self._lock:
            over = [key for key, each in self._known.items() if each.told and each.until <= now]
            forgotten = [self._known.pop(key).name for key in over]
            waiting, late = self._waiting(), []
            for key, each in self._known.items():
                if each.told:
                    continue
                if each.until <= now or waiting > MOST or len(each.parts) == key.total:
                    waiting -= 1
                    late.append(_whole(key, each))
        for name in forgotten:
            self._forget(name)
        return late

    def _waiting(self) -> int:
        return sum(not each.told for each in self._known.values())

    def _forget(self, name: str) -> None:
        """Removes what was told; where that fails, it is known by its name after a restart."""
        try:
            self._kept.forget(name)
        except OSError as error:
            log.error("The parts of an SMS that was told cannot be removed: %s.", error.strerror)

    def _load(self, name: str, records: Sequence[Mapping[str, Any]], now: float) -> None:
        parts: dict[int, str] = {}
        key, told = None, False
        for record in records:
            if "place" in record:
                who = Addresses(record["source"], record["destination"])
                key = SmsKey(who, record["reference"], record["total"])
                parts[record["place"]] = record["text"]
            told = told or "told" in record
        other = None if key is None else self._known.get(key)
        if key is None or (told and other is not None):
            # The process ended before anything was promised, or what was told could not be removed.
            self._forget(name)
            return
        if other is not None:
            self._forget(other.name)
        self._known[key] = _Known(name, now + WAIT_SECONDS, parts, told)


def _whole(key: SmsKey, known: _Known) -> Whole:
    places = range(1, key.total + 1)
    return Whole(known.name, key, "".join(known.parts.get(place, GAP) for place in places))
