"""The front of the web server: waits for slow callers, so that no thread that answers ever does.

It speaks granian's asynchronous interface. Bodies are waited for without any thread, bounded in
size and time; threads answer what has arrived whole, directly or through the same WSGI application
that any other server would call. What the head of a request disproves is refused without its body.
That the process lives is told without any thread.

granian brings each request, and each body, from a thread of its own to an event loop. To wake that
loop and to make a task cost as much as the rest of an empty request, twice. So the front takes from
granian's thread what is its own, and leaves everything else to the loop.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from types import CoroutineType
from typing import TYPE_CHECKING, Any

from gateway.adapters.threads.kept_threads import KeptThreads
from gateway.web.front.exchange import Answer, Arriving, Exchange, Reply, Room, Scope, WithOthers
from gateway.web.front.gathering import Gathering
from gateway.web.front.request import Request
from gateway.web.front.wsgi_call import reply_of

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

log = logging.getLogger(__name__)

#: How long a body may take. Providers send theirs in one piece, within a second.
BODY_SECONDS = 5.0
#: Bodies that are waited for at once, in one process; a further one is told to come again.
MOST_BODIES = 2000

#: How often is looked for bodies that take too long.
LOOK_SECONDS = 0.25

LIVE = "/health/live"
_ALIVE: Reply = (200, [("content-type", "application/json")], b'{"status":"ok"}\n')
_PLAIN = [("content-type", "text/plain; charset=utf-8")]
_MISTAKE: Reply = (500, _PLAIN, b"The gateway made a mistake.\n")


class Front:
    """An RSGI application before a WSGI one.

    `direct` is asked with the head of each request, and must not block: what it returns answers the
    request without the application. `threads` answer; what is answered `together` goes to one
    thread more, which gives it all that have come meanwhile. A body is `longest_body` at most; for
    what the application answers `room` says how long it may be and take, and it is not waited for
    where it has none: whom the head does not prove at the door of a webhook is refused without.
    `refused` is told of each request that none of them sees, with its status and the seconds that
    it took, and gives it a name.
    """

    def __init__(
        self,
        application: WSGIApplication,
        *,
        threads: int,
        longest_body: int,
        direct: Callable[[Scope], Answer | WithOthers | None] = lambda scope: None,
        together: Callable[[Sequence[tuple[Any, bytes]]], Sequence[Reply]] = lambda asked: (),
        room: Callable[[Scope], Room] | None = None,
        body_seconds: float = BODY_SECONDS,
        refused: Callable[[Scope, int, float], str] = lambda scope, status, seconds: "",
    ) -> None:
        self._application = application
        self._longest_body, self._body_seconds = longest_body, body_seconds
        self._direct, self._refused = direct, refused
        self._any = Room(longest_body)
        self._room = room or (lambda scope: self._any)
        self._together = together
        self._gathering = Gathering(self._answer_together, "answer-together")
        self._threads = KeptThreads(self._work, size=threads, name="answer")
        # In the order in which they began. Who takes one out of it answers it.
        self._bodies: dict[Request, None] = {}
        self._loop_takes: Callable[..., Any] | None = None

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Stands between granian and its event loop; raises TypeError for any but asyncio's own."""
        if not isinstance(loop, asyncio.BaseEventLoop):
            raise TypeError("The front needs asyncio's own event loop: granian --loop asyncio")
        self._loop_takes = loop.call_soon_threadsafe
        loop.call_soon_threadsafe = self._take  # type: ignore[method-assign,assignment] # see above
        loop.call_later(LOOK_SECONDS, self._look, loop)

    def __rsgi__(self, scope: Scope, exchange: Exchange) -> Request:
        """Returns the request; granian awaits it."""
        return Request(self.arrived, scope, exchange)

    def _take(self, callback: Callable[..., Any], *given: Any, context: Any = None) -> Any:
        """Takes what granian's thread tells its loop."""
        if isinstance(callback, Request):  # its body has arrived, or a part of it
            self._guarded(callback, self.arrived, *given)
        elif given and isinstance(given[0], CoroutineType):  # awaits what `__rsgi__` returns
            request: Request = given[0].send(None)
            request.coroutine = given[0]
            self._guarded(request, self._begin)
        elif self._loop_takes is not None:
            return self._loop_takes(callback, *given, context=context)
        return None

    def _guarded(self, request: Request, step: Callable[..., None], *given: Any) -> None:
        """Takes a step of a request. Nobody catches what is raised in granian's thread."""
        try:
            step(request, *given)
        except Exception as error:
            self._bodies.pop(request, None)
            _tell(error)
            request.reply(_MISTAKE)

    def _begin(self, request: Request) -> None:
        scope, headers = request.scope, request.scope.headers
        if scope.path == LIVE:
            request.reply(_ALIVE)
            return
        request.answer = self._direct(scope)
        length, in_parts = headers.get("content-length", "0"), "transfer-encoding" in headers
        has_body = in_parts or length != "0"
        if has_body:
            request.room = self._any if request.answer else self._room(scope)
        if not request.room.octets:
            self._hand_over(request)
            return
        request.began = time.monotonic()
        request.until = request.began + (request.room.seconds or self._body_seconds)
        if int(length) > request.room.octets and request.room.page:
            request.unread = length
            self._hand_over(request)
        elif int(length) > request.room.octets:
            self._refuse(request, 413, _too_long(request))
        elif len(self._bodies) >= MOST_BODIES:
            self._refuse(request, 503, "Too many requests are waited for. Send it again.")
        else:
            self._bodies[request] = None
            if in_parts:
                request.parts = bytearray()
                request.exchange.__aiter__()
                request.wait_for(request.exchange.__anext__())
            else:
                request.wait_for(request.exchange())

    def arrived(self, request: Request, arriving: Arriving) -> None:
        """Takes a body, or a part of one, unless its request was refused meanwhile."""
        if request not in self._bodies:
            return
        try:
            part, parts = bytes(arriving.result()), request.parts
        except Exception:  # its caller has gone: nobody reads what is said
            if self._claims(request):
                request.reply(_MISTAKE)
            return
        if parts is None:
            request.body = part
        else:
            parts += part
            if len(parts) > request.room.octets:
                if self._claims(request):
                    self._refuse(request, 413, _too_long(request))
                return
            try:
                request.wait_for(request.exchange.__anext__())
                return
            except StopAsyncIteration:
                request.body = bytes(parts)
        if self._claims(request):
            self._hand_over(request)

    def _hand_over(self, request: Request) -> None:
        """Lets a thread answer a request that has arrived whole."""
        if isinstance(request.answer, WithOthers):
            self._gathering.put(request)
        elif not self._threads.take(request, may_wait=True):
            raise RuntimeError("The machine has no thread for it, and none answers others.")

    def _claims(self, request: Request) -> bool:
        """Returns whether a request that waited for its body is the caller's to answer."""
        try:
            del self._bodies[request]
        except KeyError:
            return False
        return True

    def _look(self, loop: asyncio.AbstractEventLoop) -> None:
        """Gives up the bodies that take too long."""
        loop.call_later(LOOK_SECONDS, self._look, loop)
        now = time.monotonic()
        for request in list(self._bodies):
            if request.until <= now and self._claims(request):
                if request.arriving is not None:
                    request.arriving.cancel()
                seconds = request.room.seconds or self._body_seconds
                late = f"The body did not come within {seconds:g} s."
                self._guarded(request, self._refuse, 408, late)

    def _refuse(self, request: Request, status: int, sentence: str) -> None:
        """Answers a request without reading it."""
        name = self._refused(request.scope, status, time.monotonic() - request.began)
        headers = [*_PLAIN, ("x-request-id", name)]
        request.reply((status, headers, f"{sentence}\n".encode()))

    def _work(self, request: Request) -> None:
        try:
            if callable(request.answer):
                reply = request.answer(request.body)
            else:
                reply = reply_of(self._application, request.scope, request.body, request.unread)
            request.reply(reply)
        except Exception as error:  # the application answers its own mistakes; this is the server's
            _tell(error)
            request.reply(_MISTAKE)

    def _answer_together(self, gathered: Sequence[Request]) -> None:
        try:
            asked = [
                (request.answer.asked, request.body)
                for request in gathered
                if isinstance(request.answer, WithOthers)
            ]
            replies = self._together(asked)
        except Exception as error:
            _tell(error)
            replies = [_MISTAKE] * len(gathered)
        for request, reply in zip(gathered, replies, strict=True):
            self._guarded(request, Request.reply, reply)


def _too_long(request: Request) -> str:
    return f"The body is over {request.room.octets // 1024} KiB."


def _tell(error: Exception) -> None:
    log.error("A request could not be answered: %s", type(error).__name__)
