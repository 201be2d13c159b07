"""A feature phone in the browser, for development: it dials and texts through the very webhooks.

What is keyed goes through a handset, which speaks to this application as the provider would, so
nothing seen on this phone took a shorter way than a citizen's turn. Channels whose SMS would leave
this machine are not on it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Flask, Response, jsonify, render_template, send_from_directory

from gateway.adapters.drawings import fonts
from gateway.adapters.system.known_hosts import host_of
from gateway.composition.gateway import Gateway
from gateway.deployment.load import stays_here
from gateway.domain.faults_and_errors.errors import (
    GatewayError,
    InvalidAddress,
    Malformed,
    Refused,
    StoreUnavailable,
    WebhookRejected,
)
from gateway.domain.reading.typed_number import typed_number
from gateway.domain.telecom.msisdn import Msisdn
from gateway.standin.handset import Handset
from gateway.web.handset_client import handset, within
from gateway.web.phone_views import dialled_services, first_keywords, reply_view, sms_view
from gateway.web.same_origin import asked_json, keep_to_own_page, text_of

#: Invented people. No country has the code +999, so a slip of the channel reaches nobody either.
PEOPLE: Mapping[str, str] = {
    "Asha": "+999 700 100 001",
    "Baraka": "+999 700 100 002",
    "Chloé": "+999 700 100 003",
    "Dawit": "+999 700 100 004",
}

#: The page shows these many MTs at most; older ones are in the outbox.
NEWEST = 30


def add_phone(app: Flask, gateway: Gateway) -> None:
    """Adds `/phone/`, its files, and the JSON routes that the page calls."""
    phone = Blueprint(
        "phone", __name__, url_prefix="/phone", template_folder="templates", static_folder="static"
    )
    settings = gateway.deployment.settings
    known = (host_of(settings.public_url), *settings.server.known_hosts)
    keep_to_own_page(phone, "page", "font", known_hosts=known)
    phone.register_error_handler(GatewayError, _said)
    handsets = {
        name: handset(gateway.deployment, name, within(app))
        for name, channel in gateway.deployment.channels.items()
        if stays_here(channel)
    }
    _add_fonts(phone)
    _add_page(phone, gateway, handsets)
    _add_dialling(phone, gateway, handsets)
    _add_texting(phone, gateway, handsets)
    app.register_blueprint(phone)


def _add_fonts(phone: Blueprint) -> None:
    @phone.get("/static/fonts/<name>.ttf")
    def font(name: str) -> Response:
        return send_from_directory(fonts.FOLDER, f"{name}.ttf")


def _add_page(phone: Blueprint, gateway: Gateway, handsets: Mapping[str, Handset]) -> None:
    @phone.get("/")
    def page() -> str:
        release = gateway.releases.current()
        return render_template(
            "phone.html",
            title=gateway.deployment.settings.name,
            dialled=[gateway.channels[name] for name, one in handsets.items() if one.dials],
            texted=[gateway.channels[name] for name, one in handsets.items() if one.texts],
            languages=release.languages,
            people=PEOPLE,
            services=dialled_services(release),
            keywords=first_keywords(release),
        )


def _add_dialling(phone: Blueprint, gateway: Gateway, handsets: Mapping[str, Handset]) -> None:
    @phone.post("/turn")
    def turn() -> Response:
        asked = asked_json()
        used = _handset(handsets, asked)
        channel = gateway.channels[asked["channel"]]
        reply = used.turn(
            _msisdn(gateway, asked.get("from")),
            text_of(asked, "session"),
            text_of(asked, "text", may_be_empty=True),
            service_code=text_of(asked, "code"),
            newest=text_of(asked, "newest", may_be_empty=True) if "newest" in asked else None,
        )
        return jsonify(reply_view(channel, reply))

    @phone.post("/language")
    def language() -> Response:
        asked = asked_json()
        chosen = text_of(asked, "language")
        if chosen not in gateway.releases.current().languages:
            raise Refused("The menu does not speak this language.")
        gateway.choose_language(_msisdn(gateway, asked.get("from")), chosen)
        return jsonify(language=chosen)


def _add_texting(phone: Blueprint, gateway: Gateway, handsets: Mapping[str, Handset]) -> None:
    @phone.post("/sms")
    def sms() -> Response:
        asked = asked_json()
        used = _handset(handsets, asked)
        used.text(_msisdn(gateway, asked.get("from")), text_of(asked, "text"))
        return jsonify(sent=True)

    # A POST, though it only reads: a number in an address would stand in every access log.
    @phone.post("/inbox")
    def inbox() -> Response:
        asked = asked_json()
        after = asked.get("after", 0)
        if not isinstance(after, int):
            raise Malformed("'after' must be the id of an SMS.")
        newest = gateway.sql.outbox.to_subscriber(_msisdn(gateway, asked.get("from")), limit=NEWEST)
        return jsonify(
            messages=[
                sms_view(sms, status, gateway.channels.get(sms.channel))
                for sms, status in newest
                if sms.id > after
            ],
            statuses={str(sms.id): status.value for sms, status in newest},
        )


def _handset(handsets: Mapping[str, Handset], asked: Mapping[str, Any]) -> Handset:
    found = handsets.get(text_of(asked, "channel"))
    if found is None:
        raise Refused("This phone has no such channel. Load the page again.")
    return found


def _msisdn(gateway: Gateway, typed: object) -> Msisdn:
    region = gateway.deployment.settings.national_region
    try:
        return typed_number(typed if isinstance(typed, str) else "", region)
    except InvalidAddress as error:
        raise Refused("Give this phone a number, such as +999 700 100 001.") from error


def _said(error: GatewayError) -> tuple[Response, int]:
    status = 400
    if isinstance(error, WebhookRejected):
        status = error.status
    elif isinstance(error, StoreUnavailable):
        status = 503
    return jsonify(error=str(error)), status
