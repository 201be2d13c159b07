"""The front of the web server: waits for slow callers, so that no thread that answers ever does.

It speaks granian's asynchronous interface (RSGI, https://github.com/emmett-framework/granian).
An event loop takes the bodies, bounded in size and time; threads answer what has arrived whole,
through the same WSGI application that any other server would call. What the head of a request
disproves is refused without its body. That the process lives is told by the event loop itself.
"""

from __future__ import annotations

import asyncio
import io
import logging
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import unquote_to_bytes

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

log = logging.getLogger(__name__)

#: How long a body may take. Providers send theirs in one piece, within a second.
BODY_SECONDS = 5.0
#: Bodies that are waited for at once, in one process; a further one is told to come again.
MOST_BODIES = 2000

#: How often the event loop ends the requests that were answered, when no other comes.
LOOK_SECONDS = 0.05

LIVE = "/health/live"
_LIVE_REPLY = b'{"status":"ok"}\n'
_PLAIN = [("content-type", "text/plain; charset=utf-8")]


class Scope(Protocol):
    """The head of a request, as granian gives it."""

    scheme: str
    method: str
    path: str
    query_string: str
    client: str
    server: str
    http_version: str
    headers: Any


class Exchange(Protocol):
    """The rest of the request, and the way to answer it."""

    def __call__(self) -> Any: ...
    def __aiter__(self) -> Any: ...
    def response_bytes(
        self, status: int, headers: Sequence[tuple[str, str]], body: bytes
    ) -> None: ...


#: Answers a request with its body: status, headers and body.
Answer = Callable[[bytes], tuple[int, list[tuple[str, str]], bytes]]


@dataclass(frozen=True, slots=True)
class Whole:
    """A request that has arrived; `answered` is set when its reply is on its way.

    `answer` is what answers it directly; without one the application does.
    """

    scope: Scope
    body: bytes
    exchange: Exchange
    answered: asyncio.Future[None]
    answer: Answer | None


