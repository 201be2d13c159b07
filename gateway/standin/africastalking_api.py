"""Africa's Talking's `messaging`, for bulk and on-demand SMS."""

from __future__ import annotations

import hmac
import re

from flask import Blueprint, Response, jsonify, request

from gateway.domain.telecom.segments import segment
from gateway.standin import wire
from gateway.standin.exchange import Exchange, TakenSms, answered
from gateway.standin.faults import Fault, FaultKind

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


def blueprint(exchange: Exchange) -> Blueprint:
    """Returns the routes of Africa's Talking's API; as in its sandbox, one host has them all."""
    routes = Blueprint("africastalking", __name__)

    @routes.post("/version1/messaging")
    def send_messages() -> Response:
        if not _authenticated(exchange):
            return Response("The supplied authentication is invalid", status=401)
        missing = [name for name in ("to", "message") if not request.form.get(name)]
        if missing:
            return Response(f"Request is missing required form field '{missing[0]}'", status=400)
        fault = exchange.faults.take()
        if fault and fault.kind is FaultKind.THROTTLE:
            headers = {"Retry-After": str(fault.retry_after)}
            return Response("Too many requests", status=429, headers=headers)
        if fault and fault.kind is FaultKind.ERROR:
            return Response("Internal server error", status=500)
        numbers = request.form["to"].split(",")
        recipients = [_recipient(exchange, number, fault) for number in numbers]
        return answered(_created(recipients), fault)

    return routes


def _authenticated(exchange: Exchange) -> bool:
    account = exchange.config.africastalking.get(request.form.get("username", ""))
    given = request.headers.get("apiKey", "")
    return account is not None and hmac.compare_digest(given.encode(), account.api_key.encode())


def _recipient(exchange: Exchange, number: str, fault: Fault | None) -> Recipient:
    if fault and fault.kind is FaultKind.REFUSE:
        return _refused(number, fault.code or 403)
    if not re.fullmatch(r"\+[1-9][0-9]{6,14}", number):
        return _refused(number, 403)
    sms = TakenSms(
        provider="africastalking",
        account=request.form["username"],
        reference=f"ATXid_{exchange.next_serial():032x}",
        sender=request.form.get("from", "AFRICASTKNG"),
        to=number,
        text=request.form["message"],
        link_id=request.form.get("linkId", ""),
    )
    exchange.take(sms)
    _report(exchange, sms, fault)
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


def _report(exchange: Exchange, sms: TakenSms, fault: Fault | None) -> None:
    url = exchange.config.africastalking[sms.account].delivery_url
    undelivered = fault is not None and fault.kind is FaultKind.UNDELIVERED
    stages = [("Sent", ""), ("Failed", "DeliveryFailure") if undelivered else ("Success", "")]
    exchange.report(
        url,
        [
            wire.at_delivery(
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
