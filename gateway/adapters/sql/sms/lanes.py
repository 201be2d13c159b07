"""Who has MTs in which lane, each found by a seek: however much waits, it is not walked."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, String, bindparam, func, select

from gateway.adapters.sql.sms.outbound_rows import has_status
from gateway.adapters.sql.tables import outbound_sms
from gateway.domain.telecom.delivery import DeliveryStatus
from gateway.domain.telecom.sms import Lane

#: More than these are not counted: what is asked every few seconds must not grow with what waits.
COUNTED_TO = 10_000

_mt = outbound_sms.c
_OF_STATUS = _mt.status == bindparam("of_status")
_IN_CHANNEL = _mt.channel == bindparam("of_channel")
_IN_LANE = _mt.lane == bindparam("of_lane")
_ORDER = (_mt.channel, _mt.lane, _mt.institution, _mt.due_at)

#: A name as it is stored: of rows that an older release has written it may be empty.
WHOSE = bindparam("whose", type_=String())
_FIRST = select(*_ORDER).where(_OF_STATUS).order_by(*_ORDER).limit(1)

#: The next place: of another institution in the lane, else in another lane, else on another
#: channel. Each is one seek.
_NEXT = (
    _FIRST.where(_IN_CHANNEL, _IN_LANE, _mt.institution > WHOSE),
    _FIRST.where(_IN_CHANNEL, _mt.lane > bindparam("of_lane")),
    _FIRST.where(_mt.channel > bindparam("of_channel")),
)

_HERE = select(_mt.id).where(_OF_STATUS, _IN_CHANNEL, _IN_LANE, _mt.institution == WHOSE)
_ALL = select(func.count()).select_from(_HERE.limit(bindparam("most")).subquery())
_DUE = select(func.count()).select_from(
    _HERE.where(_mt.due_at <= bindparam("now")).limit(bindparam("most")).subquery()
)


class Place(NamedTuple):
    """What an institution has in a lane; `first_due` is when its first MT is due."""

    channel: str
    lane: Lane
    institution: str
    first_due: datetime


def places(connection: Connection, status: DeliveryStatus) -> Iterator[Place]:
    """Yields who has MTs of an active status, channel by channel and lane by lane."""
    at = {"of_status": status.value, "of_channel": "", "of_lane": "", "whose": ""}
    while True:
        found = next(filter(None, (connection.execute(each, at).first() for each in _NEXT)), None)
        if found is None:
            return
        channel, lane, institution, due_at = found
        yield Place(channel, Lane(lane), institution, due_at)
        at |= {"of_channel": channel, "of_lane": lane, "whose": institution}


def count(
    connection: Connection,
    status: DeliveryStatus,
    place: Place,
    most: int = COUNTED_TO,
    due_by: datetime | None = None,
) -> int:
    """Returns how many MTs of a status are in a place, and due by then; at most `most`."""
    at = {
        "of_status": status.value,
        "of_channel": place.channel,
        "of_lane": place.lane.value,
        "whose": place.institution,
        "most": most,
        "now": due_by,
    }
    return int(connection.execute(_ALL if due_by is None else _DUE, at).scalar_one())


# A walk from institution to institution, each by a seek for the least name above the last; then
# only those are told whose first MT is due.
_queued = (has_status(DeliveryStatus.QUEUED), _IN_CHANNEL, _IN_LANE)
_whose = select(
    select(func.min(_mt.institution)).where(*_queued).scalar_subquery().label("institution")
).cte("whose", recursive=True)
_whose = _whose.union_all(
    select(
        select(func.min(_mt.institution))
        .where(*_queued, _mt.institution > _whose.c.institution)
        .scalar_subquery()
    ).where(_whose.c.institution.is_not(None))
)
_first_due = (
    select(func.min(_mt.due_at))
    .where(*_queued, _mt.institution == _whose.c.institution)
    .scalar_subquery()
)
_WAITING = select(_whose.c.institution).where(
    _whose.c.institution.is_not(None), _first_due <= bindparam("now")
)


def waiting(connection: Connection, channel: str, lane: Lane, now: datetime) -> list[str]:
    """Returns the institutions that have something due in a lane, by name."""
    at = {"of_channel": channel, "of_lane": lane.value, "now": now}
    return sorted(connection.scalars(_WAITING, at))
