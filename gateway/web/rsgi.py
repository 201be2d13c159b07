"""The way in for granian's asynchronous side: `gateway serve` takes it.

`granian --interface rsgi --factory gateway.web.rsgi:create`. Other servers call `wsgi:create`, and
need a proxy before them that waits for slow callers.
"""

from __future__ import annotations

from http import HTTPStatus
from urllib.parse import unquote

from gateway.adapters.system.import_path import forget_working_folder
from gateway.composition.gateway import Gateway
from gateway.deployment.load import load
from gateway.domain.faults_and_errors.errors import TooLarge, TooSlow
from gateway.web.access import Refused
from gateway.web.app import access_of, create_app, show_console
from gateway.web.direct import Direct
from gateway.web.front.exchange import Scope, peer_of
from gateway.web.front.front import Front
from gateway.web.replay import replay_in_turn
from gateway.web.webhooks import LONGEST_BODY


def create() -> Front:
    """Returns the application of the deployment in the working directory or `GATEWAY_HOME`."""
    forget_working_folder()  # granian puts it first, when it is given us by name
    gateway = Gateway(load(strict=True)).share_time()
    return front_of(gateway)


def front_of(gateway: Gateway) -> Front:
    """Returns the front of one gateway."""
    address = gateway.deployment.settings.server.metrics_address
    if address is not None:
        from gateway.web.vital_signs.metrics_server import show_in_turn

        show_in_turn(gateway, *address)
    show_console(gateway)
    replay_in_turn(gateway)
    application = create_app(gateway)
    access = access_of(application)
    direct = Direct(gateway, access)

    def refused(scope: Scope, status: int, seconds: float) -> str:
        _count(gateway, scope, status)
        given = scope.headers.get("x-request-id", "")
        request = Refused(scope.method, unquote(scope.path), peer_of(scope), given)
        return access.refused(request, status, seconds)

    return Front(
        application,
        threads=gateway.deployment.settings.server.threads,
        longest_body=LONGEST_BODY,
        direct=direct,
        together=direct.together,
        room=direct.room,
        refused=refused,
    )


def _count(gateway: Gateway, scope: Scope, status: int) -> None:
    """Counts what the front has refused, as the application counts what it refuses."""
    channel = unquote(scope.path).strip("/").partition("/")[2]
    known = channel if channel in gateway.channels else "unknown"
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        gateway.counters.add("webhooks_failed", channel=known, status=str(status))
        return
    code = {TooSlow.status: TooSlow.code}.get(status, TooLarge.code)
    gateway.counters.add("webhooks_rejected", channel=known, code=code)
