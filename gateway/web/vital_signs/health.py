"""Whether this process lives, and whether it can do its work."""

from __future__ import annotations

from flask import Flask, Response, jsonify

from gateway.composition.gateway import Gateway


def add_health(app: Flask, gateway: Gateway) -> None:
    """Adds `/health/live` and `/health/ready`."""
    add_live(app)

    @app.get("/health/ready")
    def ready() -> tuple[Response, int]:
        faults = gateway.vital_signs.unavailable()
        if faults:
            return jsonify(status="unavailable", faults=faults), 503
        return jsonify(status="ok", release=gateway.releases.current().id), 200


def add_live(app: Flask) -> None:
    """Adds `/health/live`, which asks nobody."""

    @app.get("/health/live")
    def live() -> Response:
        return jsonify(status="ok")
