"""Around each request: its id, and where it is asked for, one line in the log when it is over."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gateway.adapters.system.request_id import CURRENT, Network, request_id, working_on

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

log = logging.getLogger("gateway.access")

HEADER = "X-Request-ID"


@dataclass(frozen=True, slots=True)
class Refused:
    """What is known of a request that was refused by its head; `peer` is the other end."""

    method: str
    path: str
    peer: str
    given_id: str


class Access:
    """A WSGI application around another.

    A line names the route and the channel as we know them, never the path or the query as they
    came: those may hold a secret, a number or a text.
    """

    def __init__(
        self,
        inner: WSGIApplication,
        *,
        routes: Collection[str],
        channels: Collection[str],
        lines: bool,
        monotonic: Callable[[], float],
        trusted: Sequence[Network] = (),
    ) -> None:
        self._trusted = trusted
        self._inner, self._lines, self._monotonic = inner, lines, monotonic
        self._routes, self._channels = frozenset(routes), channels

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answers the request with its id in a header."""
        began = self._monotonic() if self._lines else 0.0
        given = environ.get("HTTP_X_REQUEST_ID", "")
        peer = environ.get("REMOTE_ADDR", "") if given else ""
        name = request_id(given, peer, self._trusted)
        told = "500"

        def start(status: str, headers: list[tuple[str, str]], *error: Any) -> Any:
            nonlocal told
            told = status[:3]
            headers.append((HEADER, name))
            return start_response(status, headers, *error)

        token = CURRENT.set(name)
        try:
            return self._inner(environ, start)
        finally:
            method, path = environ.get("REQUEST_METHOD", ""), environ.get("PATH_INFO", "")
            self._tell(method, path, int(told), self._monotonic() - began)
            CURRENT.reset(token)

    def refused(self, request: Refused, status: int, seconds: float) -> str:
        """Tells of a request that the server has refused before it came here; returns its id."""
        name = request_id(request.given_id, request.peer, self._trusted)
        with working_on(name):
            self._tell(request.method, request.path, status, seconds)
        return name

    def _tell(self, method: str, path: str, status: int, seconds: float) -> None:
        if not self._lines:
            return
        first, _, rest = path.strip("/").partition("/")
        route = first if first in self._routes else "other"
        channel = rest if rest in self._channels else ""
        fields = {
            "method": method if method in _METHODS else "other",
            "route": route,
            "channel": channel,
            "status": status,
            "ms": round(seconds * 1000),
        }
        place = f"/{route}/{channel}" if channel else f"/{route}"
        sentence = f"{fields['method']} {place} was answered {status} in {fields['ms']} ms."
        log.info("%s", sentence, extra={"fields": fields})


_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"})
