"""The screens that were handed over in calls of their own, until a phone takes each off."""

from __future__ import annotations

import threading
from collections import OrderedDict, deque

from gateway.domain.telecom.ussd import UssdReply

#: Sessions whose screens are kept; a bench dials more than anybody reads.
KEPT = 10_000


class Screens:
    """By session, in the order they came."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._waiting: OrderedDict[str, deque[UssdReply]] = OrderedDict()

    def show(self, session_id: str, screen: UssdReply) -> None:
        """Keeps a screen; those of the oldest session go when there are too many."""
        with self._changed:
            self._waiting.setdefault(session_id, deque()).append(screen)
            if len(self._waiting) > KEPT:
                self._waiting.popitem(last=False)
            self._changed.notify_all()

    def next(self, session_id: str, seconds: float) -> UssdReply | None:
        """Takes the oldest screen of a session off; None when none comes within the time."""
        with self._changed:
            if not self._changed.wait_for(lambda: session_id in self._waiting, seconds):
                return None
            waiting = self._waiting[session_id]
            screen = waiting.popleft()
            if not waiting:
                del self._waiting[session_id]
            return screen
