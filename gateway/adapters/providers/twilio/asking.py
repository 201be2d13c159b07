"""Asks Twilio whether it has an SMS whose sending was never answered, and what one has cost.

Importing this loads the SDK.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from twilio.base.exceptions import TwilioException, TwilioRestException, TwilioServiceException
from twilio.rest import Client

from gateway.adapters.providers.shared.http import Transport
from gateway.adapters.providers.twilio.sender import (
    PooledHttpClient,
    client_for,
    cost_of,
    failure_for,
    segments_of,
)
from gateway.adapters.providers.twilio.settings import Settings
from gateway.adapters.providers.twilio.statuses import report_of
from gateway.domain.faults_and_errors.errors import OutcomeUnknown, ProviderUnavailable
from gateway.domain.telecom.delivery import DeliveryReport
from gateway.domain.telecom.sms import OutboundSms
from gateway.use_cases.ports.sms.prices import Cost

#: The newest of a number that are looked at, in one request.
NEWEST = 50


class TwilioAsker:
    """Looks for an MT in the list of what Twilio was handed, or by its SID."""

    def __init__(self, settings: Settings, transport: Transport) -> None:
        client: Client = client_for(settings, PooledHttpClient(transport))
        self._messages = client.messages

    def find_sent(
        self, sms: OutboundSms, since: datetime, is_another: Callable[[str], bool]
    ) -> DeliveryReport | None:
        """Returns what Twilio says of it; None when it has none such. Raises SendFailed.

        Twilio filters by the day something was sent, which what still waits there does not have. So
        the number alone is asked for, newest first, and the times are compared here.
        """
        try:
            page = self._messages.page(to=sms.number.e164, page_size=NEWEST)
            listed = list(page)
        except (TwilioException, ValueError, TypeError, AttributeError, KeyError, RecursionError):
            # Without its cause: the SDK's sentence may hold the number.
            raise ProviderUnavailable("list_unreadable") from None
        ours = [each for each in listed if _is_since(each, since) and _is_ours(each)]
        candidates = [each for each in ours if not is_another(each.sid)]
        for each in candidates:
            if each.body == sms.text:
                return report_of(each.sid, str(each.status), str(each.error_code or ""), sms.id)
        if candidates:
            # The API may have changed the text (smart encoding): then nobody can tell.
            raise OutcomeUnknown("another_text_listed")
        if len(listed) == NEWEST and all(_is_since(each, since) for each in listed):
            raise OutcomeUnknown("list_too_long")
        return None

    def cost_of(self, sid: str) -> Cost | None:
        """Returns what a message has cost; None while Twilio does not know. Raises SendFailed."""
        try:
            message = self._messages(sid).fetch()
            told = cost_of(message.price, message.price_unit)
            return Cost(told, segments_of(message.num_segments)) if told else None
        except (TwilioRestException, TwilioServiceException) as error:
            raise failure_for(error.status, error.code) from None
        except (TwilioException, ValueError, TypeError, AttributeError, KeyError, RecursionError):
            raise ProviderUnavailable("message_unreadable") from None


def _is_since(message: Any, since: datetime) -> bool:
    return message.date_created is None or message.date_created >= since.replace(microsecond=0)


def _is_ours(message: Any) -> bool:
    return bool(message.sid) and str(message.direction or "outbound").startswith("outbound")
