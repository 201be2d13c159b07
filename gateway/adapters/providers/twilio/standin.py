"""Plays Twilio: its phones, and its `Messages.json` as far as an SMS needs it."""

from __future__ import annotations

import re
import secrets
from datetime import timedelta
from decimal import Decimal
from email.utils import format_datetime, parsedate_to_datetime
from urllib.parse import urlsplit

from flask import Blueprint, Response, jsonify, request

from gateway.adapters.providers.shared.faults import Fault, FaultKind
from gateway.adapters.providers.shared.standin import Account, Exchange, Standin, TakenSms
from gateway.adapters.providers.shared.wire import WireRequest
from gateway.adapters.providers.twilio import wire
from gateway.adapters.providers.twilio.settings import Settings
from gateway.domain.telecom.segments import segment
from gateway.domain.telecom.sms import InboundSms
from gateway.domain.text.secret_comparison import same_secret

NAME = "twilio"
#: A price is known so long after an SMS was taken; it is below zero, as Twilio writes it.
PRICED_AFTER = timedelta(minutes=1)
SEGMENT_PRICE = Decimal("0.00750")

#: The sentences of the error codes that the stand-in uses.
ERRORS = {
    20003: (401, "Authenticate"),
    20404: (404, "The requested resource was not found"),
    20429: (429, "Too Many Requests"),
    20500: (500, "Internal Server Error"),
    21211: (400, "Invalid 'To' Phone Number"),
    21602: (400, "Message body is required."),
    21603: (400, "A 'From' phone number is required."),
    21604: (400, "A 'To' phone number is required."),
    21609: (400, "The StatusCallback URL is not a valid URL."),
    21610: (400, "Attempt to send to unsubscribed recipient"),
    21617: (400, "The concatenated message body exceeds the 1600 character limit."),
}


class TwilioStandin(Standin[Settings]):
    """Twilio; its accounts are auth tokens, by AccountSid."""

    credential = "auth_token"

    def sms(self, settings: Settings, url: str, sms: InboundSms) -> WireRequest:
        """Returns an MO, signed with the channel's auth token."""
        token = settings.auth_token.get_secret_value()
        return wire.sms(url, sms, auth_token=token, account_sid=settings.account_sid)

    def signed(self, settings: Settings, url: str, request: WireRequest) -> WireRequest:
        """Returns a form, signed as it stands."""
        return wire.signed(url, request, settings.auth_token.get_secret_value())

    def new_reference(self) -> str:
        """Returns a reference for an MO."""
        return f"SM{secrets.token_hex(16)}"

    def account_of(self, settings: Settings, delivery_url: str) -> tuple[str, Account]:
        """Returns the account; each SMS names its own address for reports."""
        return settings.account_sid, Account(secret=settings.auth_token.get_secret_value())

    def api(self, exchange: Exchange) -> Blueprint:
        """Returns the routes of the API."""
        routes = Blueprint(NAME, __name__)

        @routes.post("/2010-04-01/Accounts/<account_sid>/Messages.json")
        def create_message(account_sid: str) -> Response:
            return _create_message(exchange, account_sid)

        @routes.get("/2010-04-01/Accounts/<account_sid>/Messages.json")
        def list_messages(account_sid: str) -> Response:
            return _list_messages(exchange, account_sid)

        @routes.get("/2010-04-01/Accounts/<account_sid>/Messages/<sid>.json")
        def fetch_message(account_sid: str, sid: str) -> Response:
            return _fetch_message(exchange, account_sid, sid)

        return routes


def _fetch_message(exchange: Exchange, account_sid: str, sid: str) -> Response:
    """Returns one SMS, with its price once it is a minute old."""
    account = exchange.account(NAME, account_sid)
    if account is None or not _authenticated(account_sid, account):
        return _error(20003)
    sms = exchange.taken_as(NAME, account_sid, sid)
    if sms is None:
        return _error(20404)
    segments = len(segment(sms.text).parts)
    message = {**_message(sms, "delivered"), "num_segments": str(segments)}
    if exchange.now() - parsedate_to_datetime(sms.taken_at) >= PRICED_AFTER:
        message["price"] = f"-{SEGMENT_PRICE * segments}"
    return jsonify(message)


def _list_messages(exchange: Exchange, account_sid: str) -> Response:
    """Returns the newest SMS to a number, as far as one page holds them."""
    account = exchange.account(NAME, account_sid)
    if account is None or not _authenticated(account_sid, account):
        return _error(20003)
    size = request.args.get("PageSize", 50, type=int)
    newest = exchange.newest_to(NAME, account_sid, request.args.get("To", ""))[:size]
    return jsonify(
        messages=[_message(sms, "delivered") for sms in newest],
        page=0,
        page_size=size,
        start=0,
        end=max(len(newest) - 1, 0),
        uri=request.full_path,
        first_page_uri=request.full_path,
        next_page_uri=None,
        previous_page_uri=None,
    )


