"""In this process: which turns were taken whose screens are handed over in calls of their own."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

from gateway.use_cases.ports import Clock
from gateway.use_cases.ports.ussd import After, Entry


@dataclass(slots=True)
class _Session:
    """One session: who has claimed its newest turn, and how far that is."""

    expires_at: float
    claim: bytes = b""
    phase: str = ""
    ends: float = 0.0
    names: set[bytes] = field(default_factory=set)


class MemoryScreens:
    """Fits the `Screens` port: for `gateway dial` without a server, and for tests."""

    def __init__(self, clock: Clock, most_turns: int = 200) -> None:
        self._clock, self._most_turns = clock, most_turns
        self._lock = threading.Lock()
        self._sessions: dict[bytes, _Session] = {}

    def enter(
        self, key: bytes, name: bytes, claim: bytes, *, begins: bool, until: float, keep: float
    ) -> Entry:
        """Takes a turn, unless another is in hand."""
        now = self._clock.monotonic()
        with self._lock:
            session = self._sessions.get(key)
            if session is None or session.expires_at <= now:
                session = _Session(now + keep)
            if session.claim == claim:
                return Entry.LOST if session.phase == "over" else Entry.OURS
            found = self._found(session, name, now, begins=begins)
            if found in (Entry.GIVEN, Entry.BUSY):
                return found
            if session.phase == "over":
                session.names.clear()
            session.claim, session.ends, session.expires_at = claim, now + until, now + keep
            session.phase = "over" if found is Entry.LOST else "answering"
            session.names |= {name} - {b""}
            self._sessions[key] = session
            return found

    def _found(self, session: _Session, name: bytes, now: float, *, begins: bool) -> Entry:
        phase, known = session.phase, name in session.names
        if phase in ("answering", "handing"):
            if now > session.ends:
                return Entry.LOST
            return Entry.GIVEN if known or phase == "answering" else Entry.BUSY
        if known or (phase == "over" and not begins):
            return Entry.GIVEN
        if phase == "over":
            return Entry.OURS
        return Entry.LOST if phase == "lost" or self._too_many(session) else Entry.OURS

    def _too_many(self, session: _Session) -> bool:
        return len(session.names) >= self._most_turns

    def hand_over(self, key: bytes, claim: bytes) -> bool:
        """Notes that the screen is about to be handed over."""
        return self._move(key, claim, "handing")

    def settle(self, key: bytes, claim: bytes, after: After) -> None:
        """Lets the next turn in."""
        self._move(key, claim, after.value)

    def _move(self, key: bytes, claim: bytes, phase: str) -> bool:
        with self._lock:
            session = self._sessions.get(key)
            if session is None or session.claim != claim:
                return False
            session.phase = phase
            return True
