"""Delivery receipts, in the shapes in which SMS centres send them.

SMPP 3.4 leaves the text to the vendor (appendix B shows one). Names come in any case, ids in
decimal or hex, fields are left out, dates have six to fourteen digits, and some send parameters and
no text at all. What is read here is an id and a word; all else may be as it likes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from gateway.domain.telecom.delivery import DeliveryStatus

#: `message_state` (SMPP 3.4, 5.2.28).
STATES: Mapping[int, str] = {
    1: "ENROUTE", 2: "DELIVRD", 3: "EXPIRED", 4: "DELETED", 5: "UNDELIV", 6: "ACCEPTD",
    7: "UNKNOWN", 8: "REJECTD",
}  # fmt: skip

#: The words of a text, in lower case. "Unknown" says nothing, and changes nothing.
DELIVERY_STATUSES: Mapping[str, DeliveryStatus] = {
    "enroute": DeliveryStatus.SENT,
    "acceptd": DeliveryStatus.SENT,
    "accepted": DeliveryStatus.SENT,
    "buffered": DeliveryStatus.SENT,
    "buffred": DeliveryStatus.SENT,
    "delivrd": DeliveryStatus.DELIVERED,
    "delivered": DeliveryStatus.DELIVERED,
    "expired": DeliveryStatus.EXPIRED,
    "deleted": DeliveryStatus.UNDELIVERED,
    "undeliv": DeliveryStatus.UNDELIVERED,
    "undelivered": DeliveryStatus.UNDELIVERED,
    "failed": DeliveryStatus.UNDELIVERED,
    "rejectd": DeliveryStatus.REJECTED,
    "rejected": DeliveryStatus.REJECTED,
}

#: In `esm_class`, bits 5 to 2: a receipt, an acknowledgement of the phone's, and an intermediate
#: notification (SMPP 3.4, 5.2.12).
_KINDS = (0x04, 0x08, 0x20)

_ID = re.compile(r"\bid\s*:\s*([!-~]{1,64})", re.ASCII | re.IGNORECASE)
_STATE = re.compile(r"\bstat(?:us)?\s*:\s*([A-Za-z]{1,12})", re.ASCII | re.IGNORECASE)
_ERROR = re.compile(r"\berr(?:or)?\s*:\s*([0-9A-Za-z]{1,8})", re.ASCII | re.IGNORECASE)
#: The text of a receipt whose `esm_class` does not say so: nobody writes that to a short code.
_WHOLE = re.compile(
    r"\s*id\s*:\s*[!-~]{1,64}\s+sub\s*:.*\bdlvrd\s*:.*\bstat\s*:", re.ASCII | re.IGNORECASE | re.S
)


class Receipt(NamedTuple):
    """What a receipt tells: of which message, in which word, and the network's code."""

    reference: str
    state: str
    error: str = ""


def receipt_in(
    esm_class: int, text: str, receipted_id: str | None, message_state: int | None
) -> Receipt | None:
    """Returns the receipt in a message; None where it is somebody's SMS.

    An empty `reference` or `state` is one that nobody can make out.
    """
    told_by_parameters = receipted_id is not None and message_state is not None
    if esm_class & 0x3C not in _KINDS and not told_by_parameters and not _WHOLE.match(text):
        return None
    # What the citizen was sent is repeated behind `text:`, and may have words of its own.
    told = re.split(r"\btext\s*:", text, maxsplit=1, flags=re.ASCII | re.IGNORECASE)[0]
    reference, state, error = (found.search(told) for found in (_ID, _STATE, _ERROR))
    return Receipt(
        reference=receipted_id or (reference[1] if reference else ""),
        state=state[1] if state else STATES.get(message_state or 0, ""),
        error=error[1] if error else "",
    )


def as_in_receipts(message_id: str, form: str) -> str:
    """Returns the id that an answer gave as receipts will write it; as it is where it is no number.

    >>> as_in_receipts("1A2b", "hex_to_decimal"), as_in_receipts("6699", "decimal_to_hex")
    ('6699', '1A2B')
    """
    try:
        if form == "hex_to_decimal":
            return str(int(message_id, 16))
        if form == "decimal_to_hex":
            return f"{int(message_id):X}"
    except ValueError:
        pass
    return message_id
