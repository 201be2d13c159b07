"""Webhook requests exactly as Africa's Talking sends them.

Each function takes the URL of the webhook as it stands in the dashboard, secret included.
"""

from __future__ import annotations

from gateway.adapters.providers.shared.joined_text.standin import joined_sms, joined_turn
from gateway.adapters.providers.shared.wire import WireRequest, form_request
from gateway.domain.telecom.sms import InboundSms
from gateway.domain.telecom.ussd import UssdTurn

#: Safaricom, the network that examples come from.
SAFARICOM = "63902"

#: When everything here happens.
DATE = "2026-01-05 08:00:00"


def ussd(url: str, turn: UssdTurn) -> WireRequest:
    """Returns a USSD turn; its text is all that was typed, joined by `*`."""
    return joined_turn(url, turn, networkCode=turn.network_code or SAFARICOM)


def ussd_end(
    url: str,
    *,
    session_id: str,
    phone: str,
    service_code: str,
    status: str = "Success",
    typed: str = "",
    last_reply: str = "",
    duration_ms: int = 12_000,
) -> WireRequest:
    """Returns the notice that a session is over; `status` is the provider's own word."""
    return form_request(
        url,
        {
            "date": DATE,
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


def sms(url: str, sms: InboundSms) -> WireRequest:
    """Returns an MO; a link id makes it on-demand."""
    return joined_sms(url, sms, date=DATE, networkCode=SAFARICOM)


def delivery(
    url: str, *, reference: str, status: str, phone: str, failure_reason: str = ""
) -> WireRequest:
    """Returns a delivery report; `status` is the provider's own word."""
    fields = {
        "id": reference,
        "status": status,
        "phoneNumber": phone,
        "networkCode": SAFARICOM,
    }
    if failure_reason:
        fields["failureReason"] = failure_reason
    return form_request(url, fields)


def opt_out(url: str, *, phone: str, sender_id: str) -> WireRequest:
    """Returns the notice that a subscriber wants no more bulk SMS."""
    return form_request(url, {"senderId": sender_id, "phoneNumber": phone})
