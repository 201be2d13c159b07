"""Keeps code from reaching other machines for a while: a menu's own code, while it is tried out.

It is no wall against somebody who wants through. It is there so that a trial in the console never
asks a ministry's real system by mistake, whatever library a handler uses for that: all that are
written in Python are told of by the interpreter before they connect (`socket.connect` and
`socket.getaddrinfo` of its audit events).
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

_REACHES_OUT = frozenset({"socket.connect", "socket.getaddrinfo", "socket.gethostbyname"})
_closed: ContextVar[bool] = ContextVar("no_network", default=False)
_lock = threading.Lock()
_listening = False


@contextmanager
def without_network() -> Iterator[None]:
    """Lets nothing in here connect to another machine: it raises ConnectionRefusedError.

    It goes with the context, and so into the threads that a call is handed to. Others are not
    held up. Sockets of this machine's file system stay open.
    """
    global _listening
    with _lock:
        if not _listening:  # for as long as the process lives: there is no way to take it off
            sys.addaudithook(_hear)
            _listening = True
    token = _closed.set(True)
    try:
        yield
    finally:
        _closed.reset(token)


def _hear(event: str, arguments: tuple[Any, ...]) -> None:
    if event in _REACHES_OUT and _closed.get() and not _is_a_file(event, arguments):
        raise ConnectionRefusedError("No other system is asked in a trial.")


def _is_a_file(event: str, arguments: tuple[Any, ...]) -> bool:
    return event == "socket.connect" and isinstance(arguments[1], str | bytes)