class Front:
    """An RSGI application before a WSGI one.

    `direct` is asked with the head of each request, and must not block: what it returns answers the
    request without the application. `threads` answer. The body of a request is waited for where
    somebody wants it: whom the head does not prove at the door of a webhook is refused without.
    `refused` is told of each request that none of them sees, with its status and the seconds that
    it took, and gives it a name.
    """

    def __init__(
        self,
        application: WSGIApplication,
        *,
        threads: int,
        longest_body: int,
        direct: Callable[[Scope], Answer | None] = lambda scope: None,
        wants_body: Callable[[Scope], bool] = lambda scope: True,
        body_seconds: float = BODY_SECONDS,
        refused: Callable[[Scope, int, float], str] = lambda scope, status, seconds: "",
    ) -> None:
        self._application = application
        self._longest_body, self._body_seconds = longest_body, body_seconds
        self._direct, self._wants_body, self._refused = direct, wants_body, refused
        self._arrived: SimpleQueue[Whole] = SimpleQueue()
        self._bodies = 0
        self._finished: deque[asyncio.Future[None]] = deque()
        self._in_flight = 0
        self._looks = False
        for number in range(threads):
            threading.Thread(target=self._work, name=f"answer-{number}", daemon=True).start()

    async def __rsgi__(self, scope: Scope, exchange: Exchange) -> None:
        """Answers one request."""
        if scope.path == LIVE:
            exchange.response_bytes(200, [("content-type", "application/json")], _LIVE_REPLY)
            return
        body, answer = b"", self._direct(scope)
        if self._has_body(scope) and (answer is not None or self._wants_body(scope)):
            began = time.monotonic()
            try:
                body = await self._body(scope, exchange)
            except _Refused as refused:
                name = self._refused(scope, refused.status, time.monotonic() - began)
                headers = [*_PLAIN, ("x-request-id", name)]
                exchange.response_bytes(refused.status, headers, f"{refused}\n".encode())
                return
        loop = asyncio.get_running_loop()
        answered: asyncio.Future[None] = loop.create_future()
        self._in_flight += 1
        self._arrived.put(Whole(scope, body, exchange, answered, answer))
        self._let_go()
        if not self._looks:
            self._looks = True
            loop.call_later(LOOK_SECONDS, self._look, loop)
        await answered

    def _let_go(self) -> None:
        """Ends the requests that were answered: nobody waits for that, so not one by one."""
        while self._finished:
            self._in_flight -= 1
            answered = self._finished.popleft()
            if not answered.done():
                answered.set_result(None)

    def _look(self, loop: asyncio.AbstractEventLoop) -> None:
        self._let_go()
        self._looks = self._in_flight > 0
        if self._looks:
            loop.call_later(LOOK_SECONDS, self._look, loop)

    def _has_body(self, scope: Scope) -> bool:
        headers = scope.headers
        return headers.get("content-length", "0") != "0" or "transfer-encoding" in headers

    async def _body(self, scope: Scope, exchange: Exchange) -> bytes:
        """Returns the body; raises _Refused when it is too long, too slow, or one too many."""
        announced = scope.headers.get("content-length")
        if announced is not None and int(announced) > self._longest_body:
            raise _Refused(413, f"The body is over {self._longest_body // 1024} KiB.")
        if self._bodies >= MOST_BODIES:
            raise _Refused(503, "Too many requests are waited for. Send it again.")
        self._bodies += 1
        try:
            async with asyncio.timeout(self._body_seconds):
                if announced is not None:
                    return bytes(await exchange())
                return await self._chunks(exchange)
        except TimeoutError:
            late = f"The body did not come within {self._body_seconds:g} s."
            raise _Refused(408, late) from None
        finally:
            self._bodies -= 1

    async def _chunks(self, exchange: Exchange) -> bytes:
        body = bytearray()
        async for chunk in exchange:
            body += chunk
            if len(body) > self._longest_body:
                raise _Refused(413, f"The body is over {self._longest_body // 1024} KiB.")
        return bytes(body)

    def _work(self) -> None:
        while True:
            whole = self._arrived.get()
            try:
                answer = whole.answer
                status, headers, body = answer(whole.body) if answer else self._answer(whole)
            except (
                Exception
            ) as error:  # the application answers its own mistakes; this is the server's
                log.error("A request could not be answered: %s", type(error).__name__)
                status, headers, body = 500, _PLAIN, b"The gateway made a mistake.\n"
            whole.exchange.response_bytes(status, headers, body)
            self._finished.append(whole.answered)

    def _answer(self, whole: Whole) -> tuple[int, list[tuple[str, str]], bytes]:
        started: list[tuple[int, list[tuple[str, str]]]] = []
        written: list[bytes] = []  # PEP 3333 allows it; nothing of ours writes so

        def start_response(
            status: str, headers: list[tuple[str, str]], exc_info: object = None, /
        ) -> Callable[[bytes], object]:
            started.append((int(status[:3]), [(name.lower(), value) for name, value in headers]))
            return written.append

        pieces = self._application(environ_of(whole.scope, whole.body), start_response)
        try:
            body = b"".join([*written, *pieces])
        finally:
            close = getattr(pieces, "close", None)
            if close is not None:
                close()
        status, headers = started[-1]
        return status, headers, b"" if whole.scope.method == "HEAD" else body


def environ_of(scope: Scope, body: bytes) -> dict[str, Any]:
    """Returns the request as a WSGI application reads it (PEP 3333)."""
    host, _, port = scope.server.rpartition(":")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(scope.path).decode("latin-1"),
        "QUERY_STRING": scope.query_string,
        "SERVER_NAME": host or "localhost",
        "SERVER_PORT": port or "80",
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "REMOTE_ADDR": peer_of(scope),
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for name, value in scope.headers.items():
        if name == "content-type":
            environ["CONTENT_TYPE"] = value
        elif name not in ("content-length", "transfer-encoding"):
            environ["HTTP_" + name.upper().replace("-", "_")] = value
    return environ


def peer_of(scope: Scope) -> str:
    """Returns the address of the other end of the connection, without its port."""
    return scope.client.rpartition(":")[0].strip("[]")


class _Refused(Exception):
    """A request that is answered without being read."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = HTTPStatus(status).value
