"""Institutions, and how each stands with its bounds."""

from __future__ import annotations

from flask import Blueprint, render_template

from gateway.composition.gateway import Gateway
from gateway.web.console.guard import me
from gateway.web.console.names import Names


def blueprint(gateway: Gateway) -> Blueprint:
    """Returns the routes of institutions."""
    institutions = Blueprint("institutions", __name__, url_prefix="/institutions")

    @institutions.get("/")
    def listed() -> str:
        found = gateway.institutions.manage.listed(me().name)
        return render_template("console/institutions.html", institutions=found)

    @institutions.get("/<name>")
    def one(name: str) -> str:
        found = gateway.institutions.manage.one(name, me().name)
        return render_template(
            "console/institution.html", found=found, named=Names(gateway).service
        )

    return institutions
