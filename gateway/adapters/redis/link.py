"""The way to Redis: cheap round trips for a citizen's turn, and a patient client for the queue."""

from __future__ import annotations

import hashlib
import os
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any
from weakref import WeakSet

from redis import Connection, Redis
from redis.backoff import NoBackoff
from redis.connection import AbstractConnection, parse_url
from redis.exceptions import ConnectionError as ConnectionBroken
from redis.exceptions import RedisError
from redis.exceptions import TimeoutError as RedisTimeout
from redis.retry import Retry

from gateway.adapters.redis.wire import Part, ServerError, Wire
from gateway.domain.faults_and_errors.errors import StoreUnavailable

_CONNECT_SECONDS = 1.0
_ANSWER_SECONDS = 1.5

#: After a time-out, how long every call is refused at once. Otherwise a Redis that hangs would hold
#: each web thread for the whole time-out, turn after turn, and hardly a citizen would be answered.
_PAUSE_SECONDS = 1.0

#: By the code of the server's error: what to do about one that answers and takes nothing.
_ADVICE = {
    "OOM": "Its memory is full: give it more (maxmemory), or take other tenants off it.",
    "MISCONF": "It cannot write to its disk: make room there. Its own log says more.",
    "READONLY": "It is a replica: point GATEWAY_REDIS_URL at the primary.",
    "NOREPLICAS": "It has too few replicas to take writes: bring them back.",
    "LOADING": "It reads its data after a start: wait.",
    "NOAUTH": "It wants a password: give it in GATEWAY_REDIS_URL.",
    "WRONGPASS": "It refuses the name or password in GATEWAY_REDIS_URL.",
    "NOPERM": "Its account may not do all that is needed: allow it every command.",
}


class Script:
    """A Lua script, and the SHA-1 by which the server knows it once it has seen it.

    Its `keys` and `arguments` are named in it as they are here, in this order.
    """

    def __init__(self, lua: str, keys: Sequence[str] = (), arguments: Sequence[str] = ()) -> None:
        for names, given in ((keys, "KEYS"), (arguments, "ARGV")):
            if names:
                lua = f"local {', '.join(names)} = unpack({given})\n{lua}"
        self.lua = lua
        # Redis names scripts by SHA-1 (EVALSHA); nothing is kept secret by it.
        self.sha = hashlib.sha1(lua.encode(), usedforsecurity=False).hexdigest()


class _Kept(threading.local):
    """The connection of each thread."""

    wire: Wire | None = None


class RedisLink:
    """One connection a thread, and every failure as StoreUnavailable."""

    def __init__(
        self,
        url: str,
        *,
        answer_seconds: float = _ANSWER_SECONDS,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        options: dict[str, Any] = parse_url(url)  # type: ignore[no-untyped-call] # theirs
        self.address = _address(options)
        self._connection_class: type[AbstractConnection] = options.pop(
            "connection_class", Connection
        )
        self._options = options | {
            "protocol": 2,
            "socket_connect_timeout": _CONNECT_SECONDS,
            "socket_timeout": answer_seconds,
            "driver_info": None,  # two round trips less on each new connection
        }
        self._answer_seconds = answer_seconds
        self._monotonic = monotonic
        self._kept = _Kept()
        self._wires = WeakSet[Wire]()
        self._paused_until = 0.0

    def call(self, *command: Part) -> Any:
        """Returns the server's reply: bytes, a number, None, or a list of these.

        Raises StoreUnavailable. A connection that breaks after it had served before is replaced
        once and the command sent again: a server that was restarted must not cost a turn. So the
        command must bear being run twice.
        """
        if self._paused_until and self._monotonic() < self._paused_until:
            raise self._unavailable("it did not answer in time a moment ago")
        # It is not kept while it is in use: when a signal or a job's time-out strikes between the
        # command and its reply, the connection is dropped, and nobody reads a stranger's reply.
        kept = self._kept
        wire, kept.wire = kept.wire, None
        try:
            if wire is None or wire.process != os.getpid():  # a fork must not share the socket
                wire = self._connected()
                reply = wire.exchange(command)
            else:
                try:
                    reply = wire.exchange(command)
                except ConnectionBroken:
                    wire = self._connected()
                    reply = wire.exchange(command)
        except RedisTimeout:
            self._paused_until = self._monotonic() + _PAUSE_SECONDS
            raise self._unavailable("no answer in time") from None
        except ServerError as error:
            code = str(error).partition(" ")[0]  # the text after it may repeat what we sent
            if code != "NOSCRIPT":
                raise self._unavailable(code) from None
            reply = _UNKNOWN_SCRIPT
        except (RedisError, OSError) as error:
            raise self._unavailable(type(error).__name__) from error
        kept.wire = wire
        return reply

    def run(self, script: Script, keys: Sequence[bytes], *arguments: Part) -> Any:
        """Returns what the script returns; raises StoreUnavailable. It may be run twice, as above.

        One round trip, and another where the server has not seen the script yet.
        """
        reply = self.call(b"EVALSHA", script.sha, len(keys), *keys, *arguments)
        if reply is _UNKNOWN_SCRIPT:
            reply = self.call(b"EVAL", script.lua, len(keys), *keys, *arguments)
        return reply

    def check(self) -> None:
        """Raises StoreUnavailable unless the server answers and takes what is written.

        One that is full, whose disk is full, or that became a replica answers PING all the same.
        """
        self.call(b"SET", b"writes", b"1", b"PX", b"1")

    def close(self) -> None:
        """Closes the connection of every thread; one that goes on all the same connects anew."""
        self._kept.wire = None
        for wire in list(self._wires):
            wire.close()

    def _connected(self) -> Wire:
        wire = Wire(self._connection_class, self._options, self._answer_seconds)
        self._wires.add(wire)
        return wire

    def _unavailable(self, reason: str) -> StoreUnavailable:
        advice = _ADVICE.get(reason, "Check that it runs, and GATEWAY_REDIS_URL.")
        return StoreUnavailable(f"Redis at {self.address} cannot be used: {reason}. {advice}")


_UNKNOWN_SCRIPT = object()


def command_client(url: str) -> Redis:
    """Returns redis-py's own client for libraries that want one, with the limits of the link."""
    return Redis.from_url(
        url,
        protocol=2,
        socket_connect_timeout=_CONNECT_SECONDS,
        socket_timeout=_ANSWER_SECONDS,
        retry=Retry(NoBackoff(), 1),  # once: the server may have been restarted since the last time
    )


def queue_client(url: str) -> Redis:
    """Returns a client that waits for jobs: its reads have no time limit of their own.

    redis-py 8 gives up on any read after 5 s unless told otherwise, which breaks blocking pops.
    """
    return Redis.from_url(
        url,
        protocol=2,
        socket_connect_timeout=5.0,
        socket_timeout=None,
        retry=Retry(NoBackoff(), 1),
    )


def _address(options: dict[str, Any]) -> str:
    # Never the URL itself, which may carry a password.
    return options.get("path") or f"{options.get('host', 'localhost')}:{options.get('port', 6379)}"
