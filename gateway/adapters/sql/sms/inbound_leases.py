"""Which MOs a worker may take: each by one worker, those of a subscriber in their order.

Everybody gets a fair share. An MO behind another of its subscriber is due after a while only; when
the one before it is routed it becomes due at once, and so behind everybody who has come meanwhile.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, and_, bindparam, case, exists, func, select, update

from gateway.adapters.sql.many.among import Among, AmongFound
from gateway.adapters.sql.tables import Instant, inbound_sms
from gateway.use_cases.ports.common import APART

#: How long an MO waits behind another of its subscriber when nobody brings it up: two that came at
#: the same moment may have missed each other.
BEHIND = timedelta(seconds=30)
#: The note of an MO that came over the limit of its subscriber, and waits for its turn.
PUT_OFF = "over the limit"
#: MOs that one lease looks at: with thousands held back it must not go through them all.
LOOKED_AT = 100

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
_looked_at = (
    select(_mo.id, _mo.due_at, _held_back.label("held"))
    .where(_WAITS, _mo.due_at <= bindparam("now"))
    .order_by(_mo.due_at, _mo.id)
    .limit(LOOKED_AT)
    .with_for_update(skip_locked=True)
    .cte("looked_at")
)
_due = (
    select(_looked_at.c.id)
    .where(~_looked_at.c.held)
    .order_by(_looked_at.c.due_at, _looked_at.c.id)
    .limit(bindparam("most"))
)
_LEASE = (
    update(inbound_sms)
    .where(AmongFound(_mo.id, _due))
    .values(due_at=bindparam("until"), attempts=_mo.attempts + 1)
    .returning(_mo.id, _mo.attempts)
)
# What is held back is not looked at again and again: it becomes due with the one before it.
_PUT_BEHIND = (
    update(inbound_sms)
    .where(AmongFound(_mo.id, select(_looked_at.c.id).where(_looked_at.c.held)))
    .values(due_at=bindparam("later"))
)
_newest = inbound_sms.alias("newest")
_newest_waits = (
    select(and_(_newest.c.due_at.is_not(None), _newest.c.attempts <= 1, _newest.c.error == ""))
    .where(_newest.c.msisdn_index == bindparam("whose"))
    .order_by(_newest.c.id.desc())
    .limit(1)
    .scalar_subquery()
)
#: When an MO is due that is stored now: when it is put off to, or, behind another that holds it
#: back, after a while.
DUE_AT = func.coalesce(
    bindparam("put_off_to", type_=Instant),
    case((_newest_waits, bindparam("later", type_=Instant)), else_=bindparam("now", type_=Instant)),
)
_PUT_OFF_COUNT = select(func.count()).select_from(
    select(_mo.id)
    .where(_mo.msisdn_index == bindparam("whose"), _WAITS, _mo.error == PUT_OFF)
    .limit(bindparam("most"))
    .subquery()
)
_next = inbound_sms.alias("next")
# As a CTE, which is evaluated once; a subquery that locks may be evaluated for each row.
_behind = (
    select(_next.c.id)
    .where(
        _next.c.msisdn_index == bindparam("of_index"),
        _next.c.id > bindparam("routed"),
        _next.c.due_at.is_not(None),
    )
    .order_by(_next.c.id)
    .limit(1)
    .with_for_update(skip_locked=True)  # one that a worker holds needs no bringing up
    .cte("behind")
)
_BRING_UP = (
    update(inbound_sms)
    .where(
        AmongFound(_mo.id, select(_behind.c.id)),
        _mo.due_at > bindparam("now"),
        _mo.due_at <= bindparam("soon"),  # what was put off further has a time of its own
        _mo.attempts == 0,
    )
    .values(due_at=bindparam("now"))
)
_GIVE_BACK = (
    update(inbound_sms)
    .where(Among(_mo.id, "ids"), _WAITS)
    .values(due_at=bindparam("now"), attempts=_mo.attempts - 1)
)


def take(connection: Connection, limit: int, now: datetime, until: datetime) -> Mapping[int, int]:
    """Returns the MOs that were due and are now leased, oldest first: id to attempt, from 1."""
    values = {"now": now, "until": until, "most": limit}
    leased = {row.id: row.attempts for row in sorted(connection.execute(_LEASE, values))}
    if len(leased) < limit:  # what is looked at first is held back, or nothing more is due
        connection.execute(_PUT_BEHIND, {"now": now, "later": now + BEHIND})
    return leased


def put_off(connection: Connection, msisdn_index: bytes, most: int) -> int:
    """Returns how many of a subscriber's newest MOs were put off over the limit, and wait."""
    found = connection.scalar(_PUT_OFF_COUNT, {"whose": msisdn_index, "most": most})
    return int(found or 0)


def bring_up(connection: Connection, routed: Sequence[tuple[bytes, int]], now: datetime) -> None:
    """Makes the next MO of each subscriber due, now that the one before it, `routed`, is."""
    soon = now + BEHIND + APART
    values = [
        {"of_index": index, "routed": inbound_id, "now": now, "soon": soon}
        for index, inbound_id in routed
    ]
    connection.execute(_BRING_UP, values)


def give_back(connection: Connection, inbound_ids: Sequence[int], now: datetime) -> None:
    """Makes MOs that were leased, and not routed, due at once."""
    connection.execute(_GIVE_BACK, {"ids": inbound_ids, "now": now})
