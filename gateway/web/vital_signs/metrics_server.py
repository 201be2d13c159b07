"""`/metrics` and health on an address of their own, apart from what providers call.

A worker shows them while it works. Of the processes of a web server one has the address; when it
ends, another takes it.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from gateway.composition.gateway import Gateway
from gateway.domain.faults_and_errors.errors import Refused
from gateway.web.vital_signs.health import add_health
from gateway.web.vital_signs.metrics import add_metrics

#: How long a connection may keep silent.
_SILENCE_SECONDS = 10.0
#: After so long a process looks again whether the address has become free.
_LOOK_AGAIN_SECONDS = 0.5


class _Quiet(WSGIRequestHandler):
    """Whoever scrapes comes every few seconds, and is no news."""

    timeout = _SILENCE_SECONDS

    def log(self, type: str, message: str, *args: object) -> None:
        """Says nothing."""


@contextmanager
def shown(gateway: Gateway, host: str, port: int) -> Iterator[int]:
    """Serves them on an address meanwhile, in a thread; yields the port. Raises Refused."""
    try:
        server = _server(gateway, host, port)
    except OSError as error:
        raise Refused(
            f"Cannot listen on {host}, port {port}. Choose another address for --metrics."
        ) from error
    thread = threading.Thread(target=server.serve_forever, name="metrics", daemon=True)
    thread.start()
    try:
        yield server.port
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def show_in_turn(gateway: Gateway, host: str, port: int) -> None:
    """Serves them, in a thread, as soon as no other process of this web server does."""

    def keep_on() -> None:
        while True:
            try:
                server = _server(gateway, host, port)
            except OSError:  # another process has it, for as long as it lives
                threading.Event().wait(_LOOK_AGAIN_SECONDS)
                continue
            server.serve_forever()

    threading.Thread(target=keep_on, name="metrics", daemon=True).start()


def _server(gateway: Gateway, host: str, port: int) -> BaseWSGIServer:
    """Returns a server that has the address; raises OSError when another has it."""
    app = Flask("gateway.web.vital_signs.metrics", static_folder=None)
    add_health(app, gateway)
    add_metrics(app, gateway)
    family, kind, protocol, _, address = socket.getaddrinfo(
        host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )[0]
    with socket.socket(family, kind, protocol) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen()
        taken = listener.getsockname()[1]
        return make_server(
            host, taken, app, threaded=True, request_handler=_Quiet, fd=listener.fileno()
        )
