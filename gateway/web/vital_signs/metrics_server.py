"""`/metrics` and health on an address of their own, apart from what providers call.

A worker shows them while it works; of the processes of a web server one does.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask

from gateway.composition.gateway import Gateway
from gateway.domain.faults_and_errors.errors import Refused
from gateway.web import own_address
from gateway.web.vital_signs.health import add_health
from gateway.web.vital_signs.metrics import add_metrics


@contextmanager
def shown(gateway: Gateway, host: str, port: int) -> Iterator[int]:
    """Serves them on an address meanwhile, in a thread; yields the port. Raises Refused."""
    try:
        server = own_address.server_on(_application(gateway), host, port)
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
    own_address.show_in_turn(lambda: _application(gateway), host, port, called="metrics")


def _application(gateway: Gateway) -> Flask:
    app = Flask("gateway.web.vital_signs.metrics", static_folder=None)
    add_health(app, gateway)
    add_metrics(app, gateway)
    return app
