"""The first page: where to go from here."""

from __future__ import annotations

from flask import Blueprint, render_template

from gateway.composition.gateway import Gateway
from gateway.domain.institutions.roles import Act
from gateway.web.console.guard import me


def blueprint(gateway: Gateway) -> Blueprint:
    """Returns the routes of the first page."""
    home = Blueprint("home", __name__)

    @home.get("/")
    def page() -> str:
        left = gateway.sign_in.store.recovery_left(me().name)
        cannot_write = bool(me().reach(Act.ADMINISTER)) and not me().reach(Act.EDIT)
        return render_template(
            "console/home.html", recovery_left=left, cannot_write=cannot_write, read=Act.READ
        )

    return home
