"""Hands SMS to the app, and asks it what became of one."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from datetime import UTC

from gateway.adapters.providers.android.settings import Settings
from gateway.adapters.providers.android.statuses import id_of, report_of
from gateway.adapters.providers.shared.calling.asked import HttpAnswer
from gateway.adapters.providers.shared.http import Transport
from gateway.domain.faults_and_errors.errors import (
    ChannelMisconfigured,
    OutcomeUnknown,
    ProviderUnavailable,
    SendRejected,
)
from gateway.domain.telecom.delivery import DeliveryReport
from gateway.domain.telecom.sms import Accepted, Lane, OutboundSms

#: How urgent a lane is to the app, from -128 to 127: a higher one goes first, and from 100 on the
#: app waits for none of its own limits.
PRIORITIES: Mapping[Lane, int] = {Lane.URGENT: 100, Lane.REPLY: 50, Lane.BULK: 0}


class AndroidSender:
    """Speaks to the API of the app: on the phone itself, or in its cloud."""

    def __init__(self, settings: Settings, transport: Transport) -> None:
        self._settings, self._transport = settings, transport
        account = f"{settings.username}:{settings.password.get_secret_value()}"
        basic = base64.b64encode(account.encode()).decode("ascii")
        self._headers = {"Authorization": f"Basic {basic}"}

    def send(self, sms: OutboundSms) -> Accepted:
        """Returns the reference, which is our own id of the MT; raises SendFailed."""
        reference = id_of(sms)
        document: dict[str, object] = {
            "id": reference,
            "textMessage": {"text": sms.text},
            "phoneNumbers": [sms.number.e164],
            "withDeliveryReport": True,
            "priority": PRIORITIES[sms.lane],
        }
        if self._settings.sim is not None:
            document["simNumber"] = self._settings.sim
        if sms.valid_until is not None:
            until = sms.valid_until.astimezone(UTC)
            document["validUntil"] = until.isoformat(timespec="seconds").replace("+00:00", "Z")
        url = f"{self._settings.base}/messages"
        answer = self._transport.post_json(url, document, self._headers)
        detail = str(answer.status)
        match answer.status:
            case 200 | 201 | 202:
                # A version that does not know the field `id` gives one of its own.
                given = _fields(answer).get("id")
                known = given if isinstance(given, str) and given else reference
                return Accepted(provider_ref=known)
            case 409:  # it has this id: an earlier attempt arrived, though its answer did not
                return Accepted(provider_ref=reference)
            case 400:
                raise SendRejected("request_refused", detail)
            case 401 | 403:
                raise ChannelMisconfigured("credentials_refused", detail)
            case 503:  # the queue is full: the phone has been away for too long
                raise ProviderUnavailable("queue_full", detail)
            case status if 300 <= status < 500 and status != 408:
                raise ChannelMisconfigured("refused", detail)
            case _:
                raise OutcomeUnknown("provider_error", detail)

    def find(self, sms: OutboundSms) -> DeliveryReport | None:
        """Returns what the app says of an MT; None when it has none such. Raises SendFailed."""
        reference = id_of(sms)
        url = f"{self._settings.base}/messages/{reference}"
        answer = self._transport.get(url, self._headers)
        match answer.status:
            case 200:
                state = _fields(answer).get("state")
                if not isinstance(state, str):
                    raise ProviderUnavailable("answer_unreadable")
                return report_of(reference, state)
            case 404:
                return None
            case status:
                raise ProviderUnavailable("provider_error", str(status))


def _fields(answer: HttpAnswer) -> Mapping[str, object]:
    try:
        fields = json.loads(answer.body)
    except (ValueError, RecursionError):
        return {}
    return fields if isinstance(fields, dict) else {}
