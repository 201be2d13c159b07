"""Plays Africa's Talking: its phones, and its `messaging` for bulk and on-demand SMS."""

from __future__ import annotations

import re
import secrets

from flask import Blueprint, Response, jsonify, request

from gateway.adapters.providers.africastalking import wire
from gateway.adapters.providers.africastalking.settings import Settings
from gateway.adapters.providers.shared.faults import Fault, FaultKind
from gateway.adapters.providers.shared.joined_text.standin import JoinedTextStandin
from gateway.adapters.providers.shared.standin import Account, Exchange, TakenSms
from gateway.adapters.providers.shared.wire import WireRequest
from gateway.domain.telecom.segments import segment
from gateway.domain.telecom.sms import InboundSms
from gateway.domain.telecom.ussd import UssdTurn
from gateway.domain.text.secret_comparison import same_secret

NAME = "africastalking"

#: The status codes of a recipient, and the provider's words for them.
STATUS_WORDS = {
    101: "Success",
    401: "RiskHold",
    402: "InvalidSenderId",
    403: "InvalidPhoneNumber",
    404: "UnsupportedNumberType",
    405: "InsufficientBalance",
    406: "UserInBlacklist",
    407: "CouldNotRoute",
    409: "DoNotDisturbRejection",
    500: "InternalServerError",
    501: "GatewayError",
    502: "RejectedByGateway",
}

SHILLINGS_A_SEGMENT = 0.8

Recipient = dict[str, str | int]


class AfricasTalkingStandin(JoinedTextStandin[Settings]):
    """Africa's Talking; its accounts are applications, by username, with one delivery URL each."""

    credential = "api_key"

    def turn(self, settings: Settings, url: str, turn: UssdTurn) -> WireRequest:
        """Returns a USSD turn."""
        return wire.ussd(url, turn)

    def sms(self, settings: Settings, url: str, sms: InboundSms) -> WireRequest:
        """Returns an MO."""
        return wire.sms(url, sms)

    def new_reference(self) -> str:
        """Returns a reference for an MO."""
        return f"ATXid_{secrets.token_hex(8)}"

    def account_of(self, settings: Settings, delivery_url: str) -> tuple[str, Account]:
        """Returns the application. Channels that share one share the delivery URL of the last."""
        api_key = settings.api_key.get_secret_value()
        return settings.username, Account(secret=api_key, delivery_url=delivery_url)

    def api(self, exchange: Exchange) -> Blueprint:
        """Returns the routes of the API; as in its sandbox, one host has them all."""
        routes = Blueprint(NAME, __name__)

        @routes.post("/version1/messaging")
        def send_messages() -> Response:
            return _send_messages(exchange)

        return routes


def _send_messages(exchange: Exchange) -> Response:
    account = exchange.account(NAME, request.form.get("username", ""))
    given = request.headers.get("apiKey", "")
    if account is None or not same_secret(given, account.secret):
        return Response("The supplied authentication is invalid", status=401)
    missing = [name for name in ("to", "message") if not request.form.get(name)]
    if missing:
        return Response(f"Request is missing required form field '{missing[0]}'", status=400)
    fault = exchange.next_fault()
    if fault and fault.kind is FaultKind.THROTTLE:
        headers = {"Retry-After": str(fault.retry_after)}
        return Response("Too many requests", status=429, headers=headers)
    if fault and fault.kind is FaultKind.ERROR:
        return Response("Internal server error", status=500)
    recipients = [
        _recipient(exchange, account, number, fault) for number in request.form["to"].split(",")
    ]
    return exchange.answered(_created(recipients), fault)


def _recipient(exchange: Exchange, account: Account, number: str, fault: Fault | None) -> Recipient:
    if fault and fault.kind is FaultKind.REFUSE:
        return _refused(number, fault.code or 403)
    if not re.fullmatch(r"\+[1-9][0-9]{6,14}", number):
        return _refused(number, 403)
    sms = TakenSms(
        provider=NAME,
        account=request.form["username"],
        reference=f"ATXid_{exchange.next_serial():032x}",
        sender=request.form.get("from", "AFRICASTKNG"),
        to=number,
        text=request.form["message"],
        link_id=request.form.get("linkId", ""),
    )
    exchange.take(sms)
    _report(exchange, account.delivery_url, sms, fault)
    parts = len(segment(sms.text).parts)
    return {
        "statusCode": 101,
        "number": number,
        "status": STATUS_WORDS[101],
        "cost": f"KES {parts * SHILLINGS_A_SEGMENT:.4f}",
        "messageId": sms.reference,
        "messageParts": parts,
    }


def _refused(number: str, code: int) -> Recipient:
    return {
        "statusCode": code,
        "number": number,
        "status": STATUS_WORDS.get(code, "Unknown"),
        "cost": "0",
        "messageId": "None",
    }


def _report(exchange: Exchange, url: str, sms: TakenSms, fault: Fault | None) -> None:
    undelivered = fault is not None and fault.kind is FaultKind.UNDELIVERED
    stages = [("Sent", ""), ("Failed", "DeliveryFailure") if undelivered else ("Success", "")]
    exchange.report(
        url,
        [
            wire.delivery(
                url, reference=sms.reference, status=status, phone=sms.to, failure_reason=reason
            )
            for status, reason in stages
        ],
        fault,
    )


def _created(recipients: list[Recipient]) -> Response:
    sent = [recipient for recipient in recipients if recipient["messageId"] != "None"]
    cost = sum(float(str(recipient["cost"]).removeprefix("KES ")) for recipient in sent)
    answer = jsonify(
        SMSMessageData={
            "Message": f"Sent to {len(sent)}/{len(recipients)} Total Cost: KES {cost:.4f}",
            "Recipients": recipients,
        }
    )
    answer.status_code = 201
    return answer
