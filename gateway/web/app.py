"""The Flask application: webhooks, health, metrics, and in development the phone."""

from __future__ import annotations

import logging
from collections.abc import Collection
from typing import TYPE_CHECKING, cast

from flask import Flask, Response, redirect, request, url_for
from werkzeug import Response as BaseResponse
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from gateway.composition.gateway import Gateway
from gateway.deployment.load import refuse_console_in_the_clear
from gateway.domain.faults_and_errors.errors import (
    TooLarge,
)
from gateway.web.access import Access
from gateway.web.alerts import add_alerts
from gateway.web.console.mount import PREFIX, Mounted, alone
from gateway.web.own_address import show_in_turn
from gateway.web.phone import add_phone
from gateway.web.vital_signs.health import add_health, add_live
from gateway.web.vital_signs.metrics import add_metrics
from gateway.web.webhooks import (
    LONGEST_BODY,
    add_webhooks,
    plain,
    reply_to_error,
    response_of,
)

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

log = logging.getLogger(__name__)

#: What is said at `/` in production.
FRONT_DOOR = "A citizen gateway answers here. There is no page to see; providers know its webhooks."


def create_app(gateway: Gateway) -> Flask:
    """Returns the WSGI application for one gateway; it runs under any WSGI server."""
    app = Flask("gateway.web", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = LONGEST_BODY
    add_webhooks(app, gateway)
    add_alerts(app, gateway)
    if gateway.deployment.settings.server.metrics_address is None:
        add_health(app, gateway)
        add_metrics(app, gateway)
    else:  # they have an address of their own, which providers do not call
        add_live(app)
    if gateway.deployment.development:
        add_phone(app, gateway)
    _add_front_door(app, to_phone=gateway.deployment.development)
    _add_errors(app, gateway)
    routes = {rule.rule.split("/")[1] for rule in app.url_map.iter_rules()}
    if gateway.deployment.has_console and gateway.deployment.settings.console.address is None:
        app.wsgi_app = Mounted(app.wsgi_app, lambda: _console(gateway))  # type: ignore[method-assign]
        routes.add(PREFIX.strip("/"))
    app.wsgi_app = _access(app.wsgi_app, routes, gateway)  # type: ignore[method-assign]
    return app


def show_console(gateway: Gateway) -> None:
    """Serves the console on an address of its own, in a thread, where one is set.

    Raises Refused for a console in the clear, however it is served.
    """
    refuse_console_in_the_clear(gateway.deployment)
    address = gateway.deployment.settings.console.address
    if address is not None and gateway.deployment.has_console:
        show_in_turn(
            lambda: _access(alone(lambda: _console(gateway)), {PREFIX.strip("/")}, gateway),
            *address,
            called="console",
        )


def _console(gateway: Gateway) -> WSGIApplication:
    from gateway.web.console.app import create_console  # its forms and codes: not for every process

    return create_console(gateway)


def _access(inner: WSGIApplication, routes: Collection[str], gateway: Gateway) -> Access:
    return Access(
        inner,
        routes=routes,
        channels=gateway.channels,
        lines=gateway.deployment.settings.log_access,
        monotonic=gateway.clock.monotonic,
        trusted=gateway.deployment.settings.server.trusted_proxies,
        has_paths=lambda name: (
            (found := gateway.providers.get(name)) is not None and found.has_paths
        ),
    )


def access_of(app: Flask) -> Access:
    """Returns what stands around the application, for what is refused before it."""
    return cast(Access, app.wsgi_app)


def _add_front_door(app: Flask, *, to_phone: bool) -> None:
    """Adds `/`, which a person tries first: no provider and no citizen asks for it."""

    @app.get("/")
    def front_door() -> BaseResponse:
        if to_phone:
            return redirect(url_for("phone.page"))
        return _plain(404, FRONT_DOOR)


def _add_errors(app: Flask, gateway: Gateway) -> None:
    def failed(error: Exception) -> Response:
        channel = (request.view_args or {}).get("channel", "").partition("/")[0]
        return response_of(reply_to_error(gateway, channel, error))

    def too_large(_: RequestEntityTooLarge) -> Response:
        room = request.max_content_length or LONGEST_BODY
        return failed(TooLarge(f"The body is over {room // 1024} KiB."))

    def http_error(error: HTTPException) -> Response:
        return _plain(error.code or 500, error.name)

    app.register_error_handler(RequestEntityTooLarge, too_large)
    app.register_error_handler(HTTPException, http_error)
    app.register_error_handler(Exception, failed)


def _plain(status: int, sentence: str) -> Response:
    return response_of(plain(status, sentence))
