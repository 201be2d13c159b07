"""Twilio's `Messages.json`, as far as an SMS needs it."""

from __future__ import annotations

import hmac
import re
from urllib.parse import urlsplit

from flask import Blueprint, Response, jsonify, request

from gateway.domain.telecom.segments import segment
from gateway.standin import wire
from gateway.standin.exchange import Exchange, TakenSms, answered
from gateway.standin.faults import Fault, FaultKind

#: The sentences of the error codes that the stand-in uses.
ERRORS = {
    20003: (401, "Authenticate"),
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


def blueprint(exchange: Exchange) -> Blueprint:
    """Returns the routes of Twilio's API."""
    routes = Blueprint("twilio", __name__)

    @routes.post("/2010-04-01/Accounts/<account_sid>/Messages.json")
    def create_message(account_sid: str) -> Response:
        if not _authenticated(exchange, account_sid):
            return _error(20003)
        fault = exchange.faults.take()
        refusal = _refusal(fault) or _faults_of_form()
        if refusal is not None:
            return refusal
        sms = _take(exchange, account_sid)
        _report(exchange, sms, fault)
        return answered(_created(sms), fault)

    return routes


def _authenticated(exchange: Exchange, account_sid: str) -> bool:
    given, token = request.authorization, exchange.config.twilio.get(account_sid, "")
    if given is None or not token or given.username != account_sid:
        return False
    return hmac.compare_digest((given.password or "").encode(), token.encode())


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
        provider="twilio",
        account=account_sid,
        reference=f"SM{exchange.next_serial():032x}",
        sender=request.form.get("From") or request.form["MessagingServiceSid"],
        to=request.form["To"],
        text=request.form["Body"],
        status_callback=request.form.get("StatusCallback", ""),
    )
    exchange.take(sms)
    return sms


def _report(exchange: Exchange, sms: TakenSms, fault: Fault | None) -> None:
    undelivered = fault is not None and fault.kind is FaultKind.UNDELIVERED
    stages = [("sent", ""), ("undelivered", "30003") if undelivered else ("delivered", "")]
    exchange.report(
        sms.status_callback,
        [
            wire.twilio_status(
                sms.status_callback,
                auth_token=exchange.config.twilio[sms.account],
                account_sid=sms.account,
                reference=sms.reference,
                status=status,
                phone=sms.to,
                sender=sms.sender,
                error_code=error_code,
            )
            for status, error_code in stages
            if sms.status_callback
        ],
        fault,
    )


def _created(sms: TakenSms) -> Response:
    service = sms.sender if sms.sender.startswith("MG") else None
    answer = jsonify(
        account_sid=sms.account,
        api_version="2010-04-01",
        body=sms.text,
        date_created="Mon, 05 Jan 2026 08:00:00 +0000",
        date_sent=None,
        date_updated="Mon, 05 Jan 2026 08:00:00 +0000",
        direction="outbound-api",
        error_code=None,
        error_message=None,
        messaging_service_sid=service,
        num_media="0",
        num_segments="0" if service else str(len(segment(sms.text).parts)),
        price=None,
        price_unit="USD",
        sid=sms.reference,
        status="accepted" if service else "queued",
        to=sms.to,
        uri=f"/2010-04-01/Accounts/{sms.account}/Messages/{sms.reference}.json",
        **{"from": None if service else sms.sender},
    )
    answer.status_code = 201
    return answer


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
