"""The lanes that have MTs, each found by a seek: however much waits in one, it is not walked."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import Connection, bindparam, func, select

from gateway.adapters.sql.tables import outbound_sms
from gateway.domain.telecom.delivery import DeliveryStatus
from gateway.domain.telecom.sms import Lane

#: More than these are not counted: what is asked every few seconds must not grow with what waits.
COUNTED_TO = 10_000

_mt = outbound_sms.c
_OF_STATUS = _mt.status == bindparam("of_status")
_IN_CHANNEL = _mt.channel == bindparam("of_channel")
_FIRST = select(_mt.channel, _mt.lane, _mt.due_at)

_NEXT_LANE = (
    _FIRST.where(_OF_STATUS, _IN_CHANNEL, _mt.lane > bindparam("after_lane"))
    .order_by(_mt.channel, _mt.lane, _mt.due_at)
    .limit(1)
)
_NEXT_CHANNEL = (
    _FIRST.where(_OF_STATUS, _mt.channel > bindparam("of_channel"))
    .order_by(_mt.channel, _mt.lane, _mt.due_at)
    .limit(1)
)
_IN_LANE = select(_mt.id).where(_OF_STATUS, _IN_CHANNEL, _mt.lane == bindparam("of_lane"))
_ALL = select(func.count()).select_from(_IN_LANE.limit(COUNTED_TO).subquery())
_DUE = select(func.count()).select_from(
    _IN_LANE.where(_mt.due_at <= bindparam("now")).limit(COUNTED_TO).subquery()
)


def lanes(connection: Connection, status: DeliveryStatus) -> Iterator[tuple[str, Lane, datetime]]:
    """Yields channel, lane and first due time of each lane that has MTs of an active status."""
    place = {"of_status": status.value, "of_channel": "", "after_lane": ""}
    while True:
        found = connection.execute(_NEXT_LANE, place).first()
        if found is None:
            found = connection.execute(_NEXT_CHANNEL, place).first()
        if found is None:
            return
        channel, lane, due_at = found
        yield channel, Lane(lane), due_at
        place |= {"of_channel": channel, "after_lane": lane}


def count(
    connection: Connection,
    status: DeliveryStatus,
    channel: str,
    lane: Lane,
    due_by: datetime | None = None,
) -> int:
    """Returns how many MTs of a status are in a lane, and due by then; at most `COUNTED_TO`."""
    place = {"of_status": status.value, "of_channel": channel, "of_lane": lane.value}
    query = _ALL if due_by is None else _DUE
    return int(connection.execute(query, {**place, "now": due_by}).scalar_one())
