"""Which MOs a worker may take: each by one worker, those of a subscriber in their order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, exists, func, select, update

from gateway.adapters.sql.tables import inbound_sms

_mo = inbound_sms.c
_WAITS = _mo.due_at.is_not(None)

# An MO that waits or is being tried for the first time holds back the next of its subscriber; so
# only the one before has to be looked at. What was put off holds back nothing, and neither does
# what a worker has died of: STOP cannot wait so long.
_before, _earlier = inbound_sms.alias("before"), inbound_sms.alias("earlier")
_one_before = (
    select(func.max(_earlier.c.id))
    .where(_earlier.c.msisdn_index == _mo.msisdn_index, _earlier.c.id < _mo.id)
    .correlate(inbound_sms)
    .scalar_subquery()
)
_held_back = (
    exists()
    .where(
        _before.c.id == _one_before,
        _before.c.due_at.is_not(None),
        _before.c.attempts <= 1,
        _before.c.error == "",
    )
    .correlate(inbound_sms)
)
# Rows that another worker holds are passed over. SQLite ignores that: it has one writer at a time.
_due = (
    select(_mo.id)
    .where(_WAITS, _mo.due_at <= bindparam("now"), ~_held_back)
    .order_by(_mo.id)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
    .cte("due")
)
_LEASE = (
    update(inbound_sms)
    .where(_mo.id.in_(select(_due.c.id)))
    .values(due_at=bindparam("until"), attempts=_mo.attempts + 1)
    .returning(_mo.id, _mo.attempts)
)
_GIVE_BACK = (
    update(inbound_sms)
    .where(_mo.id.in_(bindparam("ids", expanding=True)), _WAITS)
    .values(due_at=bindparam("now"), attempts=_mo.attempts - 1)
)


def take(connection: Connection, limit: int, now: datetime, until: datetime) -> Mapping[int, int]:
    """Returns the MOs that were due and are now leased, oldest first: id to attempt, from 1."""
    values = {"now": now, "until": until, "most": limit}
    return {row.id: row.attempts for row in sorted(connection.execute(_LEASE, values))}


def give_back(connection: Connection, inbound_ids: Sequence[int], now: datetime) -> None:
    """Makes MOs that were leased, and not routed, due at once."""
    connection.execute(_GIVE_BACK, {"ids": inbound_ids, "now": now})