def _create_message(exchange: Exchange, account_sid: str) -> Response:
    account = exchange.account(NAME, account_sid)
    if account is None or not _authenticated(account_sid, account):
        return _error(20003)
    fault = exchange.next_fault()
    refusal = _refusal(fault) or _faults_of_form()
    if refusal is not None:
        return refusal
    sms = _take(exchange, account_sid)
    if sms.status_callback:
        exchange.report(sms.status_callback, _reports(account, sms, fault), fault)
    return exchange.answered(_created(sms), fault)


def _authenticated(account_sid: str, account: Account) -> bool:
    given = request.authorization
    if given is None or given.username != account_sid:
        return False
    return same_secret(given.password or "", account.secret)


def _refusal(fault: Fault | None) -> Response | None:
    if fault is None:
        return None
    if fault.kind is FaultKind.THROTTLE:
        answer = _error(20429)
        answer.headers["Retry-After"] = str(fault.retry_after)
        return answer
    if fault.kind is FaultKind.ERROR:
        # Not Twilio's own 20500, which says that nothing was sent: this one leaves it open.
        return Response("upstream error", status=500)
    return _error(fault.code or 21211) if fault.kind is FaultKind.REFUSE else None


def _faults_of_form() -> Response | None:
    form = request.form
    if not form.get("To"):
        return _error(21604)
    if not re.fullmatch(r"\+[1-9][0-9]{6,14}", form["To"]):
        return _error(21211)
    if not form.get("From") and not form.get("MessagingServiceSid"):
        return _error(21603)
    if not form.get("Body"):
        return _error(21602)
    if len(form["Body"]) > 1600:
        return _error(21617)
    address = urlsplit(form.get("StatusCallback", "http://none"))
    if address.scheme not in ("http", "https") or "_" in (address.hostname or "_"):
        return _error(21609)
    return None


def _take(exchange: Exchange, account_sid: str) -> TakenSms:
    sms = TakenSms(
        provider=NAME,
        account=account_sid,
        reference=f"SM{exchange.next_serial():032x}",
        sender=request.form.get("From") or request.form["MessagingServiceSid"],
        to=request.form["To"],
        text=request.form["Body"],
        status_callback=request.form.get("StatusCallback", ""),
        taken_at=format_datetime(exchange.now()),
    )
    exchange.take(sms)
    return sms


def _reports(account: Account, sms: TakenSms, fault: Fault | None) -> list[WireRequest]:
    undelivered = fault is not None and fault.kind is FaultKind.UNDELIVERED
    stages = [("sent", ""), ("undelivered", "30003") if undelivered else ("delivered", "")]
    return [
        wire.status(
            sms.status_callback,
            auth_token=account.secret,
            account_sid=sms.account,
            reference=sms.reference,
            status=status,
            phone=sms.to,
            sender=sms.sender,
            error_code=error_code,
        )
        for status, error_code in stages
    ]


def _created(sms: TakenSms) -> Response:
    service = sms.sender.startswith("MG")
    answer = jsonify(_message(sms, "accepted" if service else "queued"))
    answer.status_code = 201
    return answer


def _message(sms: TakenSms, status: str) -> dict[str, object]:
    service = sms.sender if sms.sender.startswith("MG") else None
    return {
        "account_sid": sms.account,
        "api_version": "2010-04-01",
        "body": sms.text,
        "date_created": sms.taken_at,
        "date_sent": None,
        "date_updated": sms.taken_at,
        "direction": "outbound-api",
        "error_code": None,
        "error_message": None,
        "from": None if service else sms.sender,
        "messaging_service_sid": service,
        "num_media": "0",
        "num_segments": "0" if service else str(len(segment(sms.text).parts)),
        "price": None,
        "price_unit": "USD",
        "sid": sms.reference,
        "status": status,
        "to": sms.to,
        "uri": f"/2010-04-01/Accounts/{sms.account}/Messages/{sms.reference}.json",
    }


def _error(code: int) -> Response:
    status, sentence = ERRORS.get(code, (400, "The request was refused."))
    answer = jsonify(
        code=code,
        message=sentence,
        more_info=f"https://www.twilio.com/docs/errors/{code}",
        status=status,
    )
    answer.status_code = status
    return answer
