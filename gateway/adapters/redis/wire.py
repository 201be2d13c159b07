"""One connection to Redis: a command goes out, its reply comes back, and nothing else is done.

redis-py connects it (TLS, password, database); from then on the socket is used directly. That
spares a turn's two round trips some sixty Python calls each.
"""

from __future__ import annotations

import os
import socket
import ssl
import struct
from typing import Any

import hiredis
from redis.connection import AbstractConnection
from redis.exceptions import ConnectionError as ConnectionBroken
from redis.exceptions import TimeoutError as RedisTimeout

#: Part of a command, as hiredis packs it.
Part = bytes | str | int | float

#: More than the reply of any script here.
_AT_ONCE = 16 * 1024


class ServerError(Exception):
    """What the server says instead of a reply; the text after its first word may repeat ours."""


class Wire:
    """A connection of one thread. Any exception but ServerError closes it."""

    def __init__(
        self, kind: type[AbstractConnection], options: dict[str, Any], answer_seconds: float
    ) -> None:
        """Connects; raises redis-py's errors."""
        self.process = os.getpid()
        self._connection = kind(**options)
        self._connection.connect()  # type: ignore[no-untyped-call] # theirs
        # redis-py shows no way to its socket. setup.cfg holds it below the next major version.
        self._socket: socket.socket = self._connection._sock  # type: ignore[assignment] # it is there
        self._reader = hiredis.Reader(replyError=ServerError, protocolError=ConnectionBroken)
        if not isinstance(self._socket, ssl.SSLSocket):
            _limit(self._socket, answer_seconds)

    def exchange(self, command: tuple[Part, ...]) -> Any:
        """Returns the reply: bytes, a number, None, or a list of these.

        Raises ServerError, and redis-py's TimeoutError and ConnectionError.
        """
        reader = self._reader
        try:
            packed = hiredis.pack_command(command)  # type: ignore[arg-type] # any number of parts
            self._socket.sendall(packed)
            while True:
                some = self._socket.recv(_AT_ONCE)
                if not some:
                    raise ConnectionBroken("closed by the server")
                reader.feed(some)
                reply = reader.gets()
                if reply is not False:  # False says "not whole yet"; RESP 2 knows no booleans
                    break
        except (TimeoutError, BlockingIOError, ssl.SSLWantReadError):
            self.close()
            raise RedisTimeout("no answer in time") from None
        except OSError as error:
            self.close()
            raise ConnectionBroken(type(error).__name__) from error
        except BaseException:  # a job's time-out, too, can strike before the reply was read
            self.close()
            raise
        if isinstance(reply, ServerError):
            raise reply
        return reply

    def close(self) -> None:
        """Closes the connection."""
        self._connection.disconnect()  # type: ignore[no-untyped-call] # theirs


def _limit(connected: socket.socket, seconds: float) -> None:
    """Bounds each wait in the kernel: Python's own limit asks `poll` before every call."""
    whole, part = divmod(round(seconds * 1e6), 1_000_000)
    limit = struct.pack("ll", whole, part)
    connected.settimeout(None)
    connected.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, limit)
    connected.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, limit)
