"""A feature phone in the browser, for development: it dials and texts through the very webhooks.

What is keyed goes to `gateway.handset`, which speaks to this application as the provider would, so
nothing seen on this phone took a shorter way than a citizen's turn. It never decides anything.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Flask, Response, jsonify, render_template, request

from gateway.bootstrap import Gateway
from gateway.domain.channel import Channel
from gateway.domain.delivery import DeliveryStatus
from gateway.domain.errors import GatewayError, InvalidAddress, Malformed, OriginUnproven, Refused
from gateway.domain.gsm7 import Encoding
from gateway.domain.menu import HOME_SERVICE, LANGUAGE_SERVICE, Release
from gateway.domain.msisdn import Msisdn
from gateway.domain.paging import measure
from gateway.domain.segments import JOINED_SEPTETS, JOINED_UNITS, SINGLE_SEPTETS, SINGLE_UNITS
from gateway.domain.segments import segment as segment_text
from gateway.domain.sms import OutboundSms

#: Invented people. No country has the code +999, so a slip of the channel reaches nobody either.
PEOPLE: Mapping[str, str] = {
    "Asha": "+999700100001",
    "Baraka": "+999700100002",
    "Chloé": "+999700100003",
    "Dawit": "+999700100004",
}

#: The page shows these many MTs at most; older ones are in the outbox.
NEWEST = 30

#: Nothing is loaded from elsewhere, nothing is written into the page as code, nobody frames it.
_POLICY = (
    "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; "
    "object-src 'none'"
)


def add_phone(app: Flask, gateway: Gateway) -> None:
    """Adds `/phone/`, its files, and the JSON routes that the page calls."""
    phone = Blueprint(
        "phone", __name__, url_prefix="/phone", template_folder="templates", static_folder="static"
    )
    phone.before_request(_refuse_other_origins)
    phone.after_request(_add_policy)
    phone.register_error_handler(GatewayError, _said)
    _add_page(phone, gateway)
    _add_dialling(phone, gateway)
    _add_texting(phone, gateway)
    app.register_blueprint(phone)


def _add_page(phone: Blueprint, gateway: Gateway) -> None:
    @phone.get("/")
    def page() -> str:
        release = gateway.releases.current()
        handsets = {name: gateway.handset(name) for name in gateway.channels}
        return render_template(
            "phone.html",
            title=release.screens["home.home"].text[release.default_language].fill({}),  # type: ignore[union-attr]
            dialled=[gateway.channels[name] for name, one in handsets.items() if one.dials],
            texted=[gateway.channels[name] for name, one in handsets.items() if one.texts],
            languages=release.languages,
            people=PEOPLE,
            services=_services(release),
            keywords=_keywords(release),
        )


def _add_dialling(phone: Blueprint, gateway: Gateway) -> None:
    @phone.post("/turn")
    def turn() -> Response:
        asked = _asked()
        channel = _channel(gateway, asked)
        code = _text(asked, "code")
        handset = gateway.handset(channel.name)
        if not handset.dials or not _answers_at(channel, code):
            raise Refused(f"Nothing answers there. Dial {channel.service_code or 'another channel'}.")
        reply = handset.turn(
            _msisdn(gateway, asked.get("from")),
            _text(asked, "session"),
            _text(asked, "text", may_be_empty=True),
            service_code=code,
        )
        encoding, units = measure(reply.text)
        return jsonify(
            text=reply.text,
            ends=reply.ends,
            encoding=encoding.value,
            units=units,
            limit=_page_limit(channel, encoding),
        )

    @phone.post("/language")
    def language() -> Response:
        asked = _asked()
        chosen = _text(asked, "language")
        if chosen not in gateway.releases.current().languages:
            raise Refused("The menu does not speak this language.")
        gateway.choose_language(_msisdn(gateway, asked.get("from")), chosen)
        return jsonify(language=chosen)


def _add_texting(phone: Blueprint, gateway: Gateway) -> None:
    @phone.post("/sms")
    def sms() -> Response:
        asked = _asked()
        channel = _channel(gateway, asked)
        handset = gateway.handset(channel.name)
        if not handset.texts:
            raise Refused("This channel takes no SMS. Choose another one.")
        handset.text(_msisdn(gateway, asked.get("from")), _text(asked, "text"))
        return jsonify(sent=True)

    @phone.get("/inbox")
    def inbox() -> Response:
        after = request.args.get("after", "0")
        if not (after.isascii() and after.isdigit()):
            raise Malformed("'after' must be the id of an SMS.")
        newest = gateway.outbox.to_subscriber(
            _msisdn(gateway, request.args.get("from")), limit=NEWEST
        )
        return jsonify(
            messages=[
                _message(gateway, sms, status) for sms, status in newest if sms.id > int(after)
            ],
            statuses={str(sms.id): status.value for sms, status in newest},
        )


def _message(gateway: Gateway, sms: OutboundSms, status: DeliveryStatus) -> dict[str, Any]:
    cut = segment_text(sms.text)
    count = len(cut.parts)
    single, joined = (
        (SINGLE_SEPTETS, JOINED_SEPTETS)
        if cut.encoding is Encoding.GSM7
        else (SINGLE_UNITS, JOINED_UNITS)
    )
    channel = gateway.channels.get(sms.channel)
    own = (channel.sender_id or channel.address or channel.name) if channel else sms.channel
    return {
        "id": sms.id,
        "sender": sms.sender or own,
        "text": sms.text,
        "segments": count,
        "encoding": cut.encoding.value,
        "units": cut.units,
        "limit": single if count == 1 else joined * count,
        "status": status.value,
        "at": sms.created_at.isoformat(),
    }


def _services(release: Release) -> list[tuple[str, str]]:
    """Returns title and shortcut of the services that can be dialled directly."""
    language = release.default_language
    return [
        (service.title[language].fill({}), service.shortcut)
        for service in release.services.values()
        if service.shortcut
    ]


def _keywords(release: Release) -> dict[str, list[str]]:
    """Returns the first keyword of each service, by language."""
    return {
        language: [
            service.keywords[language][0]
            for service in release.services.values()
            if service.id not in (HOME_SERVICE, LANGUAGE_SERVICE) and service.keywords.get(language)
        ]
        for language in release.languages
    }


def _page_limit(channel: Channel, encoding: Encoding) -> int:
    budget = channel.page
    limit = budget.septets if encoding is Encoding.GSM7 else budget.ucs2
    return limit - len("CON ") if budget.count_prefix else limit


def _answers_at(channel: Channel, code: str) -> bool:
    own = channel.service_code or ""
    return bool(own) and code.endswith("#") and (code == own or code.startswith(own[:-1] + "*"))


def _asked() -> Mapping[str, Any]:
    """Returns the JSON object that was sent; raises Malformed.

    The content type is required: no form of a foreign page can send it without asking first.
    """
    if request.mimetype != "application/json":
        raise Malformed("Send a JSON object as application/json.")
    asked = request.get_json(silent=True)
    if not isinstance(asked, dict):
        raise Malformed("Send a JSON object as application/json.")
    return asked


def _text(asked: Mapping[str, Any], name: str, *, may_be_empty: bool = False) -> str:
    value = asked.get(name)
    if not isinstance(value, str) or not (value.strip() or may_be_empty):
        raise Malformed(f"'{name}' must be a text.")
    return value


def _channel(gateway: Gateway, asked: Mapping[str, Any]) -> Channel:
    channel = gateway.channels.get(_text(asked, "channel"))
    if channel is None:
        raise Refused("There is no such channel. Load the page again.")
    return channel


def _msisdn(gateway: Gateway, typed: object) -> Msisdn:
    number = "".join(typed.split()) if isinstance(typed, str) else ""
    try:
        return Msisdn.parse(number, gateway.settings.national_region)
    except InvalidAddress as error:
        raise Refused("Give this phone a number, such as +999 700 100 001.") from error


def _refuse_other_origins() -> None:
    """Raises OriginUnproven when another site's page calls a route that does something."""
    if request.endpoint in ("phone.page", "phone.static"):
        return
    site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin")
    if site is not None:
        ours = site == "same-origin"
    else:
        ours = origin is None or urlsplit(origin).netloc == request.host
    if not ours:
        raise OriginUnproven("The phone answers its own page only.")


def _add_policy(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = _POLICY
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Content-Type-Options"] = "nosniff"
    if request.endpoint != "phone.static":
        response.headers["Cache-Control"] = "no-store"
    return response


def _said(error: GatewayError) -> tuple[Response, int]:
    status = 403 if isinstance(error, OriginUnproven) else 400
    return jsonify(error=str(error)), status
