"""What a subscriber has texted before an MO: how it ended, and whether it said the same."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, bindparam, func, select

from gateway.adapters.sql.tables import Instant, inbound_sms
from gateway.adapters.system.keyring import Keyring

#: More are not opened: who repeats a text says it among the newest.
_NEWEST = 12

_mo = inbound_sms.c
_BEFORE = (
    _mo.msisdn_index == bindparam("of_index"),
    _mo.id < bindparam("before_id"),
    _mo.received_at >= bindparam("since", type_=Instant),
)
_OUTCOMES = select(_mo.outcome, func.count().label("times")).where(*_BEFORE).group_by(_mo.outcome)
_TEXTS = (
    select(_mo.text_sealed)
    .where(*_BEFORE, _mo.text_sealed.is_not(None))
    .order_by(_mo.id.desc())
    .limit(_NEWEST)
)


def outcomes(
    connection: Connection, msisdn_index: bytes, before_id: int, since: datetime
) -> Mapping[str, int]:
    """Returns how often each outcome came of the subscriber's earlier MOs since then."""
    place = {"of_index": msisdn_index, "before_id": before_id, "since": since}
    return {row.outcome: row.times for row in connection.execute(_OUTCOMES, place)}


def say_the_same(
    connection: Connection,
    keyring: Keyring,
    msisdn_index: bytes,
    before_id: int,
    since: datetime,
    text: str,
) -> list[bool]:
    """Returns whether each of the subscriber's newest MOs since then says the same words.

    The newest comes first.
    """
    place = {"of_index": msisdn_index, "before_id": before_id, "since": since}
    words = text.split()
    sealed = connection.scalars(_TEXTS, place)
    return [keyring.open_text("sms", each).split() == words for each in sealed]
