"""Who works with the gateway, as what; and letting them into the console."""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug import Response

from gateway.composition.gateway import Gateway
from gateway.domain.faults_and_errors.errors import Refused
from gateway.domain.faults_and_errors.sentence import Sentence
from gateway.domain.institutions.roles import EVERYWHERE, Act, Role
from gateway.use_cases.ports.institutions import RoleChange
from gateway.web.console.asked_again import asked_again
from gateway.web.console.guard import me
from gateway.web.console.shown_after import shown, to_show


def blueprint(gateway: Gateway) -> Blueprint:
    """Returns the routes of people."""
    people = Blueprint("people", __name__, url_prefix="/people")
    again = asked_again(gateway)

    def where() -> list[str]:
        """Returns the institutions in which who asks may give roles."""
        reach = me().reach(Act.ADMINISTER)
        if EVERYWHERE in reach:
            return [EVERYWHERE, *gateway.institutions.known.names()]
        return sorted(reach)

    @people.get("/")
    def listed() -> str:
        by = me().name
        found = gateway.institutions.manage_people.listed(by)
        return render_template(
            "console/people.html",
            people=[each for each in found if each.removed_at is None],
            where=where(),
            roles=list(Role),
            everywhere=EVERYWHERE,
        )

    @people.get("/<name>")
    def one(name: str) -> str:
        found = gateway.institutions.manage_people.one(name, me().name)
        return render_template(
            "console/person.html",
            found=found,
            sessions=gateway.sign_in.let_in.sessions_of(found.name, me().name),
            where=where(),
            roles=list(Role),
            everywhere=EVERYWHERE,
            administered=me().administers(found),
        )

    @people.post("/")
    @again
    def add() -> Response:
        form = request.form
        roles = {form.get("institution", ""): frozenset({_role(form.get("role", ""))})}
        found = gateway.institutions.manage_people.add(
            form.get("name", ""), roles, form.get("known_as", ""), me().name
        )
        return redirect(url_for("people.one", name=found.name))

    @people.post("/<name>/roles")
    @again
    def change(name: str) -> Response:
        form = request.form
        change = RoleChange(
            institution=form.get("institution", ""),
            role=_role(form.get("role", "")),
            given=form.get("do") != "take",
        )
        gateway.institutions.manage_people.change(name, [change], "", me().name)
        return redirect(url_for("people.one", name=name))

    @people.post("/<name>/link")
    @again
    def link(name: str) -> Response:
        made = gateway.sign_in.let_in.link(name, me().name)
        what = f"{made.token} {made.expires_at.isoformat()}"
        token = to_show(gateway, f"link {made.name}", what)
        return redirect(url_for("people.made_link", name=made.name, shown=token))

    @people.get("/<name>/link")
    def made_link(name: str) -> Response | str:
        token, _, until = (shown(gateway, f"link {name}") or "").partition(" ")
        if not until:
            return redirect(url_for("people.one", name=name))
        return render_template(
            "console/link.html",
            url=gateway.deployment.way_in_url(token),
            name=name,
            until=datetime.fromisoformat(until),
        )

    @people.post("/<name>/sessions/end")
    @again
    def end_sessions(name: str) -> Response:
        gateway.sign_in.let_in.end_sessions(name, me().name)
        return redirect(url_for("people.one", name=name))

    @people.post("/<name>/remove")
    @again
    def remove(name: str) -> Response:
        gateway.institutions.manage_people.remove(name, me().name)
        return redirect(url_for("people.listed"))

    return people


def _role(given: str) -> Role:
    try:
        return Role(given)
    except ValueError:
        raise Refused(Sentence("There is no role '%(name)s'.", name=given)) from None
