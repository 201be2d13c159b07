"""The Flask application: webhooks, health, metrics, and in development the phone."""

from __future__ import annotations

import logging
from typing import cast

from flask import Flask, Response, redirect, request, url_for
from werkzeug import Response as BaseResponse
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from gateway.adapters.handler_calls.scrubbed_traceback import trace
from gateway.adapters.system.request_id import current_request
from gateway.composition.gateway import Gateway
from gateway.domain.faults_and_errors.errors import (
    StoreUnavailable,
    TooLarge,
    WebhookRejected,
    WrongMethod,
)
from gateway.web.access import Access
from gateway.web.health import add_health, add_live
from gateway.web.metrics import add_metrics
from gateway.web.phone import add_phone
from gateway.web.webhooks import add_webhooks

log = logging.getLogger(__name__)

#: No provider sends more; anything longer is not read.
LONGEST_BODY = 64 * 1024

#: What is said at `/` in production.
FRONT_DOOR = "A citizen gateway answers here. There is no page to see; providers know its webhooks."


def create_app(gateway: Gateway) -> Flask:
    """Returns the WSGI application for one gateway; it runs under any WSGI server."""
    app = Flask("gateway.web", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = LONGEST_BODY
    add_webhooks(app, gateway)
    if gateway.deployment.settings.server.metrics_address is None:
        add_health(app, gateway)
        add_metrics(app, gateway)
    else:  # they have an address of their own, which providers do not call
        add_live(app)
    if gateway.deployment.development:
        add_phone(app, gateway)
    _add_front_door(app, to_phone=gateway.deployment.development)
    _add_errors(app, gateway)
    access = Access(
        app.wsgi_app,
        routes={rule.rule.split("/")[1] for rule in app.url_map.iter_rules()},
        channels=gateway.channels,
        lines=gateway.deployment.settings.log_access,
        monotonic=gateway.clock.monotonic,
        trusted=gateway.deployment.settings.server.trusted_proxies,
    )
    app.wsgi_app = access  # type: ignore[method-assign] # as Flask's own pages say
    return app


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
    def rejected(error: WebhookRejected) -> Response:
        channel = (request.view_args or {}).get("channel", "")
        known = channel if channel in gateway.channels else "unknown"
        gateway.counters.add("webhooks_rejected", channel=known, code=error.code)
        refused = _plain(error.status, str(error))
        if isinstance(error, WrongMethod):
            refused.headers["Allow"] = ", ".join(error.methods)
        return refused

    def too_large(_: RequestEntityTooLarge) -> Response:
        return rejected(TooLarge("The body is over 64 KiB."))

    def count_failure(status: str) -> None:
        """Counts a webhook that a provider, and so a citizen, got no answer to."""
        channel = (request.view_args or {}).get("channel", "")
        if channel in gateway.channels:
            gateway.counters.add("webhooks_failed", channel=channel, status=status)

    def no_store(error: StoreUnavailable) -> Response:
        log.error("%s", error)
        count_failure("503")
        return _plain(503, "A store does not answer. Send the request again.")

    def http_error(error: HTTPException) -> Response:
        return _plain(error.code or 500, error.name)

    def unexpected(error: Exception) -> Response:
        log.error("A request failed: %s", trace(error))
        count_failure("500")
        name = current_request()
        return _plain(500, f"The gateway made a mistake; its log says where: request {name}.")

    app.register_error_handler(WebhookRejected, rejected)
    app.register_error_handler(RequestEntityTooLarge, too_large)
    app.register_error_handler(StoreUnavailable, no_store)
    app.register_error_handler(HTTPException, http_error)
    app.register_error_handler(Exception, unexpected)


def _plain(status: int, sentence: str) -> Response:
    return Response(f"{sentence}\n", status=status, content_type="text/plain; charset=utf-8")
