"""The way in for granian's asynchronous side: `gateway serve` takes it.

`granian --interface rsgi --factory gateway.web.rsgi:create`. Other servers call `wsgi:create`, and
need a proxy before them that waits for slow callers.
"""

from __future__ import annotations

from gateway.adapters.system.import_path import forget_working_folder
from gateway.composition.gateway import Gateway
from gateway.deployment.load import load
from gateway.domain.telecom.webhook import WebhookRequest
from gateway.web.app import LONGEST_BODY, create_app
from gateway.web.front import Front, Scope, peer_of
from gateway.web.source_address import source_address
from gateway.web.webhooks import Doors


def create() -> Front:
    """Returns the application of the deployment in the working directory or `GATEWAY_HOME`."""
    forget_working_folder()  # granian puts it first, when it is given us by name
    gateway = Gateway(load(strict=True)).share_time(at_once=False)
    return front_of(gateway)


def front_of(gateway: Gateway) -> Front:
    """Returns the front of one gateway."""
    address = gateway.deployment.settings.server.metrics_address
    if address is not None:
        from gateway.web.metrics_server import show_in_turn

        show_in_turn(gateway, *address)
    doors = Doors(gateway)
    routes = frozenset(doors.routes)
    trusted = gateway.deployment.settings.server.trusted_proxies

    def wants_body(scope: Scope) -> bool:
        route, _, channel = scope.path.lstrip("/").partition("/")
        if route not in routes:
            return True
        head = WebhookRequest(
            method=scope.method,
            path=scope.path,
            query=scope.query_string,
            headers=scope.headers,
            body=b"",
            remote_address=source_address(peer_of(scope), scope.headers, trusted),
            public_url=gateway.public_url,
        )
        return doors.wants_body(route, channel.rstrip("/"), head)

    return Front(
        create_app(gateway),
        threads=gateway.deployment.settings.server.threads,
        longest_body=LONGEST_BODY,
        wants_body=wants_body,
    )
