"""Hands SMS and screens to the process that holds the binds, and judges what it answers."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC
from typing import Any

from gateway.adapters.providers.shared.http import Transport
from gateway.adapters.providers.shared.one_by_one import one_by_one
from gateway.adapters.providers.smpp.settings import Settings
from gateway.adapters.providers.smpp.wire import EACH, FAILED, KEY_HEADER, failure_told
from gateway.domain.faults_and_errors.errors import ChannelMisconfigured, OutcomeUnknown, SendFailed
from gateway.domain.telecom.msisdn import Msisdn
from gateway.domain.telecom.sms import Accepted, OutboundSms
from gateway.domain.telecom.ussd import UssdReply, UssdTurn

#: What the process needs for itself, beyond the operator's answer; and how many messages a long
#: text is waited for.
_MORE_SECONDS, _MESSAGES = 5.0, 4
#: The status of a request that the process cannot read.
_UNREADABLE = "400"
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
        return _accepted(self._ask("sms", self._asked(sms), None))

    def send_many(self, sms: Sequence[OutboundSms]) -> Sequence[Accepted | SendFailed]:
        """Returns what each came to; raises SendFailed for what they came to all alike.

        They go to the process in one call, and from there to the operator side by side.
        """
        results: list[Accepted | SendFailed | None] = [None] * len(sms)
        asked = []
        for place, each in enumerate(sms):
            try:
                asked.append(self._asked(each))
            except SendFailed as failure:
                results[place] = failure
        try:
            told = self._ask("sms", {EACH: asked}, None).get(EACH) if asked else []
        except ChannelMisconfigured as refused:
            if refused.detail != _UNREADABLE:
                raise
            return one_by_one(self.send, sms)  # lines of an older version: they sent nothing of it
        if not isinstance(told, list) or len(told) != len(asked):
            raise OutcomeUnknown("answer_unreadable")
        answers = iter(told)
        return [_result(next(answers)) if each is None else each for each in results]

    def _asked(self, sms: OutboundSms) -> Mapping[str, object]:
        """Returns what is asked for; raises SendFailed."""
        sender = sms.sender or self._settings.sender_id or self._settings.address
        if not sender:
            raise ChannelMisconfigured("sender_id_missing")
        asked: dict[str, object] = {"to": sms.number.e164, "from": sender, "text": sms.text}
        if sms.valid_until is not None:
            # As SMPP writes a moment in UTC: YYMMDDhhmmss, tenths, and the zone (7.1.1).
            asked["validity"] = sms.valid_until.astimezone(UTC).strftime("%y%m%d%H%M%S000+")
        return asked

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


def _result(told: object) -> Accepted | SendFailed:
    """Returns what one of several came to."""
    if not isinstance(told, dict):
        return OutcomeUnknown("answer_unreadable")
    if "failure" in told:
        return failure_told(told)
    try:
        return _accepted(told)
    except OutcomeUnknown as unknown:
        return unknown


def _accepted(answer: Mapping[str, Any]) -> Accepted:
    reference, segments = answer.get("reference"), answer.get("segments")
    if not isinstance(reference, str) or not reference:
        raise OutcomeUnknown("answer_unreadable")
    return Accepted(
        provider_ref=reference, segments=segments if isinstance(segments, int) else None
    )
