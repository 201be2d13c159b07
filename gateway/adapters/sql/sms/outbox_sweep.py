"""Mends what crashes left in the outbox, and finds the lanes with work."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    and_,
    bindparam,
    exists,
    select,
    update,
)

from gateway.adapters.sql.many.among import AmongFound
from gateway.adapters.sql.sms import delivery_reports
from gateway.adapters.sql.sms.lanes import places
from gateway.adapters.sql.sms.outbound_rows import has_status
from gateway.adapters.sql.tables import inbound_sms, outbound_sms
from gateway.adapters.system.keyring import Keyring
from gateway.domain.telecom.delivery import DeliveryStatus
from gateway.use_cases.ports import Swept

#: No provider call takes this long: whoever began this attempt is gone.
SENDING_AT_MOST = timedelta(seconds=120)

_mt = outbound_sms.c
_BEFORE: BindParameter[datetime] = bindparam("before")


def _unheld(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """Returns the condition that an MT is one of some, and that nobody is about to change it.

    A worker that stores late outcomes holds its rows in another order: to wait for them could end
    in a deadlock. What is passed over is seen by the next sweep. They are chosen by a CTE, so that
    they are chosen once.
    """
    chosen = select(_mt.id).where(*conditions).with_for_update(skip_locked=True).cte("chosen")
    return and_(AmongFound(_mt.id, select(chosen.c.id)), *conditions)


# `due_at` stays: what a crash held up is among the oldest and goes first.
_RELEASE = (
    update(outbound_sms)
    .where(_unheld(has_status(DeliveryStatus.LEASED), _mt.due_at <= _BEFORE))
    .values(status=DeliveryStatus.QUEUED.value, changed_at=bindparam("now"))
    .returning(_mt.id)  # no driver counts behind WITH
)
_GIVE_UP = (
    update(outbound_sms)
    .where(_unheld(has_status(DeliveryStatus.SENDING), _mt.due_at < _BEFORE))
    .values(
        status=DeliveryStatus.UNKNOWN.value, error="no_outcome_stored", changed_at=bindparam("now")
    )
    .returning(_mt.channel)
)
_INBOUND_DUE = select(
    exists().where(inbound_sms.c.due_at.is_not(None), inbound_sms.c.due_at <= _BEFORE)
)


def sweep(connection: Connection, keyring: Keyring, now: datetime, *, expires: bool) -> Swept:
    """Mends, and returns what was found; without `expires` nothing is given up by its age."""
    released = len(connection.scalars(_RELEASE, {"before": now, "now": now}).all())
    begun_before = {"before": now - SENDING_AT_MOST, "now": now}
    given_up: Sequence[str] = ()
    if expires:
        given_up = connection.scalars(_GIVE_UP, begun_before).all()
    applied = delivery_reports.apply_early(connection, keyring, None, now)
    return Swept(
        due=list(
            dict.fromkeys(
                (place.channel, place.lane)
                for place in places(connection, DeliveryStatus.QUEUED)
                if place.first_due <= now
            )
        ),
        inbound_due=bool(connection.scalar(_INBOUND_DUE, {"before": now})),
        released=released,
        given_up=given_up,
        reports_applied=applied,
    )
