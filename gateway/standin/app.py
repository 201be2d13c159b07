"""The stand-in as a web application: every provider's API, and what tests ask of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus

from flask import Flask, Response, jsonify, request
from werkzeug.exceptions import HTTPException, NotFound

from gateway.adapters.providers.registry import PROVIDERS
from gateway.adapters.system.known_hosts import STRANGER as OTHER_NAME
from gateway.adapters.system.known_hosts import is_known_host
from gateway.standin.config import StandinConfig
from gateway.standin.exchange import Exchange
from gateway.standin.faults import parse_fault

#: Where the application keeps its Exchange.
EXTENSION = "standin"

#: How long one request for a screen waits: few threads serve all phones.
WAIT_SECONDS = 0.5

#: What a gateway is told whose stand-in this is not.
STRANGER = (
    "This stand-in plays the providers of another gateway. "
    "Write `api_url: standin` in config/gateway.yaml: each gateway then finds its own."
)

#: Numbers and texts are invented here, but a page full of them still needs no more than this.
LARGEST_BODY = 64 * 1024


def create_app(config: StandinConfig, now: Callable[[], datetime] | None = None) -> Flask:
    """Returns the stand-in; its Exchange is `app.extensions["standin"]`.

    `now` gives it another time than the machine's.
    """
    app = Flask(__name__, static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY
    exchange = app.extensions[EXTENSION] = Exchange(config, now)
    for kind in PROVIDERS.values():
        api = kind.load_standin().api(exchange)
        if api is not None and config.path:
            app.register_blueprint(api, url_prefix=f"/{config.path}", name=f"own {api.name}")
        if api is not None and not config.keeps_to_path:
            app.register_blueprint(api)
    _add_controls(app, exchange)
    _refuse_other_names(app, config)
    if config.keeps_to_path:
        _refuse_strangers(app)
    return app


def _refuse_other_names(app: Flask, config: StandinConfig) -> None:
    """Answers nobody who took us for another site: a page elsewhere could read every SMS here."""

    @app.before_request
    def refuse() -> tuple[Response, int] | None:
        if is_known_host(request.host, config.known_hosts):
            return None
        return jsonify(error=f"{OTHER_NAME} Or give --known-as."), HTTPStatus.FORBIDDEN


def _refuse_strangers(app: Flask) -> None:
    """Answers who does not know our path: another gateway, whose SMS would be lost here.

    Providers say 403 of a channel that has to be mended: its SMS wait until then.
    """

    @app.errorhandler(NotFound)
    def refuse_stranger(_: NotFound) -> tuple[Response, int]:
        return jsonify(error=STRANGER), HTTPStatus.FORBIDDEN


def _add_controls(app: Flask, exchange: Exchange) -> None:
    @app.get("/messages")
    def messages() -> Response:
        return jsonify(
            messages=exchange.taken(),
            total=exchange.total,
            reports={"posted": exchange.reports.posted, "failed": exchange.reports.failed},
        )

    @app.delete("/messages")
    def forget_messages() -> Response:
        exchange.forget()
        return Response(status=204)

    @app.post("/screens/next")
    def next_screen() -> Response:
        # A POST: it takes the screen off, and a session id in an address would stand in logs.
        asked = request.get_json(silent=True)
        session_id = asked.get("session") if isinstance(asked, dict) else None
        screen = exchange.screens.next(str(session_id), WAIT_SECONDS)
        if screen is None:
            return Response(status=HTTPStatus.NO_CONTENT)
        return jsonify(text=screen.text, ends=screen.ends)

    @app.post("/faults")
    def add_fault() -> tuple[Response, int]:
        try:
            fault = parse_fault(request.get_json(silent=True))
        except ValueError as error:
            return jsonify(error=str(error)), 400
        exchange.faults.add(fault)
        return jsonify(kind=fault.kind, requests=fault.requests), 201

    @app.delete("/faults")
    def be_well() -> Response:
        exchange.faults.clear()
        return Response(status=HTTPStatus.NO_CONTENT)

    @app.errorhandler(HTTPException)
    def refuse(error: HTTPException) -> tuple[Response, int]:
        return jsonify(error=error.description), error.code or 500
