"""One's own password, recovery codes and sessions."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug import Response

from gateway.composition.gateway import Gateway
from gateway.domain.faults_and_errors.errors import Refused
from gateway.web.console.guard import asked_again, me, my_session
from gateway.web.console.words import _


def blueprint(gateway: Gateway) -> Blueprint:
    """Returns the routes of one's own account."""
    account = Blueprint("account", __name__, url_prefix="/account")
    office, again = gateway.sign_in, asked_again(gateway)

    def shown(fault: str = "") -> str:
        name = me().name
        return render_template(
            "console/account.html",
            sessions=office.let_in.own_sessions(name),
            here=my_session(),
            left=office.store.recovery_left(name),
            fault=fault,
        )

    @account.get("/")
    def page() -> str:
        return shown()

    @account.route("/password", methods=["GET", "POST"])
    @again
    def password() -> Response | str | tuple[str, int]:
        fault, form = "", request.form
        if request.method == "POST":
            try:
                if form.get("password", "") != form.get("again", ""):
                    raise Refused(_("The two passwords are not the same."))
                office.let_in.change_password(my_session(), form.get("password", ""))
                return redirect(url_for("account.page"))
            except Refused as error:
                fault = _(str(error))
        page = render_template("console/password.html", fault=fault)
        return (page, 400) if fault else page

    @account.route("/recovery", methods=["GET", "POST"])
    @again
    def recovery() -> Response | str:
        if request.method == "GET":
            return render_template("console/recovery.html")
        codes = office.let_in.new_recovery(me().name)
        return render_template("console/codes.html", codes=codes, name="")

    @account.post("/sessions/others/end")
    def end_others() -> Response:
        office.let_in.end_others(my_session())
        return redirect(url_for("account.page"))

    return account
