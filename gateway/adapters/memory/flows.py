"""In this process: what the flows of a neighbour say, for the turn that waits for it."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import datetime

from gateway.domain.retention.what_is_removed import SIGNAL_KEPT
from gateway.domain.telecom.ussd import FlowWords
from gateway.use_cases.ports.flows.words import Hearing, LostWords


class MemoryFlows:
    """Fits the `Flows` port: for one command, and for tests. Nothing expires in it."""

    def __init__(self) -> None:
        self._waits: dict[bytes, bytes] = {}
        self._said: dict[bytes, list[FlowWords]] = {}
        self._unshown: dict[bytes, tuple[datetime, str]] = {}
        self._noted: dict[bytes, datetime] = {}
        self._told: set[tuple[bytes, str, str]] = set()
        self._sms: set[bytes] = set()
        self._news = threading.Condition()

    def listen(self, who: bytes, claim: bytes, seconds: float) -> None:
        """Lets words be heard by the newest turn."""
        with self._news:
            self._waits[who] = claim

    def heard(self, claim: bytes, known: int, seconds: float) -> Sequence[FlowWords]:
        """Returns what was said, as soon as something is."""
        with self._news:
            self._news.wait_for(lambda: len(self._said.get(claim, ())) > known, seconds)
            return self._said.get(claim, [])[known:]

    def leave(self, who: bytes, claim: bytes, known: int) -> Sequence[FlowWords]:
        """Returns what was said, and hears no more."""
        with self._news:
            if self._waits.get(who) == claim:
                del self._waits[who]
            return self._said.get(claim, [])[known:]

    def shown(self, claim: bytes) -> None:
        """Forgets what a turn has heard."""
        with self._news:
            self._said.pop(claim, None)
            self._unshown.pop(claim, None)

    def lost(self, now: datetime, limit: int) -> Sequence[LostWords]:
        """Returns what was heard and not shown in time."""
        with self._news:
            late = [(claim, each) for claim, each in self._unshown.items() if each[0] <= now]
            return [
                LostWords(claim, neighbour, list(self._said[claim]))
                for claim, (_, neighbour) in late[:limit]
            ]

    def note(self, who: bytes, at: datetime, seconds: float) -> None:
        """Notes who has told the flow something, and when."""
        with self._news:
            self._noted[who] = at

    def noted(self, who: bytes) -> datetime | None:
        """Returns when somebody told the flow something last."""
        with self._news:
            return self._noted.get(who)

    def say(self, who: bytes, neighbour: str, words: FlowWords, now: datetime) -> Hearing:
        """Hands words to who waits."""
        with self._news:
            told = (who, words.reference, words.text)
            if told in self._told:
                return Hearing.HEARD
            claim = self._waits.get(who)
            if claim is None:
                return Hearing.LATE if who in self._noted else Hearing.UNASKED
            self._told.add(told)
            self._said.setdefault(claim, []).append(words)
            self._unshown[claim] = (now + SIGNAL_KEPT, neighbour)
            self._news.notify_all()
            return Hearing.HEARD

    def settled(self, who: bytes, words: FlowWords) -> None:
        """Notes that words are an SMS."""
        with self._news:
            self._told.add((who, words.reference, words.text))

    def was_told(self, sms: bytes) -> bool:
        """Returns whether a flow was told of an SMS."""
        return sms in self._sms

    def note_told(self, sms: bytes) -> None:
        """Notes that a flow was told of an SMS."""
        self._sms.add(sms)
