"""One's own password, recovery codes and sessions."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug import Response

from gateway.composition.gateway import Gateway
from gateway.domain.faults_and_errors.errors import Refused
from gateway.web.console.asked_again import asked_again
from gateway.web.console.guard import forget_alone, kept_alone, me, my_session
from gateway.web.console.shown_after import to_show
from gateway.web.console.sign_in.entry import CODES, telephone
from gateway.web.console.words import _, why


def blueprint(gateway: Gateway) -> Blueprint:
    """Returns the routes of one's own account."""
    account = Blueprint("account", __name__, url_prefix="/account")
    office, own, again = gateway.sign_in, gateway.sign_in.account, asked_again(gateway)

    @account.get("/")
    def page() -> str:
        name = me().name
        return render_template(
            "console/account.html",
            sessions=own.own_sessions(name),
            here=my_session(),
            left=office.store.recovery_left(name),
        )

    @account.route("/password", methods=["GET", "POST"])
    @again
    def password() -> Response | str | tuple[str, int]:
        fault, form = "", request.form
        if request.method == "POST":
            try:
                if form.get("password", "") != form.get("again", ""):
                    raise Refused(_("The two passwords are not the same."))
                own.change_password(my_session(), form.get("password", ""))
                return redirect(url_for("account.page"))
            except Refused as error:
                fault = why(error)
        page = render_template("console/password.html", fault=fault)
        return (page, 400) if fault else page

    @account.route("/telephone", methods=["GET", "POST"])
    @again
    def another_telephone() -> Response | str | tuple[str, int]:
        fault = ""
        if request.method == "POST":
            try:
                own.pair(my_session(), kept_alone(), request.form.get("code", ""))
                forget_alone()
                return redirect(url_for("account.page"))
            except Refused as error:
                fault = why(error)
        secret = own.telephone_secret(my_session(), kept_alone())
        page = render_template(
            "console/sign_in/telephone.html", **telephone(gateway, secret, me().name), fault=fault
        )
        return (page, 400) if fault else page

    @account.route("/recovery", methods=["GET", "POST"])
    @again
    def recovery() -> Response | str:
        if request.method == "GET":
            return render_template("console/recovery.html")
        codes = " ".join(own.new_recovery(me().name))
        return redirect(url_for("entry.codes", shown=to_show(gateway, CODES, f" {codes}")))

    @account.post("/sessions/others/end")
    def end_others() -> Response:
        own.end_others(my_session())
        return redirect(url_for("account.page"))

    return account
