"""Plays an operator with hSenid's TAP: its phones, and the API that takes screens and SMS."""

from __future__ import annotations

import json
import secrets

from flask import Blueprint, Response, jsonify, request

from gateway.adapters.providers.hsenid.sender import EVERYBODY, TAKEN, address_of
from gateway.adapters.providers.hsenid.settings import Settings
from gateway.adapters.providers.shared.faults import Fault, FaultKind
from gateway.adapters.providers.shared.standin import Account, Exchange, Standin, TakenSms
from gateway.adapters.providers.shared.wire import WireRequest, json_request
from gateway.domain.faults_and_errors.errors import Refused
from gateway.domain.telecom.sms import InboundSms
from gateway.domain.telecom.ussd import UssdReply, UssdTurn
from gateway.domain.text.secret_comparison import same_secret

NAME = "hsenid"

#: The codes of the API, and its words for them.
DETAILS = {
    TAKEN: "Success",
    "E1313": "Authentication failed. No such active application or password incorrect.",
    "E1312": "Request is invalid.",
    "E1318": "Transaction limit per second has exceeded. Please throttle requests.",
    "E1325": "Format of the address is invalid.",
    "E1383": "Operation is not allowed.",
}


class HsenidStandin(Standin[Settings]):
    """An operator; its accounts are applications, by id, with one delivery URL each."""

    credential = "password"

    def turn(self, settings: Settings, url: str, turn: UssdTurn) -> WireRequest:
        """Returns a USSD turn: what was dialled, or the newest answer."""
        begins = turn.alone is not None and turn.alone.begins
        return json_request(
            url,
            {
                "message": turn.service_code if begins else turn.text,
                "ussdOperation": "mo-init" if begins else "mo-cont",
                "requestId": turn.alone.turn_id if turn.alone else "",
                "sessionId": turn.session_id,
                "encoding": "440",
                "sourceAddress": address_of(turn.subscriber),
                "applicationId": settings.application_id,
                "version": "1.0",
            },
        )

    def sends_newest(self, settings: Settings) -> bool:
        """Returns whether a turn holds the newest answer alone: it does."""
        return True

    def acknowledged(self, body: str) -> None:
        """Returns when the answer takes the turn; raises Refused."""
        try:
            code = json.loads(body)["statusCode"]
        except (ValueError, TypeError, LookupError):
            code = "nothing"
        if code != TAKEN:
            raise Refused(f"The gateway's answer to the turn was {code} in place of {TAKEN}.")

    def sms(self, settings: Settings, url: str, sms: InboundSms) -> WireRequest:
        """Returns an MO."""
        return json_request(
            url,
            {
                "version": "1.0",
                "applicationId": settings.application_id,
                "sourceAddress": address_of(sms.subscriber),
                "message": sms.text,
                "requestId": sms.provider_ref,
                "encoding": "0",
            },
        )

    def new_reference(self) -> str:
        """Returns a reference for an MO."""
        return f"7{secrets.randbelow(10**20):020}"

    def account_of(self, settings: Settings, delivery_url: str) -> tuple[str, Account]:
        """Returns the application. Channels that share one share the delivery URL of the last."""
        password = settings.password.get_secret_value()
        return settings.application_id, Account(secret=password, delivery_url=delivery_url)

    def api(self, exchange: Exchange) -> Blueprint:
        """Returns the routes that take screens and SMS."""
        routes = Blueprint(NAME, __name__)

        @routes.post("/ussd/send")
        def take_screen() -> Response:
            return _take_screen(exchange)

        @routes.post("/sms/send")
        def take_sms() -> Response:
            return _take_sms(exchange)

        return routes


def _take_screen(exchange: Exchange) -> Response:
    asked = _asked()
    fault = exchange.next_fault()
    refusal = _refusal(exchange, asked, fault)
    if refusal is not None:
        return refusal
    operation = asked.get("ussdOperation")
    if operation not in ("mt-cont", "mt-fin"):
        return _answer("E1383")
    if not asked.get("sessionId") or not asked.get("message"):
        return _answer("E1312")
    screen = UssdReply(text=str(asked["message"]), ends=operation == "mt-fin")
    exchange.show(str(asked["sessionId"]), screen)
    return exchange.answered(_answer(TAKEN, f"{exchange.next_serial()}"), fault)


def _take_sms(exchange: Exchange) -> Response:
    asked = _asked()
    fault = exchange.next_fault()
    refusal = _refusal(exchange, asked, fault)
    if refusal is not None:
        return refusal
    addresses = asked.get("destinationAddresses")
    if not isinstance(addresses, list) or len(addresses) != 1 or not asked.get("message"):
        return _answer("E1312")
    sms = TakenSms(
        provider=NAME,
        account=str(asked["applicationId"]),
        reference=f"7{exchange.next_serial():020}",
        sender=str(asked.get("sourceAddress", "")),
        to=str(addresses[0]),
        text=str(asked["message"]),
    )
    if not sms.to.startswith("tel:") or sms.to == EVERYBODY:
        return _answer("E1325")
    exchange.take(sms)
    _report(exchange, sms, fault)
    return exchange.answered(_answer(TAKEN, sms.reference), fault)


def _asked() -> dict[str, object]:
    document = request.get_json(silent=True)
    return document if isinstance(document, dict) else {}


def _refusal(exchange: Exchange, asked: dict[str, object], fault: Fault | None) -> Response | None:
    account = exchange.account(NAME, str(asked.get("applicationId", "")))
    if account is None or not same_secret(str(asked.get("password", "")), account.secret):
        return _answer("E1313")
    kind = fault.kind if fault else None
    if kind is FaultKind.THROTTLE:
        return _answer("E1318")
    if kind is FaultKind.REFUSE:
        return _answer(f"E{fault.code}" if fault and fault.code else "E1325")
    return Response("upstream error", status=500) if kind is FaultKind.ERROR else None


def _report(exchange: Exchange, sms: TakenSms, fault: Fault | None) -> None:
    account = exchange.account(NAME, sms.account)
    url = account.delivery_url if account else ""
    lost = fault is not None and fault.kind is FaultKind.UNDELIVERED
    words = ("ACCEPTED", "UNDELIVERABLE" if lost else "DELIVERED")
    stages = [
        json_request(
            url,
            {
                "requestId": sms.reference,
                "destinationAddress": sms.to,
                "deliveryStatus": word,
                "timeStamp": "20260105080000",
            },
        )
        for word in words
    ]
    exchange.report(url, stages, fault)


def _answer(code: str, reference: str = "") -> Response:
    answer = {"statusCode": code, "statusDetail": DETAILS.get(code, "The request was refused.")}
    if reference:
        answer["requestId"] = reference
    return jsonify(version="1.0", **answer)
