"""Servers on loopback that behave badly below HTTP, and ones that answer from a script."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from flask import Flask, Response, request

from gateway.standin.server import running


@contextlib.contextmanager
def raw_server(serve: Callable[[socket.socket], None]) -> Iterator[str]:
    """Yields `host:port` of a server that lets `serve` handle one connection, then closes it."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def run() -> None:
            with contextlib.suppress(OSError):
                connection, _ = listener.accept()
                with connection:
                    connection.settimeout(5)
                    serve(connection)

        thread = threading.Thread(target=run)
        thread.start()
        try:
            yield f"127.0.0.1:{listener.getsockname()[1]}"
        finally:
            with contextlib.suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)  # wakes an accept that still waits
            thread.join()


def read_request(connection: socket.socket) -> bytes:
    """Returns the head and as much of the body as arrived with it."""
    received = b""
    while b"\r\n\r\n" not in received:
        received += connection.recv(65536)
    return received


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer of a scripted API."""

    status: int
    body: str | bytes = ""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Script:
    """A running API that gives its answers in order, and what it was asked."""

    url: str
    forms: list[dict[str, str]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)


@contextlib.contextmanager
def scripted_api(answers: Sequence[Answer]) -> Iterator[Script]:
    """Yields an API that gives these answers and records the requests."""
    app, left, script = Flask(__name__), list(answers), Script("")

    @app.route("/", defaults={"path": ""}, methods=["GET", "POST"])
    @app.route("/<path:path>", methods=["GET", "POST"])
    def answer(path: str) -> Response:
        script.bodies.append(request.get_data())  # before the form is read, which takes it
        script.paths.append(f"{request.method} /{path}")
        script.forms.append(request.form.to_dict())
        script.headers.append(dict(request.headers))
        given = left.pop(0)
        content_type = given.headers.get("Content-Type", "application/json")
        return Response(given.body, given.status, given.headers, content_type=content_type)

    with running(app) as url:
        script.url = url
        yield script
