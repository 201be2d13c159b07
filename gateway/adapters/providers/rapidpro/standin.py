"""Plays a RapidPro: the phones on its channels, the API that takes broadcasts, and a small flow."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, request

from gateway.adapters.providers.rapidpro.settings import BEGINS, PHONE, Settings
from gateway.adapters.providers.shared.faults import Fault, FaultKind
from gateway.adapters.providers.shared.standin import Account, Exchange, Standin, TakenSms
from gateway.adapters.providers.shared.wire import WireRequest, json_request
from gateway.domain.telecom.sms import InboundSms
from gateway.domain.text.secret_comparison import same_secret

NAME = "rapidpro"

#: What its flow asks.
QUESTION = "In which district do you live?"


class RapidProStandin(Standin[Settings]):
    """A RapidPro; its accounts are workspaces, by the tokens that they gave."""

    credential = "token"

    def sms(self, settings: Settings, url: str, sms: InboundSms) -> WireRequest:
        """Returns an MO, as a flow's webhook tells of it."""
        fields = {
            "id": sms.provider_ref,
            "urn": f"{PHONE}{sms.subscriber.as_told}",
            "text": sms.text,
        }
        return json_request(url, fields)

    def account_of(self, settings: Settings, delivery_url: str) -> tuple[str, Account]:
        """Returns the workspace."""
        token = settings.token.get_secret_value()
        url = delivery_url if settings.external else ""
        return token, Account(secret=token, delivery_url=url, signing_key=settings.external)

    def api(self, exchange: Exchange) -> Blueprint:
        """Returns the routes that take broadcasts, and what an External channel is told."""
        routes, asked = Blueprint(NAME, __name__), set[str]()

        @routes.post("/api/v2/broadcasts.json")
        def take_broadcast() -> Response:
            return _take_broadcast(exchange)

        @routes.post("/c/ex/<external>/receive")
        def receive(external: str) -> Response:
            return _told(exchange, external, asked)

        return routes


def _told(exchange: Exchange, external: str, asked: set[str]) -> Response:
    """Goes on in a flow of one question, and says what it says in a call of its own."""
    accounts = exchange.accounts_of(NAME).values()
    account = next((each for each in accounts if same_secret(each.signing_key, external)), None)
    if account is None:
        return _refused(404, "channel not found")
    fault = exchange.next_fault()
    refusal = _refusal(fault)
    if refusal is not None:
        return refusal
    number, text = request.form["from"], request.form["text"]
    waits = text.split(" ")[0] == BEGINS or number not in asked
    if waits:
        asked.add(number)
    else:
        asked.discard(number)
    words = {
        "id": str(exchange.next_serial()),
        "to": number,
        "text": QUESTION if waits else f"Thank you: {text}.",
        "session_status": "W" if waits else "C",
    }
    url = account.delivery_url
    exchange.report(url, [json_request(url, words)], fault)
    return exchange.answered(jsonify(message="Message Accepted"), fault)


def _take_broadcast(exchange: Exchange) -> Response:
    token = request.headers.get("Authorization", "").removeprefix("Token ")
    if exchange.account(NAME, token) is None:
        return _refused(403, "Invalid token")
    fault = exchange.next_fault()
    refusal = _refusal(fault)
    if refusal is not None:
        return refusal
    asked = request.get_json(silent=True) or {}
    urns, texts = asked.get("urns"), asked.get("text")
    if not isinstance(urns, list) or len(urns) != 1 or not isinstance(texts, dict) or not texts:
        return _refused(400, "Must provide either text or attachments.")
    sms = TakenSms(
        provider=NAME,
        account=token,
        reference=f"0199bb98-3637-778d-9dfc-{exchange.next_serial():012x}",
        sender="",
        to=str(urns[0]).removeprefix(PHONE),
        text=str(texts[asked["base_language"]]).replace("@@", "@"),
    )
    exchange.take(sms)
    answer = jsonify(uuid=sms.reference, urns=urns, text=texts, status="queued")
    answer.status_code = 201
    return exchange.answered(answer, fault)


def _refusal(fault: Fault | None) -> Response | None:
    """Returns the answer of a fault that takes nothing."""
    if fault is None:
        return None
    if fault.kind is FaultKind.THROTTLE:
        answer = _refused(429, "Request was throttled.")
        answer.headers["Retry-After"] = str(fault.retry_after)
        return answer
    if fault.kind is FaultKind.REFUSE:
        return _refused(400, "Invalid URN")
    return _refused(500, "Server error") if fault.kind is FaultKind.ERROR else None


def _refused(status: int, sentence: str) -> Response:
    answer = jsonify(detail=sentence)
    answer.status_code = status
    return answer
