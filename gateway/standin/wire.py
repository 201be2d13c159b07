"""Webhook requests exactly as providers send them.

For tests, the phone in the browser, `gateway dial`, and the benches. Each function takes the URL of
the webhook as it stands in the provider's dashboard, secret included.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import urlencode, urlsplit

FORM_HEADERS: Mapping[str, str] = {"Content-Type": "application/x-www-form-urlencoded"}

#: Safaricom, the network that examples come from.
SAFARICOM = "63902"


class WireRequest(NamedTuple):
    """A POST request: path and query, headers, body."""

    target: str
    headers: Mapping[str, str]
    body: bytes


def at_ussd(
    url: str,
    *,
    session_id: str,
    phone: str,
    service_code: str,
    text: str,
    network_code: str = SAFARICOM,
) -> WireRequest:
    """Returns a USSD turn of Africa's Talking; `text` is all that was typed, joined by `*`."""
    return _form(
        url,
        {
            "sessionId": session_id,
            "phoneNumber": phone,
            "networkCode": network_code,
            "serviceCode": service_code,
            "text": text,
        },
    )


def at_ussd_end(
    url: str,
    *,
    session_id: str,
    phone: str,
    service_code: str,
    status: str = "Success",
    typed: str = "",
    last_reply: str = "",
    duration_ms: int = 12_000,
    date: str = "2026-01-05 08:00:00",
) -> WireRequest:
    """Returns Africa's Talking's notice that a session is over; `status` is its own word."""
    return _form(
        url,
        {
            "date": date,
            "sessionId": session_id,
            "serviceCode": service_code,
            "networkCode": SAFARICOM,
            "phoneNumber": phone,
            "status": status,
            "cost": "KES 0.10",
            "durationInMillis": str(duration_ms),
            "hopsCount": str(typed.count("*") + 1 if typed else 0),
            "input": typed,
            "lastAppResponse": last_reply,
            **({"errorMessage": "Failed"} if status == "Failed" else {}),
        },
    )


def at_sms(
    url: str,
    *,
    reference: str,
    phone: str,
    to: str,
    text: str,
    link_id: str = "",
    date: str = "2026-01-05 08:00:00",
) -> WireRequest:
    """Returns an MO of Africa's Talking; a link id makes it on-demand."""
    fields = {
        "date": date,
        "from": phone,
        "id": reference,
        "text": text,
        "to": to,
        "networkCode": SAFARICOM,
    }
    if link_id:
        fields["linkId"] = link_id
    return _form(url, fields)


def at_delivery(
    url: str, *, reference: str, status: str, phone: str, failure_reason: str = ""
) -> WireRequest:
    """Returns a delivery report of Africa's Talking; `status` is its own word."""
    fields = {
        "id": reference,
        "status": status,
        "phoneNumber": phone,
        "networkCode": SAFARICOM,
    }
    if failure_reason:
        fields["failureReason"] = failure_reason
    return _form(url, fields)


def at_opt_out(url: str, *, phone: str, sender_id: str) -> WireRequest:
    """Returns Africa's Talking's notice that a subscriber wants no more bulk SMS."""
    return _form(url, {"senderId": sender_id, "phoneNumber": phone})


def twilio_sms(
    url: str,
    *,
    auth_token: str,
    account_sid: str,
    reference: str,
    phone: str,
    to: str,
    text: str,
    opt_out: str = "",
) -> WireRequest:
    """Returns a signed MO of Twilio; `url` must be the public one, for it is what is signed."""
    fields = {
        "ToCountry": "US",
        "ToState": "",
        "SmsMessageSid": reference,
        "NumMedia": "0",
        "ToCity": "",
        "FromZip": "",
        "SmsSid": reference,
        "FromState": "",
        "SmsStatus": "received",
        "FromCity": "",
        "Body": text,
        "FromCountry": "US",
        "To": to,
        "ToZip": "",
        "NumSegments": "1",
        "MessageSid": reference,
        "AccountSid": account_sid,
        "From": phone,
        "ApiVersion": "2010-04-01",
    }
    if opt_out:
        fields["OptOutType"] = opt_out
    return _signed(url, fields, auth_token)


def twilio_status(
    url: str,
    *,
    auth_token: str,
    account_sid: str,
    reference: str,
    status: str,
    phone: str,
    sender: str,
    error_code: str = "",
) -> WireRequest:
    """Returns a signed status report of Twilio; `status` is its own word."""
    fields = {
        "SmsSid": reference,
        "SmsStatus": status,
        "MessageStatus": status,
        "To": phone,
        "MessageSid": reference,
        "AccountSid": account_sid,
        "From": sender,
        "ApiVersion": "2010-04-01",
    }
    if error_code:
        fields["ErrorCode"] = error_code
    return _signed(url, fields, auth_token)


def simulator_ussd(
    url: str,
    *,
    session_id: str,
    phone: str,
    service_code: str,
    text: str,
    language: str = "",
) -> WireRequest:
    """Returns a USSD turn of the development phone."""
    fields = {
        "sessionId": session_id,
        "phoneNumber": phone,
        "serviceCode": service_code,
        "text": text,
    }
    if language:
        fields["language"] = language
    return _form(url, fields)


def simulator_sms(url: str, *, reference: str, phone: str, to: str, text: str) -> WireRequest:
    """Returns an MO of the development phone."""
    return _form(url, {"id": reference, "from": phone, "to": to, "text": text})


def _form(url: str, fields: Mapping[str, str]) -> WireRequest:
    parts = urlsplit(url)
    target = parts.path + (f"?{parts.query}" if parts.query else "")
    return WireRequest(target, FORM_HEADERS, urlencode(fields).encode("ascii"))


def _signed(url: str, fields: Mapping[str, str], auth_token: str) -> WireRequest:
    # Signed by the SDK, not by our own code, so that the two check each other.
    from twilio.request_validator import RequestValidator

    signature = RequestValidator(auth_token).compute_signature(url, fields)
    request = _form(url, fields)
    return request._replace(headers={**request.headers, "X-Twilio-Signature": signature})
