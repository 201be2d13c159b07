"""The first page: where to go from here."""

from __future__ import annotations

from flask import Blueprint, render_template

from gateway.composition.gateway import Gateway
from gateway.web.console.guard import me


def blueprint(gateway: Gateway) -> Blueprint:
    """Returns the routes of the first page."""
    home = Blueprint("home", __name__)

    @home.get("/")
    def page() -> str:
        left = gateway.sign_in.store.recovery_left(me().name)
        return render_template("console/home.html", recovery_left=left)

    return home
