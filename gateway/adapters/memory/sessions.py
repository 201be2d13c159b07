"""USSD sessions in this process: for `gateway dial` without a server, and for tests."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from gateway.adapters.redis import turn_codec
from gateway.domain.dialogue.session import StoredTurn
from gateway.use_cases.ports import (
    ARRIVALS_SECONDS,
    Clock,
    DroppedSession,
    LoadedTurn,
    RateCounter,
    ResumePlace,
    TurnRecord,
)


@dataclass(frozen=True, slots=True)
class _Stored:
    written: bytes
    token: bytes
    expires_at: float


class MemorySessions:
    """Fits the `Sessions` and `DroppedSessions` ports; `records` holds the newest turns."""

    def __init__(
        self, clock: Clock, *, arrivals: RateCounter | None = None, max_records: int = 1000
    ) -> None:
        """Without `arrivals` nobody's dials are counted."""
        self._clock = clock
        self._arrivals = arrivals
        self._lock = threading.Lock()
        self._stored: dict[bytes, _Stored] = {}
        self._languages: dict[bytes, str] = {}
        self._come_back: dict[bytes, _Stored] = {}
        self._drops: dict[bytes, datetime] = {}
        self._versions = 0
        self.records: deque[TurnRecord] = deque(maxlen=max_records)

    def load(self, key: bytes, subscriber: bytes, channel: str) -> LoadedTurn:
        """Returns the stored turn, the remembered language, and what may be gone on with."""
        with self._lock:
            stored = self._current(self._stored, key)
            dropped = self._current(self._come_back, subscriber)
            return LoadedTurn(
                kept=None if stored is None else turn_codec.decode(stored.written),
                token=b"" if stored is None else stored.token,
                language=self._languages.get(subscriber),
                dropped=None if stored or not dropped else turn_codec.decode(dropped.written),
                has_dropped=dropped is not None,
                dials=(0, 0) if stored else self._dials(channel, subscriber),
            )

    def save(
        self,
        key: bytes,
        token: bytes,
        kept: StoredTurn,
        expires_in: float,
        record: TurnRecord,
        language: tuple[bytes, str] | None = None,
        comeback: ResumePlace | None = None,
    ) -> bool:
        """Stores the turn and appends its record; returns False when another turn was first."""
        with self._lock:
            stored = self._current(self._stored, key)
            if token != (b"" if stored is None else stored.token):
                return False
            self._versions += 1
            # Through JSON and back, as in Redis: a session that does not survive that shows here.
            version = self._versions.to_bytes(16, "big")
            written, now = turn_codec.encode(kept), self._clock.monotonic()
            self._stored[key] = _Stored(written, version, now + expires_in)
            self.records.append(record)
            if comeback is not None:
                self._place(comeback, _Stored(written, version, now + (comeback.keep_seconds or 0)))
            if language is not None:
                self._languages[language[0]] = language[1]
            return True

    def remember_language(self, subscriber: bytes, language: str) -> None:
        """Keeps the language at hand for `load`."""
        with self._lock:
            self._languages[subscriber] = language

    def forget_language(self, subscriber: bytes) -> None:
        """Lets the language be looked up again: another was chosen or used, not over USSD."""
        with self._lock:
            self._languages.pop(subscriber, None)

    def forget(self, subscriber: bytes) -> None:
        """Forgets the language, the place to come back to, and the drop, of a subscriber."""
        with self._lock:
            for remembered in (self._languages, self._come_back, self._drops):
                remembered.pop(subscriber, None)

    def forget_place(self, subscriber: bytes, origin: str) -> None:
        """Forgets the place to come back to, and the drop, if it is in the dialogue `origin`."""
        with self._lock:
            place = self._current(self._come_back, subscriber)
            if place is not None and turn_codec.decode(place.written).origin == origin:
                del self._come_back[subscriber]
                self._drops.pop(subscriber, None)

    def due(self, now: datetime, limit: int) -> Sequence[DroppedSession]:
        """Returns the drops up to now, oldest first, with what can still be gone on with."""
        with self._lock:
            due = sorted((at, subscriber) for subscriber, at in self._drops.items() if at <= now)
            drops = []
            for at, subscriber in due[:limit]:
                stored = self._current(self._come_back, subscriber)
                kept = None if stored is None else turn_codec.decode(stored.written)
                drops.append(DroppedSession(subscriber=subscriber, at=at, kept=kept))
            return drops

    def settle(self, drop: DroppedSession) -> None:
        """Takes a drop off the list, unless the subscriber has gone on meanwhile."""
        with self._lock:
            if self._drops.get(drop.subscriber) == drop.at:
                del self._drops[drop.subscriber]

    def hasten(self, key: bytes, subscriber: bytes, at: datetime) -> None:
        """Lets a session count as dropped at `at`, if it is the newest and waits to be."""
        with self._lock:
            turn, place = self._stored.get(key), self._come_back.get(subscriber)
            if turn and place and turn.token == place.token and subscriber in self._drops:
                self._drops[subscriber] = min(at, self._drops[subscriber])

    def _dials(self, channel: str, subscriber: bytes) -> tuple[int, int]:
        if self._arrivals is None:
            return 0, 0
        return self._arrivals.count(channel, "ussd", subscriber, ARRIVALS_SECONDS)

    def _place(self, comeback: ResumePlace, stored: _Stored) -> None:
        if comeback.keep_seconds == 0:
            self._come_back.pop(comeback.subscriber, None)
        elif comeback.keep_seconds is not None:
            self._come_back[comeback.subscriber] = stored
        if comeback.nudge_at is None:
            self._drops.pop(comeback.subscriber, None)
        else:
            self._drops[comeback.subscriber] = comeback.nudge_at

    def _current(self, where: dict[bytes, _Stored], key: bytes) -> _Stored | None:
        stored = where.get(key)
        if stored is not None and stored.expires_at <= self._clock.monotonic():
            del where[key]
            return None
        return stored
