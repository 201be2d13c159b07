"""The first page: where to go from here."""

from __future__ import annotations

from flask import Blueprint, render_template

from gateway.composition.gateway import Gateway
from gateway.domain.broadcast.states import State, is_second_person
from gateway.domain.institutions.roles import Act
from gateway.web.console.guard import me
from gateway.web.console.turned_pages import ROWS


def blueprint(gateway: Gateway) -> Blueprint:
    """Returns the routes of the first page."""
    home = Blueprint("home", __name__)

    @home.get("/")
    def page() -> str:
        left = gateway.sign_in.store.recovery_left(me().name)
        cannot_write = bool(me().reach(Act.ADMINISTER)) and not me().reach(Act.EDIT)
        return render_template(
            "console/home.html",
            recovery_left=left,
            cannot_write=cannot_write,
            to_approve=to_approve(),
            read=Act.READ,
        )

    def to_approve() -> int:
        """Returns how many broadcasts wait for the approval of who asks, of the newest."""
        if not me().reach(Act.APPROVE_BROADCAST):
            return 0
        waiting = gateway.broadcast.read.newest("", [State.WAITING], ROWS, me().name)
        own = gateway.deployment.settings.institution
        return sum(
            me().may(each.institution or own, Act.APPROVE_BROADCAST)
            and is_second_person(me().name, each.created_by)
            for each in waiting
        )

    return home
