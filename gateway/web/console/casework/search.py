"""Find what is one number's: sessions, SMS, cases, messages to the help desk."""

from __future__ import annotations

import base64
import binascii

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug import Response

from gateway.composition.gateway import Gateway
from gateway.domain.faults_and_errors.errors import InvalidAddress, NotThere, Refused
from gateway.domain.faults_and_errors.sentence import Sentence
from gateway.domain.input_kinds.case_number import grouped
from gateway.domain.reading.typed_number import typed_number
from gateway.domain.telecom.identity import Identity, identity_from_stored
from gateway.use_cases.inbound.look_at_received import what_became
from gateway.use_cases.outbound.life_of_sms import status_word
from gateway.use_cases.ports.casework import STATUSES, CasesWanted
from gateway.use_cases.ports.sms.messages import Wanted
from gateway.web.console.casework import words
from gateway.web.console.guard import me
from gateway.web.console.names import Names
from gateway.web.console.words import _, said

#: So many of each are shown, the newest first.
_NEWEST = 20
_PURPOSE = "console search"


def blueprint(gateway: Gateway) -> Blueprint:
    """Returns the routes of the search; no address holds a number that anybody could read."""
    search, names = Blueprint("search", __name__, url_prefix="/find"), Names(gateway)

    @search.get("/")
    def page() -> str:
        return render_template("console/casework/find.html", fault="")

    @search.post("/")
    def find() -> Response | tuple[str, int]:
        try:
            region = gateway.deployment.settings.national_region
            subscriber = typed_number(request.form.get("number", ""), region)
        except InvalidAddress:
            fault = _("That is no telephone number.")
            typed = request.form.get("number", "")
            return render_template("console/casework/find.html", fault=fault, typed=typed), 400
        sealed = gateway.keyring.seal(_PURPOSE, subscriber.as_stored, [me().name.encode()])
        token = base64.urlsafe_b64encode(sealed).decode().rstrip("=")
        return redirect(url_for("search.found", token=token))

    @search.get("/<token>")
    def found(token: str) -> str:
        subscriber, by = _opened(gateway, token), me().name
        now = gateway.clock.now()
        wanted = CasesWanted(statuses=STATUSES, subscriber=subscriber, limit=_NEWEST)
        return render_template(
            "console/casework/found.html",
            subscriber=str(subscriber),
            sessions=gateway.sessions.of(subscriber, _NEWEST, by),
            received=gateway.received.of(subscriber, _NEWEST, by),
            sms=gateway.messages.list(Wanted(subscriber=subscriber, limit=_NEWEST), by),
            cases=gateway.cases.list(wanted, by),
            messages=gateway.help_desk.read.newest(None, "", _NEWEST, by, subscriber=subscriber),
            standing=lambda each: _(words.SESSION[each.standing(now)]),
            became=lambda each: said(what_became(each)),
            status_of_sms=lambda each: said(status_word(each.status)),
            words=words,
            grouped=grouped,
            named=names.service,
        )

    return search


def _opened(gateway: Gateway, token: str) -> Identity:
    """Returns the number that a page is about; NotThere for another person's."""
    try:
        sealed = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
        stored = gateway.keyring.open_text(_PURPOSE, sealed, [me().name.encode()])
        return identity_from_stored(stored)
    except (Refused, binascii.Error, ValueError):
        raise NotThere(Sentence("There is no such search. Search once more.")) from None
