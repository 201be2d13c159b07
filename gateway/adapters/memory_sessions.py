"""USSD sessions in this process: for `gateway dial` without a server, and for tests."""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass

from gateway.adapters import kept_turns
from gateway.domain.session import KeptTurn
from gateway.services.ports import Clock, LoadedTurn, TurnRecord


@dataclass(frozen=True, slots=True)
class _Stored:
    written: bytes
    token: bytes
    expires_at: float


class MemorySessions:
    """Fits the `Sessions` port; `records` holds the newest turns."""

    def __init__(self, clock: Clock, *, max_records: int = 1000) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._stored: dict[bytes, _Stored] = {}
        self._languages: dict[bytes, str] = {}
        self._versions = 0
        self.records: deque[TurnRecord] = deque(maxlen=max_records)

    def load(self, key: bytes, subscriber: bytes) -> LoadedTurn:
        """Returns the stored turn and the remembered language."""
        with self._lock:
            stored = self._current(key)
            return LoadedTurn(
                kept=None if stored is None else kept_turns.decode(stored.written),
                token=b"" if stored is None else stored.token,
                language=self._languages.get(subscriber),
            )

    def save(
        self,
        key: bytes,
        token: bytes,
        kept: KeptTurn,
        expires_in: float,
        record: TurnRecord,
        language: tuple[bytes, str] | None = None,
    ) -> bool:
        """Stores the turn and appends its record; returns False when another turn was first."""
        with self._lock:
            stored = self._current(key)
            if token != (b"" if stored is None else stored.token):
                return False
            self._versions += 1
            # Through JSON and back, as in Redis: a session that does not survive that shows here.
            self._stored[key] = _Stored(
                kept_turns.encode(kept),
                self._versions.to_bytes(16, "big"),
                self._clock.monotonic() + expires_in,
            )
            self.records.append(record)
            if language is not None:
                self._languages[language[0]] = language[1]
            return True

    def remember_language(self, subscriber: bytes, language: str) -> None:
        """Keeps the language at hand for `load`."""
        with self._lock:
            self._languages[subscriber] = language

    def _current(self, key: bytes) -> _Stored | None:
        stored = self._stored.get(key)
        if stored is not None and stored.expires_at <= self._clock.monotonic():
            del self._stored[key]
            return None
        return stored
