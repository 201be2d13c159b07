"""Delivery reports meet their MTs: forward only, in any order, even before the send's answer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Update,
    bindparam,
    delete,
    func,
    insert,
    select,
    update,
)

from gateway.adapters.sql.sealed_columns import OUTBOUND
from gateway.adapters.sql.sms import consents
from gateway.adapters.sql.sms.outbound_rows import has_status, lower_than
from gateway.adapters.sql.tables import early_reports, outbound_sms
from gateway.adapters.system.keyring import Keyring
from gateway.domain.faults_and_errors.errors import Refused
from gateway.domain.telecom.delivery import DeliveryReport, DeliveryStatus

_mt = outbound_sms.c
_early = early_reports.c

_BY_REF = (_mt.channel == bindparam("of_channel")) & (_mt.provider_ref == bindparam("of_ref"))
_BY_ID = _mt.id == bindparam("of_id")
_IN_CHANNEL = _mt.channel == bindparam("of_channel")

_SUBSCRIBER = (_mt.id, _mt.key_index, _mt.msisdn_index, _mt.msisdn_sealed)
_FIND_BY_REF = select(*_SUBSCRIBER).where(_BY_REF)
# Where the report names our id, that settles it; the reference is kept for the next report.
_FIND_BY_ID = (
    update(outbound_sms)
    .where(_BY_ID, _IN_CHANNEL)
    .values(provider_ref=func.coalesce(_mt.provider_ref, bindparam("of_ref")))
    .returning(*_SUBSCRIBER)
)
_NOTE = update(outbound_sms).where(_BY_ID).values(report_detail=bindparam("detail"))
_KEEP = insert(early_reports)
_DROP = delete(early_reports).where(_early.id == bindparam("of_id"))

#: Early reports whose MT is known by now. They are put in their order here: asked to, SQLite goes
#: through all of them.
_MATCHED = select(
    _early.id,
    _early.channel,
    _early.status,
    _early.detail,
    _early.opted_out,
    _early.received_at,
    _mt.id.label("mt_id"),
    _mt.key_index,
    _mt.msisdn_index,
    _mt.msisdn_sealed,
).join(
    outbound_sms,
    # The last is what the index on references asks for; no planner concludes it by itself.
    (_mt.channel == _early.channel)
    & (_mt.provider_ref == _early.provider_ref)
    & _mt.provider_ref.is_not(None),
)
#: Of old ones the MT may still come: it looks for them itself, when its reference is stored.
_MATCHED_LATELY = _MATCHED.where(_early.received_at >= bindparam("since"))
_MATCHED_AMONG = _MATCHED.where(_mt.id.in_(bindparam("ids", expanding=True)))


#: How long a report can have come before its MT, and both be stored, without seeing each other.
LATELY = timedelta(minutes=10)


def _advance(status: DeliveryStatus, found_by: ColumnElement[bool]) -> Update:
    return (
        update(outbound_sms)
        .where(found_by, has_status(*lower_than(status)))
        .values(status=status.value, report_detail=bindparam("detail"), changed_at=bindparam("now"))
    )


#: Forward only, decided by the database in the one statement that writes.
_ADVANCE_BY_REF = {status: _advance(status, _BY_REF) for status in DeliveryStatus}
_ADVANCE_BY_ID = {status: _advance(status, _BY_ID) for status in DeliveryStatus}


def advance(connection: Connection, channel: str, report: DeliveryReport, now: datetime) -> bool:
    """Returns whether this one statement was all: the MT is known, and it has moved forward.

    It is the common case, and the cheap one.
    """
    if report.status is None or report.opted_out:
        return False
    values = {
        "of_channel": channel,
        "of_ref": report.provider_ref,
        "detail": report.detail,
        "now": now,
    }
    return connection.execute(_ADVANCE_BY_REF[report.status], values).rowcount > 0


def record(
    connection: Connection,
    keyring: Keyring,
    channel: str,
    report: DeliveryReport,
    now: datetime,
) -> bool:
    """Applies the report to its MT or keeps it for later; returns whether a status changed."""
    place = {"of_channel": channel, "of_ref": report.provider_ref, "of_id": report.message_id}
    found = connection.execute(_FIND_BY_REF, place).first()
    if found is None and report.message_id is not None:
        found = connection.execute(_FIND_BY_ID, place).first()
    if found is None:
        early = {
            "channel": channel,
            "provider_ref": report.provider_ref,
            "status": None if report.status is None else report.status.value,
            "detail": report.detail,
            "opted_out": report.opted_out,
            "received_at": now,
        }
        connection.execute(_KEEP, early)
        return False
    if report.opted_out:
        _opt_out(connection, keyring, found, channel, now)
    return _apply(connection, found.id, report.status, report.detail, now)


def apply_early(
    connection: Connection, keyring: Keyring, ids: Sequence[int] | None, now: datetime
) -> int:
    """Applies the early reports of these MTs, or all of late; returns how many there were."""
    if ids is None:
        matched = connection.execute(_MATCHED_LATELY, {"since": now - LATELY}).all()
    else:
        matched = connection.execute(_MATCHED_AMONG, {"ids": ids}).all()
    for early in sorted(matched, key=lambda early: early.id):
        if early.opted_out:
            # The subscriber's word is as old as the report: a later START is not undone.
            _opt_out(connection, keyring, early, early.channel, early.received_at)
        status = None if early.status is None else DeliveryStatus(early.status)
        _apply(connection, early.mt_id, status, early.detail, now)
        connection.execute(_DROP, {"of_id": early.id})
    return len(matched)


def _opt_out(
    connection: Connection, keyring: Keyring, mt: Row[*tuple[Any, ...]], source: str, at: datetime
) -> None:
    try:
        subscriber = OUTBOUND.open_text(keyring, "msisdn_sealed", mt._mapping)
    except Refused:  # the refusal counts all the same: it is found by its index
        subscriber = ""
    consents.keep_network_opt_out(connection, keyring, mt.msisdn_index, subscriber, source, at)


def _apply(
    connection: Connection, mt_id: int, status: DeliveryStatus | None, detail: str, now: datetime
) -> bool:
    if status is None:
        connection.execute(_NOTE, {"of_id": mt_id, "detail": detail})
        return False
    values = {"of_id": mt_id, "detail": detail, "now": now}
    return connection.execute(_ADVANCE_BY_ID[status], values).rowcount > 0
