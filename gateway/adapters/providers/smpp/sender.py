"""Hands SMS and screens to the process that holds the binds, and judges what it answers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC
from typing import Any

from gateway.adapters.providers.shared.http import Transport
from gateway.adapters.providers.smpp.settings import Settings
from gateway.adapters.providers.smpp.wire import FAILED, KEY_HEADER, failure_told
from gateway.domain.faults_and_errors.errors import ChannelMisconfigured, OutcomeUnknown, SendFailed
from gateway.domain.telecom.msisdn import Msisdn
from gateway.domain.telecom.sms import Accepted, OutboundSms
from gateway.domain.telecom.ussd import UssdReply, UssdTurn

#: What the process needs for itself, beyond the operator's answer; and how many messages a long
#: text is waited for.
_MORE_SECONDS, _MESSAGES = 5.0, 4
#: How long it may take to say which binds are up.
_STATE_SECONDS = 1.0


class SmppSender:
    """Asks `gateway lines` to send."""

    def __init__(self, channel: str, settings: Settings, key: str) -> None:
        self._channel, self._settings = channel, settings
        self._transport = Transport(
            read_seconds=settings.response_seconds * _MESSAGES + _MORE_SECONDS
        )
        self._headers = {KEY_HEADER: key}

    def send(self, sms: OutboundSms) -> Accepted:
        """Returns the operator's reference; raises SendFailed."""
        sender = sms.sender or self._settings.sender_id or self._settings.address
        if not sender:
            raise ChannelMisconfigured("sender_id_missing")
        asked: dict[str, object] = {"to": sms.number.e164, "from": sender, "text": sms.text}
        if sms.valid_until is not None:
            # As SMPP writes a moment in UTC: YYMMDDhhmmss, tenths, and the zone (7.1.1).
            asked["validity"] = sms.valid_until.astimezone(UTC).strftime("%y%m%d%H%M%S000+")
        answer = self._ask("sms", asked, None)
        reference, segments = answer.get("reference"), answer.get("segments")
        if not isinstance(reference, str) or not reference:
            raise OutcomeUnknown("answer_unreadable")
        return Accepted(
            provider_ref=reference, segments=segments if isinstance(segments, int) else None
        )

    def show(self, turn: UssdTurn, reply: UssdReply, seconds: float) -> None:
        """Hands a screen over within so many seconds; raises SendFailed."""
        caller = turn.subscriber
        asked = {
            "session": turn.session_id,
            "to": caller.e164 if isinstance(caller, Msisdn) else caller.value,
            "text": reply.text,
            "ends": reply.ends,
            "within": seconds,
        }
        self._ask("screens", asked, seconds)

    def _ask(
        self, route: str, asked: Mapping[str, object], within: float | None
    ) -> Mapping[str, Any]:
        url = f"{self._settings.base}/lines/{self._channel}/{route}"
        answer = self._transport.post_json(url, asked, self._headers, within)
        detail = str(answer.status)
        if answer.status in (400, 403, 404):
            raise ChannelMisconfigured("refused", detail)
        try:
            fields = json.loads(answer.body)
        except (ValueError, RecursionError):
            fields = None
        if not isinstance(fields, dict):
            raise OutcomeUnknown("answer_unreadable", detail)
        match answer.status:
            case 200:
                return fields
            case status if status == FAILED:
                raise failure_told(fields)
            case _:
                raise OutcomeUnknown("provider_error", detail)


def binds_up(channel: str, settings: Settings) -> int:
    """Returns how many binds of a channel are up; none where nobody answers for them."""
    transport = Transport(connect_seconds=_STATE_SECONDS, read_seconds=_STATE_SECONDS)
    try:
        told = json.loads(transport.get(f"{settings.base}/", {}).body)
    except (SendFailed, ValueError, RecursionError):
        return 0
    state = told.get(channel) if isinstance(told, dict) else None
    return sum(each is True for each in state) if isinstance(state, list) else 0
