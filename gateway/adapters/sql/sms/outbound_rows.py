"""MTs as rows: how one is written, and how it is read back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, case, false, func, literal_column, or_

from gateway.adapters.sql.sealed_columns import OUTBOUND
from gateway.adapters.sql.tables import outbound_sms
from gateway.adapters.sql.upserts import insert_new
from gateway.adapters.system.keyring import Keyring
from gateway.domain.institutions.ledger import Standing, standing_of
from gateway.domain.telecom.delivery import DeliveryStatus, moves_forward
from gateway.domain.telecom.segments import parts_for_unicode, segment
from gateway.domain.telecom.sms import Lane, NewSms, OutboundSms, Purpose

_INSERT = insert_new(outbound_sms, returning=(outbound_sms.c.id,))

#: The columns of the outbox, or of another name of it.
Columns = Any
LEFT = Standing.LEFT

#: What `to_outbound` reads, `attempts` being those begun before.
COLUMNS = (
    outbound_sms.c.id,
    outbound_sms.c.key_index,
    outbound_sms.c.channel,
    outbound_sms.c.msisdn_sealed,
    outbound_sms.c.text_sealed,
    outbound_sms.c.lane,
    outbound_sms.c.purpose,
    outbound_sms.c.topic,
    outbound_sms.c.sender,
    outbound_sms.c.link_id,
    outbound_sms.c.attempts,
    outbound_sms.c.created_at,
    outbound_sms.c.institution,
    outbound_sms.c.valid_until,
    outbound_sms.c.template_id,
    outbound_sms.c.resend_of,
    outbound_sms.c.parts,
    outbound_sms.c.service,
    outbound_sms.c.language,
)


def has_status(*statuses: DeliveryStatus) -> ColumnElement[bool]:
    """Returns the condition that an MT has one of these.

    The words stand in the SQL itself: SQLite uses a partial index only where it sees them.
    """
    return or_(
        false(), *(outbound_sms.c.status == literal_column(f"'{each.value}'") for each in statuses)
    )


def has_left(mt: Columns) -> ColumnElement[int]:
    """Returns 1 for an MT that is paid for, as `standing_of` says it, else 0; `mt` are columns."""
    by_status = [each for each in DeliveryStatus if standing_of(each, taken=False) is LEFT]
    taken = [each for each in DeliveryStatus if standing_of(each, taken=True) is LEFT]
    return case(
        (mt.status.in_([each.value for each in by_status]), 1),
        (mt.status.in_([each.value for each in taken]) & mt.provider_ref.is_not(None), 1),
        else_=0,
    )


def segments_of(mt: Columns) -> ColumnElement[int]:
    """Returns the segments that the provider has counted, else those reckoned at acceptance."""
    return func.coalesce(mt.segments, mt.parts, 0)


def lower_than(status: DeliveryStatus) -> list[DeliveryStatus]:
    """Returns the states that may still become this one."""
    return [each for each in DeliveryStatus if moves_forward(each, status)]


def add(
    connection: Connection, keyring: Keyring, new: Iterable[NewSms], now: datetime
) -> list[int]:
    """Stores MTs as queued; returns the ids of those whose key is new, in the order given."""
    rows = [_to_row(keyring, sms, now) for sms in new]
    if not rows:
        return []
    return sorted(connection.scalars(_INSERT[connection.dialect.name], rows))


def to_outbound(keyring: Keyring, row: Row[*tuple[Any, ...]], attempt: int) -> OutboundSms:
    """Returns the MT of a row that begins with `COLUMNS`."""
    stored = row._mapping
    return OutboundSms(
        id=row.id,
        channel=row.channel,
        subscriber=OUTBOUND.open_subscriber(keyring, stored),
        text=OUTBOUND.open_text(keyring, "text_sealed", stored),
        lane=Lane(row.lane),
        purpose=Purpose(row.purpose),
        topic=row.topic,
        sender=row.sender,
        link_id=row.link_id,
        attempt=attempt,
        created_at=row.created_at,
        institution=row.institution,
        valid_until=row.valid_until,
        template_id=row.template_id,
        resend_of=row.resend_of,
        parts=row.parts,
        service=row.service,
        language=row.language,
    )


def _to_row(keyring: Keyring, sms: NewSms, now: datetime) -> dict[str, object]:
    # The key may hold a number, as that of one MT of a broadcast does: only its hash is kept.
    key = {"key_index": keyring.index("outbound key", sms.key)}
    cut = segment(sms.text)
    return {
        **key,
        "channel": sms.channel,
        "lane": sms.lane.value,
        "purpose": sms.purpose.value,
        "topic": sms.topic,
        "sender": sms.sender,
        "link_id": sms.link_id,
        "in_reply_to": sms.in_reply_to,
        "institution": sms.institution,
        "valid_until": sms.valid_until,
        "template_id": sms.template_id,
        "resend_of": sms.resend_of,
        "broadcast_id": sms.broadcast_id,
        "parts": len(cut.parts),
        "service": sms.service,
        "language": sms.language,
        "unicode_parts": parts_for_unicode(sms.text, cut),
        "msisdn_index": keyring.index_of(sms.subscriber),
        "msisdn_sealed": OUTBOUND.seal(keyring, "msisdn_sealed", key, sms.subscriber.as_stored),
        "text_sealed": OUTBOUND.seal(keyring, "text_sealed", key, sms.text),
        "status": DeliveryStatus.QUEUED.value,
        "due_at": now,
        "created_at": now,
        "changed_at": now,
    }
