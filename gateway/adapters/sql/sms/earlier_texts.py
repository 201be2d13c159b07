"""What a subscriber has texted before an MO: how it ended, and whether it said the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, RowMapping, bindparam, func, select

from gateway.adapters.sql.sealed_columns import INBOUND, OUTBOUND
from gateway.adapters.sql.tables import Instant, inbound_sms, outbound_sms
from gateway.adapters.system.keyring import Keyring
from gateway.domain.faults_and_errors.errors import Refused

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
    select(_mo.channel, _mo.provider_ref, _mo.text_sealed)
    .where(*_BEFORE, _mo.text_sealed.is_not(None))
    .order_by(_mo.id.desc())
    .limit(_NEWEST)
)
_LATEST = select(_mo.outcome).where(*_BEFORE).order_by(_mo.id.desc()).limit(bindparam("most"))
_mt = outbound_sms.c
_REPLIES = (
    select(_mt.key_index, _mt.text_sealed)
    .where(
        _mt.msisdn_index == bindparam("of_index"),
        _mt.in_reply_to.is_not(None),
        _mt.created_at >= bindparam("since", type_=Instant),
    )
    .order_by(_mt.id.desc())
    .limit(bindparam("most"))
)


def latest_outcomes(
    connection: Connection, msisdn_index: bytes, before_id: int, since: datetime, most: int
) -> Sequence[str]:
    """Returns what came of the subscriber's newest MOs since then, the newest first."""
    place = {"of_index": msisdn_index, "before_id": before_id, "since": since, "most": most}
    return connection.scalars(_LATEST, place).all()


def latest_replies(
    connection: Connection, keyring: Keyring, msisdn_index: bytes, since: datetime, most: int
) -> Sequence[str]:
    """Returns the newest answers to the subscriber's MOs since then, the newest first."""
    place = {"of_index": msisdn_index, "since": since, "most": most}
    rows = connection.execute(_REPLIES, place).mappings()
    return [_said(keyring, row) for row in rows]


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
    channel: str | None,
) -> list[bool]:
    """Returns whether each of the subscriber's newest MOs since then says the same words.

    The newest comes first. On another channel than a given one it does not.
    """
    place = {"of_index": msisdn_index, "before_id": before_id, "since": since}
    words = text.split()
    return [
        (channel is None or each["channel"] == channel) and _words(keyring, each) == words
        for each in connection.execute(_TEXTS, place).mappings()
    ]


def _said(keyring: Keyring, row: RowMapping) -> str:
    try:
        return OUTBOUND.open_text(keyring, "text_sealed", row)
    except Refused:  # its key is gone
        return ""


def _words(keyring: Keyring, row: RowMapping) -> list[str] | None:
    try:
        return INBOUND.open_text(keyring, "text_sealed", row).split()
    except Refused:  # nobody can say what it said
        return None
