"""Plays a RapidPro: the phones on its channels, and the API that takes broadcasts."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, request

from gateway.adapters.providers.rapidpro.settings import PHONE, Settings
from gateway.adapters.providers.shared.faults import Fault, FaultKind
from gateway.adapters.providers.shared.standin import Account, Exchange, Standin, TakenSms
from gateway.adapters.providers.shared.wire import WireRequest, json_request
from gateway.domain.telecom.sms import InboundSms

NAME = "rapidpro"


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
        return token, Account(secret=token)

    def api(self, exchange: Exchange) -> Blueprint:
        """Returns the route that takes broadcasts."""
        routes = Blueprint(NAME, __name__)

        @routes.post("/api/v2/broadcasts.json")
        def take_broadcast() -> Response:
            return _take_broadcast(exchange)

        return routes


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
