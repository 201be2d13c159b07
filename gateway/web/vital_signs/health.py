"""Whether this process lives, and whether it can do its work."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Flask, Response, jsonify

from gateway.composition.gateway import Gateway
from gateway.composition.upkeep.vital_signs import Fault


def add_health(app: Flask, gateway: Gateway) -> None:
    """Adds `/health/live`, `/health/ready` and `/health/serving`."""
    add_live(app)

    @app.get("/health/ready")
    def ready() -> tuple[Response, int]:
        return told({name: fault.sentence for name, fault in unavailable().items()})

    @app.get("/health/serving")
    def serving() -> tuple[Response, int]:
        """What is away is so for all nodes: sent no calls, none would answer without it."""
        faults = {name: fault.sentence for name, fault in unavailable().items() if not fault.away}
        return told(faults)

    def unavailable() -> Mapping[str, Fault]:
        return gateway.vital_signs.unavailable()

    def told(faults: Mapping[str, str]) -> tuple[Response, int]:
        if faults:
            return jsonify(status="unavailable", faults=faults), 503
        return jsonify(status="ok", release=gateway.releases.current().id), 200


def add_live(app: Flask) -> None:
    """Adds `/health/live`, which asks nobody."""

    @app.get("/health/live")
    def live() -> Response:
        return jsonify(status="ok")
