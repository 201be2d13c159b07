"""How far an MT has come, and which report may change it."""

from __future__ import annotations

import enum
from dataclasses import dataclass


class DeliveryStatus(enum.StrEnum):
    """The states of an MT, in the few words operators see.

    queued → leased → sending → sent → delivered | undelivered | expired | rejected
    From sending also: back to queued (another attempt), failed, or unknown. `unknown` means that
    the provider may have taken it; only a delivery report moves it on.
    """

    QUEUED = "queued"
    LEASED = "leased"
    SENDING = "sending"
    UNKNOWN = "unknown"
    SENT = "sent"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    EXPIRED = "expired"
    REJECTED = "rejected"
    FAILED = "failed"
    REFUSED = "refused"


#: The reports that close an MT. A later report does not reopen it, and only `delivered` may follow
#: another final state: networks do correct themselves in that one direction.
FINAL = frozenset(
    {
        DeliveryStatus.DELIVERED,
        DeliveryStatus.UNDELIVERED,
        DeliveryStatus.EXPIRED,
        DeliveryStatus.REJECTED,
        DeliveryStatus.FAILED,
        DeliveryStatus.REFUSED,
    }
)

_RANK = {
    DeliveryStatus.QUEUED: 0,
    DeliveryStatus.LEASED: 0,
    DeliveryStatus.SENDING: 1,
    DeliveryStatus.UNKNOWN: 2,
    DeliveryStatus.SENT: 3,
    DeliveryStatus.UNDELIVERED: 4,
    DeliveryStatus.EXPIRED: 4,
    DeliveryStatus.REJECTED: 4,
    DeliveryStatus.FAILED: 4,
    DeliveryStatus.REFUSED: 4,
    DeliveryStatus.DELIVERED: 5,
}


def moves_forward(current: DeliveryStatus, reported: DeliveryStatus) -> bool:
    """Returns whether a report may change the status.

    >>> moves_forward(DeliveryStatus.SENT, DeliveryStatus.DELIVERED)
    True
    >>> moves_forward(DeliveryStatus.DELIVERED, DeliveryStatus.SENT)
    False
    """
    return _RANK[reported] > _RANK[current]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryReport:
    """The network's word on one MT.

    `status` is None for a word we do not know: it is recorded and changes nothing. `message_id` is
    our own id where the provider hands it back, which settles an MT whose send had no answer.
    """

    provider_ref: str
    status: DeliveryStatus | None
    detail: str = ""
    message_id: int | None = None
    opted_out: bool = False
