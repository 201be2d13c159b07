"""One keep-alive connection of the load generator, in raw HTTP/1.1."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Protocol, cast


@dataclass(slots=True)
class Turn:
    """One turn of a session, and since when its caller has been waiting."""

    number: int
    step: int
    due: float
    request: bytes = b""
    asked_again: bool = False

    @property
    def digits(self) -> str:
        """Returns the eight digits that this caller types; they are the phone number's, too."""
        return f"{self.number * 7919 % 10**8:08d}"


class Listener(Protocol):
    """Who asks, and is told what came of it."""

    def connect(self, line: Line) -> None:
        """Opens the line's connection and sends its turn."""

    def answered(self, line: Line, turn: Turn, body: bytes) -> None:
        """Takes an answer; the line is free again."""

    def broken(self, line: Line, turn: Turn) -> None:
        """Takes notice that the connection broke before the answer."""


class Line(asyncio.Protocol):
    """One keep-alive connection, which carries one turn at a time.

    No task and no future per turn: they would cost more than the turn itself.
    """

    def __init__(self, listener: Listener, port: int) -> None:
        self._listener, self.port = listener, port
        self._received = b""
        self._last_body: bytes | None = None
        self.transport: asyncio.Transport | None = None
        self.turn: Turn | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)

    def connection_lost(self, exc: Exception | None) -> None:
        self.transport = None
        self._received = b""
        turn, self.turn = self.turn, None
        if turn is None:
            return
        if self._last_body is None:
            self._listener.broken(self, turn)
            return
        body, self._last_body = self._last_body, None
        self._listener.answered(self, turn, body)

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, blank, body = self._received.partition(b"\r\n\r\n")
        turn = self.turn
        if not blank or turn is None or self.transport is None:
            return
        head = head.lower()
        length = head.partition(b"\r\ncontent-length:")[2].partition(b"\r\n")[0]
        if len(body) < int(length or 0):
            return
        self._received = b""
        if head[9:12] != b"200":
            body = b"status " + head[9:12]
        if b"\r\nconnection: close" in head:
            self._last_body = (
                body  # told once the connection is gone: the next turn needs a new one
            )
            self.transport.close()
            return
        self.turn = None
        self._listener.answered(self, turn, body)

    def ask(self, turn: Turn) -> None:
        """Sends the turn; the answer goes to `answered`, a break to `broken`."""
        self.turn = turn
        if self.transport is None:
            self._listener.connect(self)
        else:
            self.transport.write(turn.request)

    def close(self) -> None:
        """Closes the connection; what it still carries is not told any more."""
        self.turn = None
        if self.transport is not None:
            self.transport.abort()
