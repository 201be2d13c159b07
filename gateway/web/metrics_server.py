"""`/metrics` and `/health/live` of a process that is no web server: a worker, the ticker."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server

from gateway.composition.gateway import Gateway
from gateway.domain.faults_and_errors.errors import Refused
from gateway.web.health import add_live
from gateway.web.metrics import add_metrics


class _Quiet(WSGIRequestHandler):
    """Whoever scrapes comes every few seconds, and is no news."""

    def log(self, type: str, message: str, *args: object) -> None:
        """Says nothing."""


@contextmanager
def shown(gateway: Gateway, host: str, port: int) -> Iterator[int]:
    """Serves them on an address meanwhile, in a thread; yields the port. Raises Refused."""
    app = Flask("gateway.web.metrics", static_folder=None)
    add_live(app)
    add_metrics(app, gateway)
    try:
        server = make_server(host, port, app, threaded=True, request_handler=_Quiet)
    except (OSError, SystemExit) as error:  # werkzeug exits where a port is taken
        raise Refused(
            f"Cannot listen on {host}, port {port}. Choose another address for --metrics."
        ) from error
    thread = threading.Thread(target=server.serve_forever, name="metrics", daemon=True)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
