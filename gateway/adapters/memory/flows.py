"""In this process: what the flows of a neighbour say, for the turn that waits for it."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import datetime

from gateway.domain.telecom.ussd import FlowWords
from gateway.use_cases.ports.ussd import Hearing


class MemoryFlows:
    """Fits the `Flows` port: for one command, and for tests. Nothing expires in it."""

    def __init__(self) -> None:
        self._said: dict[bytes, list[FlowWords]] = {}
        self._noted: dict[bytes, datetime] = {}
        self._told: set[tuple[bytes, str, str]] = set()
        self._news = threading.Condition()

    def listen(self, who: bytes, seconds: float) -> None:
        """Lets words be heard."""
        with self._news:
            self._said[who] = []

    def heard(self, who: bytes, known: int, seconds: float) -> Sequence[FlowWords]:
        """Returns what was said, as soon as something is."""
        with self._news:
            self._news.wait_for(lambda: len(self._said.get(who, ())) > known, seconds)
            return self._said.get(who, [])[known:]

    def leave(self, who: bytes, known: int) -> Sequence[FlowWords]:
        """Returns what was said, and hears no more."""
        with self._news:
            return self._said.pop(who, [])[known:]

    def note(self, who: bytes, at: datetime, seconds: float) -> None:
        """Notes who has told the flow something, and when."""
        with self._news:
            self._noted[who] = at

    def noted(self, who: bytes) -> datetime | None:
        """Returns when somebody told the flow something last."""
        with self._news:
            return self._noted.get(who)

    def say(self, who: bytes, words: FlowWords) -> Hearing:
        """Hands words to who waits."""
        with self._news:
            told = (who, words.reference, words.text)
            if told in self._told:
                return Hearing.HEARD
            if who not in self._said:
                return Hearing.LATE if who in self._noted else Hearing.UNASKED
            self._told.add(told)
            self._said[who].append(words)
            self._news.notify_all()
            return Hearing.HEARD
