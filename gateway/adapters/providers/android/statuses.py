"""The app's words for what becomes of an SMS, and the id that an SMS has there: our own.

From the app's source, read on 2026-11-29 (capcom6/android-sms-gateway 0cdc5d8 of 2026-06-18).
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from gateway.adapters.providers.shared.form_fields import word
from gateway.domain.telecom.delivery import DeliveryReport, DeliveryStatus
from gateway.domain.telecom.sms import OutboundSms

#: The event of an SMS that has come.
RECEIVED = "sms:received"

#: The states of a message, and the last words of the events that tell of them, in lower case.
#: "Failed" is told of what the phone could not hand to its network, and of what the network could
#: not deliver: nobody has read it.
DELIVERY_STATUSES: Mapping[str, DeliveryStatus] = {
    "pending": DeliveryStatus.SENT,
    "processed": DeliveryStatus.SENT,
    "sent": DeliveryStatus.SENT,
    "delivered": DeliveryStatus.DELIVERED,
    "failed": DeliveryStatus.UNDELIVERED,
    "cancelled": DeliveryStatus.REJECTED,
    "canceled": DeliveryStatus.REJECTED,
}

_OURS = re.compile(r"mt-([0-9]{1,18})-[0-9a-f]{1,12}", re.ASCII)

#: Android's name of what failed, as RESULT_ERROR_NO_SERVICE, somewhere in a sentence.
_CAUSE = re.compile(r"RESULT_[A-Z_]{1,34}", re.ASCII)


def id_of(sms: OutboundSms) -> str:
    """Returns the id that the phone keeps an MT under; the same at each attempt.

    It takes an id once only, so that a second attempt sends nothing twice. With the moment at which
    the MT was accepted it is also that of no other database whose ids begin anew.
    """
    return f"mt-{sms.id}-{int(sms.created_at.timestamp() * 1000):x}"


def report_of(reference: str, state: str, reason: str = "") -> DeliveryReport:
    """Returns what a state says of an SMS; its status is None for a word not in the table."""
    ours = _OURS.fullmatch(reference)
    cause = _CAUSE.search(reason)
    return DeliveryReport(
        provider_ref=reference,
        status=DELIVERY_STATUSES.get(state.lower()),
        detail=f"{word(state)} {cause[0] if cause else ''}".strip(),
        message_id=int(ours[1]) if ours else None,
    )
