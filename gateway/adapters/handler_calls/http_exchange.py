"""One HTTP exchange with a system we do not trust: pinned to its address, capped in size and time.

Each exchange has a connection of its own. A pool would save a handshake, and could hand out a
connection to an address that is no longer allowed.
"""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http.client import HTTPException
from urllib.parse import urljoin, urlsplit

from urllib3 import exceptions as causes
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.response import HTTPResponse

from gateway.adapters.handler_calls.public_addresses import Resolve, reachable, resolve
from gateway.domain.faults_and_errors.errors import DeadlineExceeded, HandlerFailed, ServiceFailed

LARGEST_REPLY = 256 * 1024
MOST_REDIRECTS = 3
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PORTS = {"http": 80, "https": 443}
_PIECE = 16 * 1024

_BROKEN = (causes.HTTPError, HTTPException, OSError, ValueError)


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is sent. `url` holds a citizen's answers and perhaps a secret: it is never shown."""

    method: str
    url: str = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    body: bytes | None = field(default=None, repr=False)
    timeout_seconds: float
    allow_private: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back, whole; the headers that say what the body is, empty where there is none."""

    status: int
    body: bytes = field(repr=False)
    content_type: str = ""
    content_encoding: str = ""


def exchange(request: Request, look_up: Resolve = resolve) -> Reply:
    """Returns the reply, after at most three redirects of a GET.

    Each hop's address is checked anew, and another origin gets none of the headers. Raises
    DeadlineExceeded after `timeout_seconds` for all of it, and HandlerFailed for anything else that
    is no whole reply.
    """
    end = time.monotonic() + request.timeout_seconds
    url, headers = request.url, request.headers
    for _ in range(MOST_REDIRECTS + 1):
        reply, location = _hop(request, url, headers, end, look_up)
        if request.method != "GET" or reply.status not in _REDIRECTS or not location:
            return reply
        before, url = url, _next_url(url, location)
        if _origin(url) != _origin(before):
            headers = {}
    raise HandlerFailed("A declared call was redirected too often.")


class _NotConnected(HandlerFailed):
    """Nobody listens at one address; the host may have another."""


def _hop(
    request: Request, url: str, headers: Mapping[str, str], end: float, look_up: Resolve
) -> tuple[Reply, str]:
    scheme, host, port = _origin(url)
    *others, last = reachable(host, port, request.allow_private, end - time.monotonic(), look_up)
    for address in others:
        with contextlib.suppress(_NotConnected):
            connection = _connection(scheme, host, address, port)
            return _asked(connection, request, url, headers, end)
    return _asked(_connection(scheme, host, last, port), request, url, headers, end)


def _asked(
    connection: HTTPConnection, request: Request, url: str, headers: Mapping[str, str], end: float
) -> tuple[Reply, str]:
    left = end - time.monotonic()
    if left <= 0:
        raise DeadlineExceeded("A declared call took longer than its timeout.")
    connection.timeout = left
    cut = _Cut(connection, left)
    try:
        with cut:
            connection.connect()
            cut.sock = connection.sock  # http.client lets go of it before the body is read
            parts = urlsplit(url)
            target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            sent = {"Host": _host(*_origin(url)), "Accept-Encoding": "identity", **headers}
            connection.request(
                request.method, target, body=request.body, headers=sent, preload_content=False
            )
            response = connection.getresponse()
            body = _read(response)
        if cut.happened:  # what ends with the connection looks whole then
            raise TimeoutError
        told = response.headers
        content = told.get("content-type") or "", told.get("content-encoding") or ""
        return Reply(response.status, body, *content), told.get("location") or ""
    except _BROKEN as error:
        raise _failure(error, cut.happened) from None
    finally:
        connection.close()


def _failure(error: Exception, cut: bool) -> ServiceFailed:
    # Without its cause: urllib3's sentences hold the URL, and with it a citizen's answers.
    name = type(error).__name__
    if isinstance(error, causes.NewConnectionError) and not cut:
        # urllib3 counts a connection that was refused among the time-outs.
        return _NotConnected(f"A declared call found nobody at its address ({name}).")
    if cut or isinstance(error, causes.TimeoutError | TimeoutError):
        return DeadlineExceeded("A declared call took longer than its timeout.")
    return HandlerFailed(f"A declared call got no whole reply ({name}).")


class _Cut:
    """Ends an exchange in time, also when the other side sends a byte now and then."""

    def __init__(self, connection: HTTPConnection, seconds: float) -> None:
        self.happened = False
        self.sock: socket.socket | None = None
        self._connection = connection
        self._timer = threading.Timer(seconds, self._now)
        self._timer.daemon = True

    def __enter__(self) -> None:
        self._timer.start()

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()

    def _now(self) -> None:
        self.happened = True
        sock = self.sock or self._connection.sock
        if sock is not None:
            with contextlib.suppress(OSError):  # it may have ended by itself
                # Not TLS's own shutdown, which another thread that reads would not survive.
                socket.socket.shutdown(sock, socket.SHUT_RDWR)


def _read(response: HTTPResponse) -> bytes:
    body = b""
    # To the empty piece: only there does an answer that broke off show.
    while piece := response.read(min(_PIECE, LARGEST_REPLY + 1 - len(body)), decode_content=False):
        body += piece
        if len(body) > LARGEST_REPLY:
            raise HandlerFailed("A declared call got a reply of over 256 KiB.")
    return body


def _connection(scheme: str, host: str, address: str, port: int) -> HTTPConnection:
    if scheme == "http":
        return HTTPConnection(address, port)
    return HTTPSConnection(address, port, server_hostname=host, assert_hostname=host)


def _origin(url: str) -> tuple[str, str, int]:
    try:
        parts = urlsplit(url)
        if parts.scheme in _PORTS and parts.hostname and not parts.username:
            return parts.scheme, parts.hostname, parts.port or _PORTS[parts.scheme]
    except ValueError:
        pass
    raise HandlerFailed("A declared call leads to something that is no web address.")


def _host(scheme: str, host: str, port: int) -> str:
    shown = f"[{host}]" if ":" in host else host
    return shown if port == _PORTS[scheme] else f"{shown}:{port}"


def _next_url(url: str, location: str) -> str:
    try:
        following = urljoin(url, location)
    except ValueError:  # brackets that hold no IPv6 address
        raise HandlerFailed("A declared call leads to something that is no web address.") from None
    if url.startswith("https:") and not following.startswith("https:"):
        raise HandlerFailed("A declared call was redirected from https to http.")
    return following
