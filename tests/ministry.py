"""A ministry's system for tests: a real HTTP server on loopback that does as it is told."""

from __future__ import annotations

import contextlib
import json
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.polling import PATIENCE_SECONDS


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as it came."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes


@dataclass
class Ministry:
    """What the server does: `answers` maps a path without its query to what is done for it.

    A pair is a status and a body (JSON unless bytes); a function gets the request handler.
    """

    port: int = 0
    answers: dict[str, Any] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    released: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        """Returns the address of the server."""
        return f"http://127.0.0.1:{self.port}"

    def redirects(self, path: str, location: str, status: int = 302) -> None:
        """Sends whoever asks for a path elsewhere."""

        def redirect(handler: BaseHTTPRequestHandler) -> None:
            handler.send_response(status)
            handler.send_header("Location", location)
            handler.send_header("Content-Length", "0")
            handler.end_headers()

        self.answers[path] = redirect

    def hangs(self, path: str) -> None:
        """Lets whoever asks for a path wait until `released` is set."""

        def hang(handler: BaseHTTPRequestHandler) -> None:
            self.released.wait(PATIENCE_SECONDS)
            handler.close_connection = True

        self.answers[path] = hang


def says(text: bytes) -> Callable[[BaseHTTPRequestHandler], None]:
    """Returns an answer of these very bytes, after which the connection is closed."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(text)
        handler.close_connection = True

    return answer


@contextlib.contextmanager
def ministry(tls: ssl.SSLContext | None = None) -> Iterator[Ministry]:
    """Yields a running server, with TLS where a context is given."""
    about = Ministry()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _serve(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            about.asked.append(Asked(self.command, self.path, headers, body))
            answer = about.answers.get(self.path.partition("?")[0], (404, {}))
            if callable(answer):
                answer(self)
                return
            status, said = answer
            text = said if isinstance(said, bytes) else json.dumps(said).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        do_GET = do_POST = do_PUT = do_DELETE = _serve

        def log_message(self, *_: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: object) -> None:
            pass  # a caller that hangs up is part of the tests

    server = Server(("127.0.0.1", 0), Handler)
    about.port = server.server_address[1]
    if tls is not None:  # each handshake in the thread of its own connection
        server.socket = tls.wrap_socket(
            server.socket, server_side=True, do_handshake_on_connect=False
        )
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield about
    finally:
        about.released.set()
        server.shutdown()
        server.server_close()
        thread.join()
