"""Delivery reports meet their MTs: forward only, in any order, even before the send's answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    Connection,
    Row,
    bindparam,
    delete,
    func,
    insert,
    select,
    update,
)

from gateway.adapters.sql.by_driver.prepared import Prepared
from gateway.adapters.sql.many.among import Among
from gateway.adapters.sql.many.each_row import EachRow
from gateway.adapters.sql.sealed_columns import OUTBOUND
from gateway.adapters.sql.sms import consents
from gateway.adapters.sql.sms.outbound_rows import has_status, lower_than
from gateway.adapters.sql.sms.settling import flow, steps
from gateway.adapters.sql.tables import early_reports, outbound_sms
from gateway.adapters.system.keyring import Keyring
from gateway.domain.faults_and_errors.errors import Refused
from gateway.domain.outbound.settling import StepKind
from gateway.domain.telecom.delivery import FINAL, DeliveryReport, DeliveryStatus, moves_forward
from gateway.use_cases.ports.sms.settling import Step

_mt = outbound_sms.c
_early = early_reports.c

_BY_ID = _mt.id == bindparam("of_id")
_IN_CHANNEL = _mt.channel == bindparam("of_channel")
_Mt = Row[*tuple[Any, ...]]

_SUBSCRIBER = (_mt.id, _mt.key_index, _mt.msisdn_index, _mt.msisdn_sealed)
_MT = (_mt.provider_ref, _mt.status, _mt.due_at, *_SUBSCRIBER)
# They stay as they are found until they are written: who writes several takes them by their ids.
_FIND_BY_REFS = (
    select(*_MT)
    .where(_IN_CHANNEL, Among(_mt.provider_ref, "refs"))
    .order_by(_mt.id)
    .with_for_update()
)
# Where the report names our id, that settles it; the reference is kept for the next report.
_FIND_BY_ID = (
    update(outbound_sms)
    .where(_BY_ID, _IN_CHANNEL)
    .values(provider_ref=func.coalesce(_mt.provider_ref, bindparam("of_ref")))
    .returning(*_MT)
)
# A word that nobody knows explains no end: what stands there is the word of the report that did.
_NOTE = (
    update(outbound_sms)
    .where(_BY_ID, has_status(*lower_than(DeliveryStatus.UNDELIVERED)))
    .values(report_detail=bindparam("detail"))
)
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
    _mt.due_at,
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
_MATCHED_AMONG = _MATCHED.where(Among(_mt.id, "ids"))
#: Most MTs have none.
_HAVE_EARLY = Prepared(_MATCHED_AMONG.with_only_columns(_early.id).limit(1))


#: How long a report can have come before its MT, and both be stored, without seeing each other.
LATELY = timedelta(minutes=10)


#: From these a report is news that no row tells: it is a step of the MT.
_NOBODY_KNEW = (DeliveryStatus.UNKNOWN, DeliveryStatus.UNREPORTED)
#: The first has arrived, or will: a copy that still waits is not needed.
_ARRIVES = (DeliveryStatus.SENT, DeliveryStatus.DELIVERED)
# `due_at` was when to look at it again; from now on it says about when it was begun, as of others.
_BEGUN = (
    update(outbound_sms)
    .where(_BY_ID, has_status(DeliveryStatus.UNKNOWN))
    .values(due_at=_mt.changed_at)
)
_COPY_WAITS = (
    update(outbound_sms)
    .where(
        _mt.resend_of == bindparam("of_id"),
        _mt.resend_of.is_not(None),
        has_status(DeliveryStatus.QUEUED),
    )
    .values(
        status=DeliveryStatus.EXPIRED.value, error="first_has_come", changed_at=bindparam("now")
    )
)

#: Forward only, decided by the database in the one statement that writes.
_ADVANCE = {
    status: EachRow(
        update(outbound_sms)
        .where(_BY_ID, has_status(*lower_than(status)))
        .values(
            status=status.value, report_detail=bindparam("detail"), changed_at=bindparam("now")
        ),
        own=("of_id", "detail"),
    )
    for status in DeliveryStatus
}


def record(
    connection: Connection,
    keyring: Keyring,
    told: Sequence[tuple[str, DeliveryReport]],
    now: datetime,
) -> list[bool]:
    """Applies reports to their MTs, in the order given, each with the channel it came on.

    What no MT is known of is kept for later. Returns of each whether it changed a status.
    """
    known = _known(connection, told)
    at: dict[int, DeliveryStatus] = {}
    moved: dict[int, tuple[DeliveryStatus, str]] = {}
    noted: dict[int, str] = {}
    early, changed = list[dict[str, object]](), list[bool]()
    newest: dict[str, datetime] = {}
    named: list[int] = []
    for channel, report in told:
        mt = known.get((channel, report.provider_ref))
        if mt is None:
            mt = _named(connection, channel, report)
            named += [mt.id] if mt is not None else []
        if mt is None:
            early.append(_early_row(channel, report, now))
            changed.append(False)
            continue
        known[channel, report.provider_ref] = mt
        if report.opted_out:
            _opt_out(connection, keyring, mt, channel, now)
        status = at.setdefault(mt.id, DeliveryStatus(mt.status))
        moves = report.status is not None and moves_forward(status, report.status)
        if report.status in FINAL and status in (DeliveryStatus.SENDING, DeliveryStatus.SENT):
            begun = min(mt.due_at, now)
            newest[channel] = max(newest.get(channel, begun), begun)
        elif report.status is not None:
            _note(connection, mt.id, status, report, now)
        if report.status is None:
            noted[mt.id] = report.detail
        elif moves:
            at[mt.id] = report.status
            moved[mt.id] = (report.status, report.detail)
            noted.pop(mt.id, None)
        changed.append(moves)
    _write(connection, moved, noted, now)
    flow.note(connection, newest, now)
    if early:
        connection.execute(_KEEP, early)
    if named:  # their references are new: what came before without our id has waited for them
        apply_early(connection, keyring, named, now)
    return changed


def apply_early(
    connection: Connection, keyring: Keyring, ids: Sequence[int] | None, now: datetime
) -> int:
    """Applies the early reports of these MTs, or all of late; returns how many there were."""
    if ids is None:
        matched = connection.execute(_MATCHED_LATELY, {"since": now - LATELY}).all()
    elif not _HAVE_EARLY(connection, ids=ids):
        return 0
    else:
        matched = connection.execute(_MATCHED_AMONG, {"ids": ids}).all()
    for early in sorted(matched, key=lambda early: early.id):
        if early.opted_out:
            # The subscriber's word is as old as the report: a later START is not undone.
            _opt_out(connection, keyring, early, early.channel, early.received_at)
        status = None if early.status is None else DeliveryStatus(early.status)
        if status in FINAL:
            flow.note(connection, {early.channel: min(early.due_at, now)}, now)
        _apply(connection, early.mt_id, status, early.detail, now)
        connection.execute(_DROP, {"of_id": early.id})
    return len(matched)


def _known(
    connection: Connection, told: Sequence[tuple[str, DeliveryReport]]
) -> dict[tuple[str, str], _Mt]:
    """Returns the MTs whose references are stored, locked; the newest of a reference."""
    refs: dict[str, set[str]] = {}
    for channel, report in told:
        refs.setdefault(channel, set()).add(report.provider_ref)
    return {
        (channel, mt.provider_ref): mt
        for channel in sorted(refs)
        for mt in connection.execute(
            _FIND_BY_REFS, {"of_channel": channel, "refs": sorted(refs[channel])}
        )
    }


def _named(connection: Connection, channel: str, report: DeliveryReport) -> _Mt | None:
    """Returns the MT whose id a report names, now with its reference."""
    if report.message_id is None:
        return None
    place = {"of_channel": channel, "of_ref": report.provider_ref, "of_id": report.message_id}
    return connection.execute(_FIND_BY_ID, place).first()


def _early_row(channel: str, report: DeliveryReport, now: datetime) -> dict[str, object]:
    return {
        "channel": channel,
        "provider_ref": report.provider_ref,
        "status": None if report.status is None else report.status.value,
        "detail": report.detail,
        "opted_out": report.opted_out,
        "received_at": now,
    }


def _write(
    connection: Connection,
    moved: Mapping[int, tuple[DeliveryStatus, str]],
    noted: Mapping[int, str],
    now: datetime,
) -> None:
    rows: dict[DeliveryStatus, list[tuple[int, str]]] = {}
    for mt_id, (status, detail) in moved.items():
        rows.setdefault(status, []).append((mt_id, detail))
    for status, advanced in rows.items():
        _ADVANCE[status](connection, advanced, now=now)
    if noted:
        notes = [{"of_id": mt_id, "detail": detail} for mt_id, detail in noted.items()]
        connection.execute(_NOTE, notes)


def _note(
    connection: Connection,
    mt_id: int,
    before: DeliveryStatus,
    report: DeliveryReport,
    now: datetime,
) -> None:
    """Writes down what a report tells of an MT that nobody knew of, or that is over otherwise."""
    told = report.status
    if before in _NOBODY_KNEW and told is not None and moves_forward(before, told):
        kind = StepKind.REPORTED
        connection.execute(_BEGUN, {"of_id": mt_id})
        if told in _ARRIVES:
            connection.execute(_COPY_WAITS, {"of_id": mt_id, "now": now})
    elif before in FINAL and told in FINAL and told is not before:
        kind = StepKind.CONTRADICTED
    else:
        return
    detail = f"{told} {report.detail}".strip()
    steps.add(connection, [Step(sms_id=mt_id, at=now, kind=kind, detail=detail)])


def _opt_out(connection: Connection, keyring: Keyring, mt: _Mt, channel: str, at: datetime) -> None:
    try:
        subscriber = OUTBOUND.open_text(keyring, "msisdn_sealed", mt._mapping)
    except Refused:  # the refusal counts all the same: it is found by its index
        subscriber = ""
    consents.keep_network_opt_out(
        connection, keyring, mt.msisdn_index, subscriber, "delivery report", at, channel
    )


def _apply(
    connection: Connection, mt_id: int, status: DeliveryStatus | None, detail: str, now: datetime
) -> bool:
    if status is None:
        connection.execute(_NOTE, {"of_id": mt_id, "detail": detail})
        return False
    values = {"of_id": mt_id, "detail": detail, "now": now}
    return connection.execute(_ADVANCE[status].statement, values).rowcount > 0
