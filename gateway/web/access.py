"""Around each request: where it comes from, its id, and one line in the log when it is over."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextvars import Token
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gateway.adapters.system.request_id import CURRENT, Network, request_id, working_on
from gateway.domain.inbound.ip_addresses import address_of, without_port

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


class Named:
    """A request from its head on: its id, since when, and the status once it is known.

    Entered, it is named in each line of the log; left, it is told of.
    """

    __slots__ = ("_access", "_before", "_began", "_method", "_path", "name", "status")

    def __init__(self, access: Access, method: str, path: str, name: str) -> None:
        self._access, self._method, self._path = access, method, path
        self._began = access.seconds() if access.lines else 0.0
        self.name, self.status = name, 500

    def __enter__(self) -> Named:
        self._before: Token[str] = CURRENT.set(self.name)
        return self

    def __exit__(self, *raised: object) -> None:
        if self._access.lines:
            seconds = self._access.seconds() - self._began
            self._access.tell(self._method, self._path, self.status, seconds)
        CURRENT.reset(self._before)


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
        has_paths: Callable[[str], bool] = lambda channel: False,
    ) -> None:
        self._trusted = trusted
        self._inner, self.lines, self.seconds = inner, lines, monotonic
        self._routes, self._channels = frozenset(routes), channels
        self._has_paths = has_paths

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answers the request with its id in a header."""
        method, path = environ.get("REQUEST_METHOD", ""), environ.get("PATH_INFO", "")
        given, peer = environ.get("HTTP_X_REQUEST_ID", ""), environ.get("REMOTE_ADDR", "")
        with self.around(method, path, given, peer) as request:

            def start(status: str, headers: list[tuple[str, str]], *error: Any) -> Any:
                request.status = int(status[:3])
                headers.append((HEADER, request.name))
                return start_response(status, headers, *error)

            return self._inner(environ, start)

    def around(self, method: str, path: str, given: str, peer: str) -> Named:
        """Returns a request that is answered from now on, to be entered.

        `given` is the id that came with it from `peer`.
        """
        name = request_id(given, peer, self._trusted) if given else os.urandom(16).hex()
        return Named(self, method, path, name)

    def refused(self, request: Refused, status: int, seconds: float) -> str:
        """Tells of a request that the server has refused before it came here; returns its id."""
        name = request_id(request.given_id, request.peer, self._trusted)
        with working_on(name):
            self.tell(request.method, request.path, status, seconds)
        return name

    def tell(self, method: str, path: str, status: int, seconds: float) -> None:
        """Writes the line of a request that is over, where lines are wanted."""
        if not self.lines:
            return
        first, _, rest = path.strip("/").partition("/")
        route = first if first in self._routes else "other"
        name, _, beyond = rest.partition("/")
        is_known = name in self._channels and (not beyond or self._has_paths(name))
        channel = name if is_known else ""
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

#: More hops are no chain of proxies.
_MOST_HOPS = 10


def source_address(peer: str, headers: Mapping[str, str], trusted: Sequence[Network]) -> str:
    """Returns the address of the first that is no trusted proxy, seen from here.

    Only a trusted peer is believed what it says in `X-Forwarded-For`, and each hop only what the
    one nearer to us says of it: whatever a caller writes there by itself stands further left.

    >>> source_address("203.0.113.7", {"x-forwarded-for": "10.0.0.1"}, ())
    '203.0.113.7'
    """
    if not trusted or not _is_in(peer, trusted):
        return peer
    hops = [hop.strip() for hop in headers.get("x-forwarded-for", "").split(",") if hop.strip()]
    source = peer
    for hop in reversed(hops[-_MOST_HOPS:]):
        source = without_port(hop)  # or each connection of a caller would look like another caller
        if not _is_in(source, trusted):
            break
    return source


def _is_in(text: str, networks: Sequence[Network]) -> bool:
    address = address_of(text)
    return address is not None and any(address in network for network in networks)
