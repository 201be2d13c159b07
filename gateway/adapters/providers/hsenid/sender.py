"""Hands screens and SMS to hSenid's TAP, and judges what it answers.

Every answer has HTTP status 200, also one that refuses: what counts is its `statusCode`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from gateway.adapters.providers.hsenid.settings import Settings
from gateway.adapters.providers.shared.calling.asked import HttpAnswer
from gateway.adapters.providers.shared.http import Transport
from gateway.domain.faults_and_errors.errors import (
    ChannelMisconfigured,
    OutcomeUnknown,
    ProviderUnavailable,
    SendFailed,
    SendRejected,
    Throttled,
)
from gateway.domain.telecom.identity import Identity
from gateway.domain.telecom.msisdn import Msisdn
from gateway.domain.telecom.sms import Accepted, OutboundSms
from gateway.domain.telecom.ussd import UssdReply, UssdTurn

TAKEN = "S1000"
#: The alphabet of screens, and that of plain SMS.
SCREEN_TEXT, SMS_TEXT = "440", "0"
#: What the provider takes for every subscriber of the application.
EVERYBODY = "tel:all"

#: What the codes of refusals mean: our error, and our code. E1601 is "an unexpected error": nobody
#: knows what it came after, so nothing is sent again.
VERDICTS: Mapping[str, tuple[type[SendFailed], str]] = {
    "E1318": (Throttled, "throttled"),
    "E1319": (Throttled, "daily_limit"),
    "E1341": (ProviderUnavailable, "provider_error"),
    "E1601": (OutcomeUnknown, "provider_error"),
    "E1602": (ProviderUnavailable, "provider_error"),
    "E1603": (ProviderUnavailable, "provider_error"),
    "E1301": (ChannelMisconfigured, "application_refused"),
    "E1303": (ChannelMisconfigured, "address_not_registered"),
    "E1309": (ChannelMisconfigured, "refused"),
    "E1311": (ChannelMisconfigured, "refused"),
    "E1313": (ChannelMisconfigured, "credentials_refused"),
    "E1315": (ChannelMisconfigured, "refused"),
    "E1328": (ChannelMisconfigured, "refused"),
    "E1331": (ChannelMisconfigured, "sender_id_refused"),
}

#: A day's limit is over with the day.
DAY_SECONDS = 86_400.0

_CODE = re.compile(r"[A-Z][0-9]{4}", re.ASCII)


class HsenidSender:
    """Speaks to the API of one application."""

    def __init__(self, settings: Settings, transport: Transport) -> None:
        self._settings, self._transport = settings, transport

    def push(self, turn: UssdTurn, reply: UssdReply, seconds: float) -> None:
        """Hands a screen over within so many seconds; raises SendFailed.

        `mt-fin` closes the session: without it the phone would wait for the network's time-out.
        """
        document = {
            **self._application(),
            "message": reply.text,
            "sessionId": turn.session_id,
            "ussdOperation": "mt-fin" if reply.ends else "mt-cont",
            "destinationAddress": address_of(turn.subscriber),
            "encoding": SCREEN_TEXT,
        }
        judge(self._transport.post_json(f"{self._settings.base}/ussd/send", document, {}, seconds))

    def send(self, sms: OutboundSms) -> Accepted:
        """Returns the provider's reference; raises SendFailed."""
        document = {
            **self._application(),
            "message": sms.text,
            "destinationAddresses": [address_of(sms.subscriber)],
            "deliveryStatusRequest": "1",
            "encoding": SMS_TEXT,
        }
        sender = sms.sender or self._settings.sender_id or self._settings.address
        if sender:
            document["sourceAddress"] = sender
        answer = judge(self._transport.post_json(f"{self._settings.base}/sms/send", document, {}))
        reference = answer.get("requestId")
        if not isinstance(reference, str) or not reference:
            raise OutcomeUnknown("answer_unreadable")
        return Accepted(provider_ref=reference)

    def _application(self) -> dict[str, object]:
        return {
            "version": "1.0",
            "applicationId": self._settings.application_id,
            "password": self._settings.password.get_secret_value(),
        }


def address_of(subscriber: Identity) -> str:
    """Returns a subscriber as the API names them; raises SendRejected for everybody at once."""
    told = subscriber.e164.removeprefix("+") if isinstance(subscriber, Msisdn) else subscriber.value
    address = f"tel:{told}"
    if address.lower() == EVERYBODY:
        raise SendRejected("everybody_refused")
    return address


def judge(answer: HttpAnswer) -> Mapping[str, object]:
    """Returns the fields of an answer that says yes; raises SendFailed for any other."""
    detail = str(answer.status)
    if answer.status in (401, 403, 404, 405) or 300 <= answer.status < 400:
        raise ChannelMisconfigured("refused", detail)
    if 400 <= answer.status < 500 and answer.status != 408:
        raise SendRejected("request_refused", detail)
    if answer.status != 200:
        raise OutcomeUnknown("provider_error", detail)
    try:
        fields = json.loads(answer.body)
    except (ValueError, RecursionError):
        fields = None
    code = fields.get("statusCode") if isinstance(fields, dict) else None
    if code == TAKEN and isinstance(fields, dict):
        return fields
    if not isinstance(code, str) or not _CODE.fullmatch(code):
        raise OutcomeUnknown("answer_unreadable")
    raise failure_for(code)


def failure_for(code: str) -> SendFailed:
    """Returns what a code that is not the provider's yes means."""
    if code in VERDICTS:
        failure, ours = VERDICTS[code]
        return failure(ours, code, DAY_SECONDS if ours == "daily_limit" else None)
    if code.startswith("E"):
        return SendRejected("request_refused", code)
    return OutcomeUnknown("answer_unclear", code)  # as P1003: it is pending
