"""Call a WSGI application with a request that has arrived whole (PEP 3333)."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes

from gateway.web.front.exchange import Reply, Scope, peer_of

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


def reply_of(application: WSGIApplication, scope: Scope, body: bytes, unread: str = "") -> Reply:
    """Returns what the application answers; raises what it raises.

    Of a body that nobody has read it is told the length.
    """
    started: list[tuple[int, list[tuple[str, str]]]] = []
    written: list[bytes] = []  # PEP 3333 allows it; nothing of ours writes so

    def start_response(
        status: str, headers: list[tuple[str, str]], exc_info: object = None, /
    ) -> Callable[[bytes], object]:
        started.append((int(status[:3]), [(name.lower(), value) for name, value in headers]))
        return written.append

    pieces = application(_environ_of(scope, body, unread), start_response)
    try:
        answer = b"".join([*written, *pieces])
    finally:
        close = getattr(pieces, "close", None)
        if close is not None:
            close()
    status, headers = started[-1]
    return status, headers, b"" if scope.method == "HEAD" else answer


def _environ_of(scope: Scope, body: bytes, unread: str) -> dict[str, Any]:
    """Returns the request as a WSGI application reads it."""
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
        "CONTENT_LENGTH": unread or str(len(body)),
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
        elif name not in ("content-length", "transfer-encoding") and "_" not in name:
            # X_Forwarded_For would be the header that the proxy before us has set.
            environ["HTTP_" + name.upper().replace("-", "_")] = value
    return environ
