"""Threads that are kept for work to come; the one that fell idle last takes the next piece.

Its memory is the warmest, so that many threads cost no more than the few that are needed.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable
from typing import Generic, TypeVar

from gateway.adapters.system.scrubbed_traceback import trace

log = logging.getLogger(__name__)

Piece = TypeVar("Piece")


class _Idle(Generic[Piece]):
    """A thread that waits until `woken` is released; then `piece` is its work, None the end."""

    __slots__ = ("piece", "woken")

    def __init__(self) -> None:
        self.piece: Piece | None = None
        self.woken = threading.Lock()
        self.woken.acquire()


class KeptThreads(Generic[Piece]):
    """At most `size` threads, begun as they are needed.

    They are daemons: one that hangs in its work cannot keep the process from stopping. `work` is
    not to raise: the log alone tells of it. `spare` more may begin in the place of those that were
    given up.
    """

    def __init__(
        self, work: Callable[[Piece], None], *, size: int, name: str, spare: int = 0
    ) -> None:
        self._work, self._size, self._name, self._spare = work, size, name, spare
        self._lock = threading.Lock()
        self._idle: list[_Idle[Piece]] = []
        self._waiting: deque[Piece] = deque()
        self._in_hand: set[int] = set()
        self._given_up: dict[int, str] = {}  # whose piece it is, by its id
        self._begun = 0
        self._closed = False

    def take(self, piece: Piece, *, may_wait: bool = False) -> bool:
        """Lets a thread work on a piece; returns False where none is free.

        One that `may_wait` is taken all the same, as soon as a thread is free; it is not where
        there is none at all, and the machine lets none begin.
        """
        with self._lock:
            taken = self._taken(piece, may_wait)
            if taken:
                self._in_hand.add(id(piece))
            return taken

    def give_up(self, piece: Piece, whose: str) -> int:
        """Lets a thread begin in the place of one whose piece takes too long.

        Returns how many threads were given up at work that is `whose`. Nothing changes where the
        piece has ended meanwhile, or where all that are spare work in the place of others.
        """
        with self._lock:
            if id(piece) in self._in_hand and len(self._given_up) < self._spare:
                self._given_up[id(piece)] = whose
                self._begun -= 1
            return self._count(whose)

    def given_up(self, whose: str) -> int:
        """Returns how many threads were given up at work that is `whose`, and have not ended it."""
        if not self._given_up:
            return 0
        with self._lock:
            return self._count(whose)

    def _count(self, whose: str) -> int:
        return sum(each == whose for each in self._given_up.values())

    def _taken(self, piece: Piece, may_wait: bool) -> bool:
        if self._idle:
            thread = self._idle.pop()
            thread.piece = piece
            thread.woken.release()
            return True
        if self._begun < self._size and self._begins(piece):
            return True
        if may_wait and self._begun:
            self._waiting.append(piece)
            return True
        return False

    def _begins(self, piece: Piece) -> bool:
        """Returns whether a thread is begun for a piece; False where the machine has none left."""
        thread = threading.Thread(target=self._serve, args=([piece],), name=self._name, daemon=True)
        try:
            thread.start()
        except RuntimeError:
            return False
        self._begun += 1
        return True

    def close(self) -> None:
        """Lets the threads go that wait for work; the others go when theirs is done."""
        with self._lock:
            self._closed = True
            while self._idle:
                self._idle.pop().woken.release()

    def _serve(self, first: list[Piece]) -> None:
        me: _Idle[Piece] = _Idle()
        piece: Piece | None = first.pop()
        while piece is not None:
            try:
                self._work(piece)
            except BaseException as error:  # a thread that died would be missed for good
                log.error("A thread of '%s' stumbled and goes on: %s", self._name, trace(error))
            with self._lock:
                self._in_hand.discard(id(piece))
                replaced = self._given_up.pop(id(piece), None) is not None
                piece = None  # a citizen's words do not wait here for the next piece
                if replaced:
                    if self._begun >= self._size:
                        return  # another works in its place
                    self._begun += 1
                if self._waiting:
                    piece = self._waiting.popleft()
                    continue
                if self._closed:
                    return
                self._idle.append(me)
            me.woken.acquire()
            piece, me.piece = me.piece, None
