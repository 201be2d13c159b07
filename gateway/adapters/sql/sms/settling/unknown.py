"""The `Settling` port on a database: MTs whose outcome nobody knows."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, Row, bindparam, exists, func, select, update

from gateway.adapters.sql.engine import statements, transaction
from gateway.adapters.sql.many.among import Among, AmongFound
from gateway.adapters.sql.sms import outbound_rows
from gateway.adapters.sql.sms.lanes import WHOSE, count, places
from gateway.adapters.sql.sms.outbound_rows import has_status
from gateway.adapters.sql.sms.settling import flow, steps, validity
from gateway.adapters.sql.tables import outbound_sms
from gateway.adapters.system.keyring import Keyring
from gateway.domain.faults_and_errors.errors import Refused
from gateway.domain.outbound.settling import ReportFlow, StepKind, Unsettled
from gateway.domain.telecom.delivery import DeliveryStatus
from gateway.domain.telecom.sms import Lane, NewSms, OutboundSms
from gateway.use_cases.ports.sms.settling import Moves, Step

log = logging.getLogger(__name__)

#: How long an MT that cannot be read waits.
UNREADABLE = timedelta(hours=1)

_mt = outbound_sms.c
_UNKNOWN = has_status(DeliveryStatus.UNKNOWN)
_due = (
    select(_mt.id)
    .where(
        _UNKNOWN,
        _mt.channel == bindparam("of_channel"),
        _mt.lane == bindparam("of_lane"),
        _mt.institution == WHOSE,
        _mt.due_at <= bindparam("now"),
    )
    .order_by(_mt.due_at, _mt.id)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
    .cte("due")
)
_CLAIM = (
    update(outbound_sms)
    .where(AmongFound(_mt.id, select(_due.c.id)))
    .values(due_at=bindparam("until"))
    .returning(*outbound_rows.COLUMNS, _mt.changed_at, _mt.error)
)
_ONE = update(outbound_sms).where(_mt.id == bindparam("of_id"), _UNKNOWN)
_LOOK = _ONE.values(due_at=bindparam("at"))
_AGAIN = _ONE.values(
    status=DeliveryStatus.QUEUED.value, due_at=bindparam("now"), changed_at=bindparam("now")
)
_FAIL = _ONE.values(status=DeliveryStatus.FAILED.value, changed_at=bindparam("now"))
_COPYING = _ONE.values(due_at=bindparam("at")).returning(_mt.id)
_IN_REPLY_TO = select(_mt.in_reply_to).where(_mt.id == bindparam("of_id"))
_COPIES = select(_mt.resend_of).where(Among(_mt.resend_of, "ids"))
_COUNTED = select(func.count()).where(_mt.resend_of == bindparam("of_id"))
_ANOTHER = select(
    exists().where(
        _mt.channel == bindparam("of_channel"),
        _mt.provider_ref == bindparam("of_ref"),
        _mt.provider_ref.is_not(None),
        _mt.id != bindparam("of_id"),
    )
)


class SqlSettling:
    """Unknown MTs in a database. Each method is one transaction; all raise StoreUnavailable."""

    def __init__(self, engine: Engine, keyring: Keyring) -> None:
        self._engine = engine
        self._keyring = keyring
        self._read = outbound_rows.reader(keyring)

    def claim(self, now: datetime, until: datetime, most: int) -> Sequence[Unsettled]:
        """Takes unknown MTs that are due to be looked at, the longest due of each lane first.

        One that cannot be read is put off: the key it was sealed with may come back.
        """
        with transaction(self._engine) as connection:
            rows: list[Row[Any]] = []
            for place in list(places(connection, DeliveryStatus.UNKNOWN)):
                if place.first_due <= now and len(rows) < most:
                    values = {
                        "of_channel": place.channel,
                        "of_lane": place.lane.value,
                        "whose": place.institution,
                        "now": now,
                        "until": until,
                        "most": most - len(rows),
                    }
                    rows += connection.execute(_CLAIM, values).all()
            ids = [row.id for row in rows]
            noted = steps.of(connection, ids)
            copied = set(connection.scalars(_COPIES, {"ids": ids})) if ids else set()
            found, unreadable = [], []
            for row in rows:
                try:
                    sms = self._read(row, max(row.attempts, 1))
                except (Refused, ValueError):
                    unreadable.append({"of_id": row.id, "at": now + UNREADABLE})
                    continue
                since = [each for each in noted.get(row.id, ()) if each.at >= row.changed_at]
                found.append(
                    Unsettled(
                        sms=sms,
                        since=row.changed_at,
                        why=row.error,
                        noted=any(each.kind is StepKind.UNKNOWN for each in since),
                        left=any(each.kind is StepKind.LEFT for each in since),
                        copied=row.id in copied,
                    )
                )
            if unreadable:
                log.error("%d MTs cannot be read, and wait. Run: gateway doctor", len(unreadable))
                connection.execute(_LOOK, unreadable)
        return sorted(found, key=lambda each: each.sms.id)

    def flows(self) -> Mapping[str, ReportFlow]:
        """Returns by channel how its reports come."""
        with statements(self._engine) as connection:
            return flow.read(connection)

    def sent_for_longer(self, before: datetime) -> int:
        """Returns how many MTs are being sent since then or longer, as far as they are counted."""
        with statements(self._engine) as connection:
            return sum(
                count(connection, DeliveryStatus.SENDING, place, due_by=before)
                for place in list(places(connection, DeliveryStatus.SENDING))
            )

    def store(self, moves: Moves, now: datetime) -> Sequence[tuple[int, int]]:
        """Stores what was decided, of MTs that are still unknown; returns MTs with their copies."""
        with transaction(self._engine) as connection:
            steps.add(connection, moves.steps)
            if moves.look_at:
                looks = [{"of_id": id_, "at": at} for id_, at in sorted(moves.look_at.items())]
                connection.execute(_LOOK, looks)
            for ids, change, kind in (
                (moves.again, _AGAIN, StepKind.QUEUED_AGAIN),
                (moves.failed, _FAIL, StepKind.ENDED),
            ):
                for id_ in sorted(ids):
                    if connection.execute(change, {"of_id": id_, "now": now}).rowcount:
                        detail = "failed" if kind is StepKind.ENDED else ""
                        steps.add(connection, [Step(sms_id=id_, at=now, kind=kind, detail=detail)])
            return [
                (id_, copy_id)
                for id_, new in sorted(moves.copies.items())
                if (copy_id := self._copy(connection, id_, new, now)) is not None
            ]

    def _copy(self, connection: Connection, id_: int, new: NewSms, now: datetime) -> int | None:
        """Adds a copy beside its MT; None where that is not unknown any more, or has one.

        The row of the first is held meanwhile: a report of it that comes now finds the copy.
        """
        held = {"of_id": id_, "at": new.valid_until or now}
        if connection.scalar(_COPYING, held) is None or copies_of(connection, id_):
            return None
        return add_copy(connection, self._keyring, id_, new, now)

    def is_another(self, sms: OutboundSms, provider_ref: str) -> bool:
        """Returns whether a reference is that of another MT of the same channel."""
        place = {"of_channel": sms.channel, "of_ref": provider_ref, "of_id": sms.id}
        with statements(self._engine) as connection:
            return bool(connection.scalar(_ANOTHER, place))

    def end_overdue(
        self, validity_of: Mapping[Lane, timedelta], now: datetime, most: int
    ) -> Sequence[tuple[str, DeliveryStatus]]:
        """Ends up to `most` MTs of each kind whose time is over."""
        with transaction(self._engine) as connection:
            return validity.end_overdue(connection, validity_of, now, most)


def copies_of(connection: Connection, id_: int) -> int:
    """Returns how often an MT was sent again."""
    return int(connection.execute(_COUNTED, {"of_id": id_}).scalar_one())


def add_copy(
    connection: Connection,
    keyring: Keyring,
    id_: int,
    new: NewSms,
    now: datetime,
    by: str = "",
    why: str = "",
) -> int | None:
    """Adds a copy of an MT, and its step; returns its id, None when there is one of its number."""
    copy = new._replace(in_reply_to=connection.scalar(_IN_REPLY_TO, {"of_id": id_}))
    added = outbound_rows.add(connection, keyring, [copy], now)
    if not added:
        return None
    step = Step(sms_id=id_, at=now, kind=StepKind.COPIED, detail=why, by=by, other_id=added[0])
    steps.add(connection, [step])
    return added[0]
