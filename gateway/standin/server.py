"""Runs the stand-in: in a thread for tests, or as a process of its own."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from flask import Flask

from gateway.standin.app import EXTENSION, create_app
from gateway.standin.config import StandinConfig


@contextlib.contextmanager
def running(app: Flask) -> Iterator[str]:
    """Yields the address of the app, served on a free port of this machine by a thread."""
    from werkzeug.serving import WSGIRequestHandler, make_server

    class Quiet(WSGIRequestHandler):
        protocol_version = "HTTP/1.1"  # keeps connections open, as providers do

        def log(self, type: str, message: str, *args: object) -> None:
            """Writes nothing: the log would hold URLs with their secrets."""

    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=partial(server.serve_forever, 0.01), name="standin")
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        if EXTENSION in app.extensions:
            app.extensions[EXTENSION].reports.close()


def serve(port: int, config: StandinConfig, host: str = "127.0.0.1") -> None:
    """Serves the stand-in until the process is told to stop.

    One worker, because the SMS it took are kept in memory; Granian, because it leaves the CPU to
    what is being measured.
    """
    from granian.constants import Interfaces
    from granian.server import Server

    Server(
        "gateway.standin.app",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=8,
        log_enabled=False,
    ).serve(target_loader=partial(_load, config), wrap_loader=False)


def _load(config: StandinConfig) -> Callable[..., Any]:
    return create_app(config)
