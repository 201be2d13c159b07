"""Plays a phone with the app: what it receives, and the API that takes SMS."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime

from flask import Blueprint, Response, jsonify, request

from gateway.adapters.providers.android.settings import Settings
from gateway.adapters.providers.android.signature import signature_of
from gateway.adapters.providers.android.statuses import RECEIVED
from gateway.adapters.providers.shared.faults import Fault, FaultKind
from gateway.adapters.providers.shared.standin import Account, Exchange, Standin, TakenSms
from gateway.adapters.providers.shared.wire import WireRequest, json_request
from gateway.domain.telecom.sms import InboundSms
from gateway.domain.text.secret_comparison import same_secret

NAME = "android"

#: A phone signs with its own clock, which this machine's has nothing to do with.
SIGNED_AT = "1767600000"
RECEIVED_AT = datetime(2026, 1, 5, 8, tzinfo=UTC)


class AndroidStandin(Standin[Settings]):
    """A phone; its accounts are user names, each with its password and signing key."""

    credential = "password"

    def sms(self, settings: Settings, url: str, sms: InboundSms) -> WireRequest:
        """Returns an MO, signed."""
        reference, _, at = sms.provider_ref.partition("@")
        told: dict[str, object] = {
            "messageId": reference,
            "sender": sms.subscriber.as_told,
            "recipient": sms.to or None,
            "simNumber": settings.sim or 1,
            "phoneNumber": sms.subscriber.as_told,
            "message": sms.text,
            "receivedAt": at or None,
        }
        return self.signed(settings, url, _event(url, RECEIVED, told))

    def signed(self, settings: Settings, url: str, request: WireRequest) -> WireRequest:
        """Returns a request, signed as it stands."""
        return _signed(request, settings.signing_key.get_secret_value())

    def new_reference(self) -> str:
        """Returns a reference for an MO: the app makes them in 32 bits, and tells when it came."""
        return f"{secrets.token_hex(4)}@{RECEIVED_AT.isoformat(timespec='milliseconds')}"

    def account_of(self, settings: Settings, delivery_url: str) -> tuple[str, Account]:
        """Returns the account that the app shows."""
        return settings.username, Account(
            secret=settings.password.get_secret_value(),
            delivery_url=delivery_url,
            signing_key=settings.signing_key.get_secret_value(),
        )

    def api(self, exchange: Exchange) -> Blueprint:
        """Returns the routes that take an SMS, and tell of one."""
        routes = Blueprint(NAME, __name__)

        @routes.post("/messages")
        def take_sms() -> Response:
            return _take_sms(exchange)

        @routes.get("/messages/<reference>")
        def tell_of_sms(reference: str) -> Response:
            return _tell_of_sms(exchange, reference)

        return routes


def _take_sms(exchange: Exchange) -> Response:
    account = _account(exchange)
    if account is None:
        return _refused(401, "Unauthorized")
    fault = exchange.next_fault()
    refusal = _refusal(fault)
    if refusal is not None:
        return refusal
    asked = request.get_json(silent=True)
    if not isinstance(asked, dict):
        return _refused(400, "no JSON")
    numbers, text = asked.get("phoneNumbers"), (asked.get("textMessage") or {}).get("text")
    if not text or not isinstance(numbers, list) or len(numbers) != 1:
        return _refused(400, "Text message is empty")
    reference = str(asked.get("id") or secrets.token_hex(8))
    if _found(exchange, reference) is not None:
        return _refused(409, "Message with such ID already exists")
    sms = TakenSms(
        provider=NAME,
        account=_username(),
        reference=reference,
        sender=f"SIM {asked.get('simNumber') or 1}",
        to=str(numbers[0]),
        text=str(text),
    )
    exchange.take(sms)
    _report(exchange, account, sms, fault)
    answer = jsonify(_message(sms, "Pending"))
    answer.status_code = 202
    return exchange.answered(answer, fault)


def _refusal(fault: Fault | None) -> Response | None:
    """Returns the answer of a fault that takes nothing."""
    if fault is None:
        return None
    if fault.kind is FaultKind.THROTTLE:
        answer = _refused(429, "Too many requests")
        answer.headers["Retry-After"] = str(fault.retry_after)
        return answer
    if fault.kind is FaultKind.REFUSE:
        return _refused(fault.code or 400, "invalid phone number")
    return _refused(500, "Internal server error") if fault.kind is FaultKind.ERROR else None


def _tell_of_sms(exchange: Exchange, reference: str) -> Response:
    if _account(exchange) is None:
        return _refused(401, "Unauthorized")
    sms = _found(exchange, reference)
    return _refused(404, "Not found") if sms is None else jsonify(_message(sms, "Delivered"))


def _username() -> str:
    given = request.authorization
    return (given.username if given else None) or ""


def _account(exchange: Exchange) -> Account | None:
    """Returns the account of who asks; None for a stranger."""
    account, given = exchange.account(NAME, _username()), request.authorization
    if account is None or given is None or not same_secret(given.password or "", account.secret):
        return None
    return account


def _found(exchange: Exchange, reference: str) -> TakenSms | None:
    return exchange.taken_as(NAME, _username(), reference)


def _message(sms: TakenSms, state: str) -> dict[str, object]:
    return {
        "id": sms.reference,
        "deviceId": "standin",
        "state": state,
        "isHashed": False,
        "isEncrypted": False,
        "recipients": [{"phoneNumber": sms.to, "state": state, "error": None}],
        "states": {},
    }


def _report(exchange: Exchange, account: Account, sms: TakenSms, fault: Fault | None) -> None:
    told: dict[str, object] = {
        "messageId": sms.reference,
        "sender": None,
        "recipient": sms.to,
        "simNumber": 1,
        "phoneNumber": sms.to,
    }
    at = RECEIVED_AT.isoformat(timespec="milliseconds")
    lost = fault is not None and fault.kind is FaultKind.UNDELIVERED
    last: tuple[str, dict[str, object]] = ("sms:delivered", {"deliveredAt": at})
    if lost:
        last = ("sms:failed", {"failedAt": at, "reason": "Sending: RESULT_ERROR_NO_SERVICE"})
    stages: list[tuple[str, dict[str, object]]] = [
        ("sms:sent", {"partsCount": 1, "sentAt": at}),
        last,
    ]
    exchange.report(
        account.delivery_url,
        [
            _signed(_event(account.delivery_url, event, told | more), account.signing_key)
            for event, more in stages
        ],
        fault,
    )


def _event(url: str, event: str, told: dict[str, object]) -> WireRequest:
    return json_request(
        url,
        {
            "id": secrets.token_hex(8),
            "webhookId": f"gateway-{event.partition(':')[2]}",
            "event": event,
            "deviceId": "standin",
            "payload": told,
        },
    )


def _signed(request: WireRequest, key: str) -> WireRequest:
    signature = signature_of(key, request.body, SIGNED_AT)
    headers = {"X-Signature": signature, "X-Timestamp": SIGNED_AT}
    return request._replace(headers={**request.headers, **headers})


def _refused(status: int, sentence: str) -> Response:
    answer = jsonify(message=sentence)
    answer.status_code = status
    return answer
