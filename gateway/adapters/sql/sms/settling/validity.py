"""Ends the MTs whose time is over, a few at a time: no row stays open for ever."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, Update, bindparam, case, select, update

from gateway.adapters.sql.many.among import AmongFound
from gateway.adapters.sql.sms.outbound_rows import has_status
from gateway.adapters.sql.tables import outbound_sms
from gateway.domain.telecom.delivery import NO_REPORT, DeliveryStatus
from gateway.domain.telecom.sms import Lane

_mt = outbound_sms.c

#: What an open MT becomes. What was handed over, or may have been, is not called expired: nobody
#: knows that.
BECOMES: Mapping[DeliveryStatus, DeliveryStatus] = {
    DeliveryStatus.QUEUED: DeliveryStatus.EXPIRED,
    DeliveryStatus.UNKNOWN: DeliveryStatus.UNREPORTED,
    DeliveryStatus.SENT: DeliveryStatus.UNREPORTED,
}


def _ending(status: DeliveryStatus, why: str, due: ColumnElement[bool]) -> Update:
    """Returns the step that ends some. What another transaction holds has its turn later."""
    order = _mt.valid_until if why == "no_longer_valid" else _mt.created_at
    chosen = (
        select(_mt.id)
        .where(has_status(status), due)
        .order_by(order)
        .limit(bindparam("most"))
        .with_for_update(skip_locked=True)
        .cte("chosen")
    )
    error = case((_mt.error == "", NO_REPORT), else_=_mt.error)
    return (
        update(outbound_sms)
        # By id alone: a status beside it would let SQLite go through all that have it.
        .where(AmongFound(_mt.id, select(chosen.c.id)))
        .values(
            status=BECOMES[status].value,
            error=why if status is DeliveryStatus.QUEUED else error,
            changed_at=bindparam("now"),
        )
        .returning(_mt.channel)
    )


_BY_AGE = {
    status: _ending(
        status,
        "queued_too_long",
        _mt.valid_until.is_(None)
        & (_mt.lane == bindparam("of_lane"))
        & (_mt.created_at <= bindparam("before")),
    )
    for status in BECOMES
}
_BY_TIME = {
    status: _ending(
        status,
        "no_longer_valid",
        _mt.valid_until.is_not(None) & (_mt.valid_until <= bindparam("before")),
    )
    for status in BECOMES
}


def end_overdue(
    connection: Connection, validity: Mapping[Lane, timedelta], now: datetime, most: int
) -> list[tuple[str, DeliveryStatus]]:
    """Ends up to `most` of each kind; returns channel and new status of each."""
    ended: list[tuple[str, DeliveryStatus]] = []
    for status, becomes in BECOMES.items():
        values = {"before": now, "now": now, "most": most}
        channels = list(connection.scalars(_BY_TIME[status], values))
        for lane, wanted in validity.items():
            place = {**values, "of_lane": lane.value, "before": now - wanted}
            channels += connection.scalars(_BY_AGE[status], place)
        ended += [(channel, becomes) for channel in channels]
    return ended
