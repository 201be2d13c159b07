"""A connection to a provider that knows whether a request was begun, and keeps a time limit."""

from __future__ import annotations

import contextlib
import select
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPSConnection
from typing import Any

#: A connection that nothing used for this long is not used again: what stands between may have
#: forgotten it without a word, and a request into it would have no answer.
KEPT_SECONDS = 60.0

#: That a line takes, or brings, nothing at this moment.
NOTHING_NOW = (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError)


class Observed(HTTPConnection):
    """A connection that knows whether an octet of its request was written.

    `last` is when the exchange must be over, on the monotonic clock; None leaves it to the
    time-outs. `line` is the socket, which `sock` is not any more while an answer's end is awaited.
    """

    begun = False
    used_at = 0.0
    connect_seconds: float
    read_seconds: float
    last: float | None = None
    line: socket.socket | None = None
    waits = True

    def connect(self) -> None:
        """Connects, with a time-out of its own."""
        super().connect()
        self.waits = True
        self.line = self.sock
        self.sock.settimeout(self.read_seconds)
        if self.last is not None and time.monotonic() >= self.last:  # a name was long looked for
            raise TimeoutError

    def send(self, data: Any) -> None:
        """Writes; connects first if need be, since what fails there has reached nobody."""
        if self.sock is None:
            self.connect()
        self.begun = True
        super().send(data)

    def write(self, data: bytes) -> None:
        """Writes to a connection that stands, and has reads wait for nothing from then on.

        A request mostly fits into what the system keeps for the line. What does not is waited for.
        """
        self.be_waiting(False)
        self.begun = True
        try:
            written = self.sock.send(data)
        except NOTHING_NOW:
            written = 0
        if written < len(data):
            self.be_waiting(True)
            self.sock.sendall(data[written:])
            self.be_waiting(False)

    def be_waiting(self, waits: bool) -> None:
        """Sets whether reads wait for what is to come, as long as they may, or for nothing."""
        if waits != self.waits:
            self.sock.settimeout(self.read_seconds if waits else 0.0)
            self.waits = waits

    def fit_for_another(self, now: float) -> bool:
        """Returns whether it can carry a further request.

        One that has something to read was closed by the other side, or says what nobody asked for.
        """
        if self.sock is None or now - self.used_at > KEPT_SECONDS:
            return False
        said = select.poll()
        said.register(self.sock, select.POLLIN)
        return not said.poll(0)

    def limit(self, connect_seconds: float, read_seconds: float) -> None:
        """Sets how long connecting, and each read, may take."""
        self.timeout, self.read_seconds = connect_seconds, read_seconds
        if self.sock is not None:
            self.sock.settimeout(read_seconds)


class ObservedTls(Observed, HTTPSConnection):
    """The same in TLS."""


@contextlib.contextmanager
def no_longer_than(seconds: float | None, connection: Observed) -> Iterator[None]:
    """Cuts an exchange off when its time is up, though the other side sends on and on.

    Raises TimeoutError for one that was cut off. None sets no limit.
    """
    if seconds is None:
        yield
        return
    read_seconds = connection.read_seconds
    connection.last = time.monotonic() + seconds
    connection.limit(min(connection.connect_seconds, seconds), min(read_seconds, seconds))
    cut = _Cut(connection)
    timer = threading.Timer(seconds, cut.off)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        was_cut = cut.too_late()
        connection.last = None
        connection.limit(connection.connect_seconds, read_seconds)
    if was_cut:  # what ends with the connection looks whole then
        raise TimeoutError


class _Cut:
    """Cuts one exchange off, unless it is over: the connection may be in another one by then."""

    def __init__(self, connection: Observed) -> None:
        self._connection = connection
        self._lock = threading.Lock()
        self._is_over = self._was_cut = False

    def off(self) -> None:
        """Ends the exchange for both sides."""
        with self._lock:
            if self._is_over:
                return
            self._was_cut = True
            line = self._connection.line
            if line is not None:
                with contextlib.suppress(OSError):  # it may have ended by itself
                    # Not TLS's own shutdown, which another thread that reads would not survive.
                    socket.socket.shutdown(line, socket.SHUT_RDWR)

    def too_late(self) -> bool:
        """Says that the exchange is over; returns whether it was cut off before."""
        with self._lock:
            self._is_over = True
            return self._was_cut
