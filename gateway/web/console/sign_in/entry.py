"""Getting in and out: signing in, a one-time link, showing anew who one is, signing out."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, session, url_for
from markupsafe import Markup
from werkzeug import Response

from gateway.adapters.sign_in.one_time_codes import address, picture
from gateway.composition.gateway import Gateway
from gateway.domain.faults_and_errors.errors import NotProven, Refused
from gateway.web.console.guard import my_session, onward, signed_in, signed_out, source
from gateway.web.console.words import LANGUAGES, _

Shown = Response | str | tuple[str, int]


def blueprint(gateway: Gateway) -> Blueprint:
    """Returns the routes of getting in and out."""
    entry = Blueprint("entry", __name__)
    office = gateway.sign_in

    @entry.route("/sign-in", methods=["GET", "POST"])
    def sign_in() -> Shown:
        if request.method == "GET":
            return render_template("console/sign_in.html", fault="")
        form = request.form
        name, password, code = form.get("name", ""), form.get("password", ""), form.get("code", "")
        try:
            token = office.sign_in(name, password, code, source(gateway))
        except NotProven as error:
            return render_template("console/sign_in.html", fault=_(str(error))), 403
        signed_in(token)
        return redirect(onward(request.args.get("next")))

    @entry.route("/way-in/<token>", methods=["GET", "POST"])
    def way_in(token: str) -> Shown:
        enrolment = office.let_in.look(token)
        fault, form = "", request.form
        if request.method == "POST":
            try:
                if form.get("password", "") != form.get("again", ""):
                    raise Refused(_("The two passwords are not the same."))
                given = form.get("name", ""), form.get("password", ""), form.get("code", "")
                name, codes = office.let_in.enrol(token, *given)
                return render_template("console/codes.html", codes=codes, name=name)
            except NotProven:
                raise
            except Refused as error:
                fault = _(str(error))
        name = enrolment.name or form.get("name", "")
        issuer = gateway.deployment.settings.name
        drawn = picture(address(enrolment.secret, name or "console", issuer), "QR")
        page = render_template(
            "console/way_in.html",
            name=enrolment.name,
            typed=name,
            secret=" ".join(_in_fours(enrolment.secret)),
            picture=Markup(drawn),  # noqa: S704 - segno's own, of a text that it encodes
            fault=fault,
        )
        return (page, 400) if fault else page

    @entry.route("/again", methods=["GET", "POST"])
    def again() -> Shown:
        if request.method == "GET":
            return render_template("console/again.html", fault="")
        form = request.form
        given = form.get("password", ""), form.get("code", "")
        try:
            office.sign_in.prove(my_session(), *given, source(gateway))
        except NotProven as error:
            return render_template("console/again.html", fault=_(str(error))), 403
        return redirect(onward(request.args.get("next")))

    @entry.post("/sign-out")
    def sign_out() -> Response:
        office.sign_in.leave(my_session())
        signed_out()
        return redirect(url_for("entry.sign_in"))

    @entry.get("/language/<code>")
    def language(code: str) -> Response:
        if code in LANGUAGES:
            session["language"] = code
        return redirect(onward(request.args.get("next")))

    return entry


def _in_fours(text: str) -> list[str]:
    return [text[at : at + 4] for at in range(0, len(text), 4)]
