"""Getting in and out: signing in, a one-time link, showing anew who one is, signing out."""

from __future__ import annotations

from flask import Blueprint, make_response, redirect, render_template, request, session, url_for
from markupsafe import Markup
from werkzeug import Response

from gateway.adapters.sign_in.one_time_codes import address, picture
from gateway.composition.gateway import Gateway
from gateway.domain.faults_and_errors.errors import NotProven, Refused
from gateway.domain.institutions.person import short_name
from gateway.web.console import kept_forms
from gateway.web.console.asked_again import asking, prove
from gateway.web.console.guard import (
    Shown,
    forget_alone,
    keep_known,
    kept_alone,
    known_browser,
    my_session,
    onward,
    signed_in,
    signed_out,
    sit_down,
    source,
)
from gateway.web.console.shown_after import shown, to_show
from gateway.web.console.words import LANGUAGES, _, why

#: The page of recovery codes that were just made.
CODES = "codes"


def blueprint(gateway: Gateway) -> Blueprint:
    """Returns the routes of getting in and out."""
    entry = Blueprint("entry", __name__)
    office = gateway.sign_in

    @entry.route("/sign-in", methods=["GET", "POST"])
    def sign_in() -> Shown:
        if request.method == "GET":
            return kept_forms.sign_in_page()
        form = request.form
        name, password, code = form.get("name", ""), form.get("password", ""), form.get("code", "")
        try:
            done = office.sign_in(name, password, code, source(gateway), known_browser())
        except NotProven as error:
            return kept_forms.sign_in_page(kept_forms.carried(), name, why(error)), 403
        signed_in(done.token)
        kept = kept_forms.goes_on()
        if kept is None:
            answer = make_response(redirect(onward(request.args.get("next"))))
        else:
            sit_down(gateway, done.token)  # the page is theirs already
            answer = make_response(kept_forms.kept_page(*kept))
        keep_known(answer, done.browser)
        return answer

    @entry.route("/way-in/<token>", methods=["GET", "POST"])
    def way_in(token: str) -> Shown:
        enrolment = office.let_in.look(token, kept_alone())
        fault, form = "", request.form
        if request.method == "POST":
            try:
                if form.get("password", "") != form.get("again", ""):
                    raise Refused(_("The two passwords are not the same."))
                given = form.get("name", ""), form.get("password", ""), form.get("code", "")
                name, codes = office.let_in.enrol(token, kept_alone(), *given)
                forget_alone()
                token = to_show(gateway, CODES, f"{name} {' '.join(codes)}")
                return redirect(url_for("entry.codes", shown=token))
            except NotProven:
                raise
            except Refused as error:
                fault = why(error)
        name = enrolment.name or form.get("name", "")
        page = render_template(
            "console/way_in.html",
            name=enrolment.name,
            typed=name,
            **telephone(gateway, enrolment.secret, name),
            fault=fault,
        )
        return (page, 400) if fault else page

    @entry.get("/codes")
    def codes() -> Shown:
        name, _, found = (shown(gateway, CODES) or "").partition(" ")
        if not found:
            return redirect(url_for("home.page"))
        return render_template("console/codes.html", codes=found.split(), name=name)

    @entry.route("/again", methods=["GET", "POST"])
    def again() -> Shown:
        if request.method == "GET":
            return asking()
        try:
            prove(gateway)
        except NotProven as error:
            return asking(why(error)), 403
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


def telephone(gateway: Gateway, secret: str, name: str) -> dict[str, str]:
    """Returns what a page shows of a secret: a picture of it, and the key in groups of four.

    The picture names the person where the name is one: what was typed may be anything.
    """
    try:
        called = short_name(name)
    except ValueError:
        called = "console"
    drawn = picture(address(secret, called, gateway.deployment.settings.name), "QR")
    return {
        "picture": Markup(drawn),  # noqa: S704 - segno's own, of a text that it encodes
        "secret": " ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
    }
