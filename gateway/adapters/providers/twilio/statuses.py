"""Twilio's words for the status of a message, as its reports and its list tell them."""

from __future__ import annotations

import re
from collections.abc import Mapping

from gateway.adapters.providers.shared.form_fields import word
from gateway.domain.telecom.delivery import DeliveryReport, DeliveryStatus

#: The statuses of an outgoing message, in Twilio's words. Up to "sent" it is on its way; "failed"
#: and "canceled" never left Twilio.
DELIVERY_STATUSES: Mapping[str, DeliveryStatus] = {
    "accepted": DeliveryStatus.SENT,
    "scheduled": DeliveryStatus.SENT,
    "queued": DeliveryStatus.SENT,
    "sending": DeliveryStatus.SENT,
    "sent": DeliveryStatus.SENT,
    "partially_delivered": DeliveryStatus.SENT,
    "delivered": DeliveryStatus.DELIVERED,
    "read": DeliveryStatus.DELIVERED,
    "undelivered": DeliveryStatus.UNDELIVERED,
    "failed": DeliveryStatus.REJECTED,
    "canceled": DeliveryStatus.REJECTED,
}

#: "Attempt to send to unsubscribed recipient": the subscriber texted STOP to Twilio's own filter.
OPTED_OUT_CODE = "21610"

_ERROR_CODE = re.compile(r"[0-9]{1,6}", re.ASCII)


def report_of(sid: str, status: str, error: str, message_id: int | None) -> DeliveryReport:
    """Returns what a status and an error code say of a message; None for a word not in the table.

    `message_id` is our own id of the MT, where it is known.
    """
    code = error if _ERROR_CODE.fullmatch(error) else ""
    return DeliveryReport(
        provider_ref=sid,
        status=DELIVERY_STATUSES.get(status.lower()),
        detail=f"{word(status)} {code}".strip(),
        message_id=message_id,
        opted_out=code == OPTED_OUT_CODE,
    )
