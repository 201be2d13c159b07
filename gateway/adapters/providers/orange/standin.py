"""Plays Orange: its phones, the tokens it gives, and the API that takes SMS."""

from __future__ import annotations

import hashlib
import secrets
from urllib.parse import unquote

from flask import Blueprint, Response, jsonify, request

from gateway.adapters.providers.orange.settings import Settings
from gateway.adapters.providers.shared.faults import Fault, FaultKind
from gateway.adapters.providers.shared.standin import Account, Exchange, Standin, TakenSms
from gateway.adapters.providers.shared.wire import WireRequest, json_request
from gateway.domain.telecom.sms import InboundSms
from gateway.domain.text.secret_comparison import same_secret

NAME = "orange"

#: Each contract is an account, by its number; the token goes by the credential alone.
_ANYBODY = "tel:"


class OrangeStandin(Standin[Settings]):
    """Orange; its accounts are contracts, by their numbers, each with its authorization header."""

    credential = "authorization"

    def sms(self, settings: Settings, url: str, sms: InboundSms) -> WireRequest:
        """Returns an MO."""
        message = {
            "senderAddress": f"tel:{sms.subscriber.as_told}",
            "destinationAddress": sms.to,
            "messageId": sms.provider_ref,
            "message": sms.text,
            "dateTime": "2026-01-05T08:00:00+00:00",
        }
        return json_request(url, {"inboundSMSMessageNotification": {"inboundSMSMessage": message}})

    def new_reference(self) -> str:
        """Returns a reference for an MO."""
        return secrets.token_hex(12)

    def account_of(self, settings: Settings, delivery_url: str) -> tuple[str, Account]:
        """Returns the contract, whose reports go to one address."""
        return settings.address or "", Account(
            secret=settings.credential, delivery_url=delivery_url
        )

    def api(self, exchange: Exchange) -> Blueprint:
        """Returns the routes that give tokens and take SMS."""
        routes = Blueprint(NAME, __name__)

        @routes.post("/oauth/v3/token")
        def give_token() -> Response:
            given = request.headers.get("Authorization", "")
            return jsonify({"access_token": _token(given), "expires_in": "3600"})

        @routes.post("/smsmessaging/v1/outbound/<path:sender>/requests")
        def take_sms(sender: str) -> Response:
            return _take_sms(exchange, unquote(sender).removeprefix(_ANYBODY))

        return routes


def _token(credential: str) -> str:
    return hashlib.sha256(credential.encode()).hexdigest()


def _take_sms(exchange: Exchange, contract: str) -> Response:
    account, given = exchange.account(NAME, contract), request.headers.get("Authorization", "")
    if account is None or not same_secret(given, f"Bearer {_token(account.secret)}"):
        return _error(401, "serviceException", "SVC0002", "Invalid credentials")
    fault = exchange.next_fault()
    refusal = _refusal(fault)
    if refusal is not None:
        return refusal
    asked = (request.get_json(silent=True) or {}).get("outboundSMSMessageRequest") or {}
    text = (asked.get("outboundSMSTextMessage") or {}).get("message")
    if not text or not str(asked.get("address", "")).startswith("tel:+"):
        return _error(400, "serviceException", "SVC0004", "No valid addresses provided")
    sms = TakenSms(
        provider=NAME,
        account=contract,
        reference=f"{exchange.next_serial():08x}-orange",
        sender=str(asked.get("senderName") or asked["senderAddress"].removeprefix("tel:")),
        to=asked["address"].removeprefix("tel:"),
        text=text,
    )
    exchange.take(sms)
    _report(exchange, account, sms, fault)
    answer = jsonify(
        outboundSMSMessageRequest={
            **asked, "resourceURL": f"{request.base_url}/{sms.reference}",
        }
    )  # fmt: skip
    answer.status_code = 201
    return exchange.answered(answer, fault)


def _report(exchange: Exchange, account: Account, sms: TakenSms, fault: Fault | None) -> None:
    lost = fault is not None and fault.kind is FaultKind.UNDELIVERED
    words = ("DeliveredToNetwork", "DeliveryImpossible" if lost else "DeliveredToTerminal")
    stages = [
        json_request(
            account.delivery_url,
            {
                "deliveryInfoNotification": {
                    "callbackData": sms.reference,
                    "deliveryInfo": {"address": f"tel:{sms.to}", "deliveryStatus": word},
                }
            },
        )
        for word in words
    ]
    exchange.report(account.delivery_url, stages, fault)


def _refusal(fault: Fault | None) -> Response | None:
    """Returns the answer of a fault that takes nothing."""
    if fault is None:
        return None
    if fault.kind is FaultKind.THROTTLE:
        answer = _error(429, "policyException", "POL0001", "Too many requests")
        answer.headers["Retry-After"] = str(fault.retry_after)
        return answer
    if fault.kind is FaultKind.REFUSE:
        return _error(400, "serviceException", "SVC0004", "No valid addresses provided")
    return Response("upstream error", status=500) if fault.kind is FaultKind.ERROR else None


def _error(status: int, kind: str, code: str, sentence: str) -> Response:
    answer = jsonify(requestError={kind: {"messageId": code, "text": sentence, "variables": []}})
    answer.status_code = status
    return answer
