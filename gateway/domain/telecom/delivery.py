"""How far an MT has come, and which report may change it."""

from __future__ import annotations

import enum

from gateway.domain.record import Record


class DeliveryStatus(enum.StrEnum):
    """The states of an MT, in the few words operators see.

    queued → leased → sending → sent → delivered | undelivered | expired | rejected
    From sending also: back to queued (another attempt), failed, or unknown. `unknown` means that
    the provider may have taken it: a report, the provider's word or a rule settles it. What is
    `sent` or `unknown` at the end of its validity is `unreported`: nobody has told what became of
    it. A report that comes later still counts.
    """

    QUEUED = "queued"
    LEASED = "leased"
    SENDING = "sending"
    UNKNOWN = "unknown"
    SENT = "sent"
    UNREPORTED = "unreported"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    EXPIRED = "expired"
    REJECTED = "rejected"
    FAILED = "failed"
    REFUSED = "refused"


#: What is told of an MT that the provider took, and of which no report came in its time.
NO_REPORT = "no_report"

#: What closes an MT. A later report does not reopen it. Only `delivered` may follow another final
#: state, since networks do correct themselves in that one direction, and any may follow
#: `unreported`, which says that none has come.
FINAL = frozenset(
    {
        DeliveryStatus.UNREPORTED,
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
    DeliveryStatus.UNREPORTED: 4,
    DeliveryStatus.UNDELIVERED: 5,
    DeliveryStatus.EXPIRED: 5,
    DeliveryStatus.REJECTED: 5,
    DeliveryStatus.FAILED: 5,
    DeliveryStatus.REFUSED: 5,
    DeliveryStatus.DELIVERED: 6,
}


def moves_forward(current: DeliveryStatus, reported: DeliveryStatus) -> bool:
    """Returns whether a report may change the status.

    >>> moves_forward(DeliveryStatus.SENT, DeliveryStatus.DELIVERED)
    True
    >>> moves_forward(DeliveryStatus.DELIVERED, DeliveryStatus.SENT)
    False
    """
    return _RANK[reported] > _RANK[current]


class DeliveryReport(Record, frozen=True, kw_only=True):
    """The network's word on one MT.

    `status` is None for a word we do not know: it is recorded and changes nothing. `message_id` is
    our own id where the provider hands it back, which settles an MT whose send had no answer.
    """

    provider_ref: str
    status: DeliveryStatus | None
    detail: str = ""
    message_id: int | None = None
    opted_out: bool = False
