"""Sends SMS through RapidPro's API (v2), as broadcasts to one number each."""

from __future__ import annotations

import json

from gateway.adapters.providers.rapidpro.settings import Settings
from gateway.adapters.providers.shared.http import Transport
from gateway.domain.faults_and_errors.errors import (
    ChannelMisconfigured,
    OutcomeUnknown,
    SendRejected,
)
from gateway.domain.telecom.sms import Accepted, OutboundSms


class RapidProSender:
    """Speaks to the API of one workspace."""

    def __init__(self, settings: Settings, transport: Transport) -> None:
        self._settings, self._transport = settings, transport
        self._url = f"{settings.api_url}/api/v2/broadcasts.json"
        self._headers = {"Authorization": f"Token {settings.token.get_secret_value()}"}

    def send(self, sms: OutboundSms) -> Accepted:
        """Returns the reference of the broadcast; raises SendFailed."""
        language = self._settings.language
        document: dict[str, object] = {
            "urns": [f"tel:{sms.number.e164}"],
            "text": {language: plain(sms.text)},
            "base_language": language,
        }
        answer = self._transport.post_json(self._url, document, self._headers)
        detail = str(answer.status)
        match answer.status:
            case 200 | 201:
                return Accepted(provider_ref=_reference(answer.body))
            case 400:
                raise SendRejected("request_refused", detail)
            case 401 | 403:
                raise ChannelMisconfigured("credentials_refused", detail)
            case status if 300 <= status < 500 and status != 408:
                raise ChannelMisconfigured("refused", detail)
            case _:
                raise OutcomeUnknown("provider_error", detail)


def plain(text: str) -> str:
    """Returns a text as RapidPro will show it: what follows an @ is an expression there.

    >>> plain("Write to help@health.example")
    'Write to help@@health.example'
    """
    return text.replace("@", "@@")


def _reference(body: bytes) -> str:
    """Returns the id in an answer: newer versions have a `uuid`, older ones a number."""
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        told = None
    known = (told.get("uuid") or told.get("id")) if isinstance(told, dict) else None
    if not isinstance(known, str | int) or not known:
        raise OutcomeUnknown("answer_unreadable")
    return str(known)
