"""Around each request: its id, and where it is asked for, one line in the log when it is over."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from gateway.adapters.system.request_id import CURRENT, Network, request_id

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

log = logging.getLogger("gateway.access")

HEADER = "X-Request-ID"


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
            if self._lines:
                self._tell(environ, told, self._monotonic() - began)
            CURRENT.reset(token)

    def _tell(self, environ: WSGIEnvironment, status: str, seconds: float) -> None:
        first, _, rest = environ.get("PATH_INFO", "").strip("/").partition("/")
        route = first if first in self._routes else "other"
        channel = rest if rest in self._channels else ""
        method = environ.get("REQUEST_METHOD", "")
        fields = {
            "method": method if method in _METHODS else "other",
            "route": route,
            "channel": channel,
            "status": int(status),
            "ms": round(seconds * 1000),
        }
        place = f"/{route}/{channel}" if channel else f"/{route}"
        sentence = f"{fields['method']} {place} was answered {status} in {fields['ms']} ms."
        log.info("%s", sentence, extra={"fields": fields})


_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"})
