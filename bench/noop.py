"""A Flask application that does nothing: what a server and Flask cost before any work of ours."""

from __future__ import annotations

from flask import Flask, Response

NOTHING = "CON ok"


def create() -> Flask:
    """Returns the application; it takes what a USSD webhook takes and always says the same."""
    app = Flask("bench.noop", static_folder=None)

    @app.post("/ussd/<channel>")
    def nothing(channel: str) -> Response:
        return Response(NOTHING, content_type="text/plain; charset=utf-8")

    return app
