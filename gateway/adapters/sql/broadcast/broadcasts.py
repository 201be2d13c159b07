"""The `Broadcasts` port on a database: broadcasts, and their MTs in the outbox."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Engine,
    and_,
    bindparam,
    case,
    delete,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.sql.dml import ReturningUpdate

from gateway.adapters.sql.broadcast.broadcast_rows import (
    changes_of,
    to_broadcast,
    to_report,
    to_row,
)
from gateway.adapters.sql.broadcast.broadcast_tables import broadcasts
from gateway.adapters.sql.engine import statements, transaction
from gateway.adapters.sql.institutions.audit_chain import append
from gateway.adapters.sql.many.among import AmongFound
from gateway.adapters.sql.sms import outbound_rows
from gateway.adapters.sql.sms.outbound_rows import has_left, has_status, segments_of
from gateway.adapters.sql.tables import outbound_sms
from gateway.adapters.sql.upserts import insert_new
from gateway.adapters.system.keyring import Keyring
from gateway.domain.broadcast.broadcast import Broadcast, NewBroadcast
from gateway.domain.broadcast.outcomes import TAKEN_BACK, Part
from gateway.domain.broadcast.states import MOVING, State
from gateway.domain.telecom.delivery import DeliveryStatus
from gateway.use_cases.ports.institutions import AuditEntry
from gateway.use_cases.ports.sms.broadcasts import WORDED_BY, Filled, Other, Sent

#: An MT that is held is due then. It lapses long before, like any that waits too long.
HELD_UNTIL = datetime(9999, 1, 1, tzinfo=UTC)

_OfMts = ReturningUpdate[tuple[int]]

_row, _mt = broadcasts.c, outbound_sms.c
_BY_ID = _row.id == bindparam("of_id")
_DRAFT = insert_new(broadcasts, returning=(_row.id,))
_BY_KEY = select(_row.id).where(_row.key_index == bindparam("of_key"))
_FIND = select(broadcasts).where(_BY_ID)
_DROP = delete(broadcasts).where(_BY_ID, _row.state == State.DRAFT.value)
_MOVING = (
    select(broadcasts)
    .where(_row.closed_at.is_(None), _row.state.in_([each.value for each in MOVING]))
    .order_by(_row.id)
)
_CHANGE = update(broadcasts).where(_BY_ID, _row.version == bindparam("seen"))
_OF_ONE = _mt.broadcast_id == bindparam("of_id")
_ACTIVE = has_status(DeliveryStatus.QUEUED, DeliveryStatus.LEASED, DeliveryStatus.SENDING)
_WAITING = select(func.count()).select_from(
    select(_mt.id).where(_OF_ONE, _ACTIVE).limit(bindparam("most")).subquery()
)
_copies = outbound_sms.alias("copies")
_copy = _copies.c
# An MT that nobody knows of was sent once more: whoever got the copy has got it. A copy that nobody
# got leaves open whether they got the first.
_GOT_THE_COPY = and_(
    has_status(DeliveryStatus.UNKNOWN, DeliveryStatus.UNREPORTED),
    _copy.status.in_([DeliveryStatus.SENT.value, DeliveryStatus.DELIVERED.value]),
)
_CAME_TO = [
    case((_GOT_THE_COPY, _copy[name]), else_=_mt[name])
    for name in ("status", "error", "channel", "template_id", "cost")
]
# Whether it is paid for, and of the other of the two the same, with its segments.
_LEFT = case((_GOT_THE_COPY, has_left(_copy)), else_=has_left(_mt))
_OTHER = [
    case((_GOT_THE_COPY, _mt[name]), else_=func.coalesce(_copy[name], ""))
    for name in ("channel", "cost")
]
_OTHER_LEFT = case((_GOT_THE_COPY, has_left(_mt)), else_=has_left(_copy))
_SENT = (
    select(
        *_CAME_TO,
        func.count(),
        func.sum(case((_GOT_THE_COPY, segments_of(_copy)), else_=segments_of(_mt))),
        _LEFT,
        *_OTHER,
        _OTHER_LEFT,
        func.sum(case((_GOT_THE_COPY, segments_of(_mt)), else_=segments_of(_copy))),
    )
    .select_from(
        outbound_sms.outerjoin(
            _copies, and_(_copy.resend_of == _mt.id, _copy.resend_of.is_not(None))
        )
    )
    .where(_OF_ONE)
    .group_by(*_CAME_TO, _LEFT, *_OTHER, _OTHER_LEFT)
)


def _queued(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """Returns the condition that an MT is one of some that wait; rows others hold are passed over.

    They are chosen by a CTE, so that they are chosen once, and looked at again by their ids: a bare
    status would lead SQLite to the index of all that waits, whoever sends it.
    """
    chosen = (
        select(_mt.id)
        .where(_OF_ONE, _mt.status == DeliveryStatus.QUEUED.value, *conditions)
        .limit(bindparam("most"))
        .with_for_update(skip_locked=True)
        .cte("chosen")
    )
    still = func.coalesce(_mt.status, "") == DeliveryStatus.QUEUED.value
    return AmongFound(_mt.id, select(chosen.c.id)) & still


_HOLD: _OfMts = (
    update(outbound_sms)
    .where(_queued(_mt.due_at < HELD_UNTIL))
    .values(due_at=HELD_UNTIL, changed_at=bindparam("now"))
    .returning(_mt.id)
)
_RELEASE: _OfMts = (
    update(outbound_sms)
    .where(_queued(_mt.due_at == HELD_UNTIL))
    .values(due_at=bindparam("now"), changed_at=bindparam("now"))
    .returning(_mt.id)
)
_TAKE_BACK: _OfMts = (
    update(outbound_sms)
    .where(_queued())
    .values(status=DeliveryStatus.REFUSED.value, error=TAKEN_BACK, changed_at=bindparam("now"))
    .returning(_mt.id)
)


# It holds no longer: so it is not sent once more by rule, and is over when nothing is known of it.
_LAPSE = (
    update(outbound_sms)
    .where(
        _OF_ONE,
        has_status(DeliveryStatus.SENDING, DeliveryStatus.UNKNOWN),
        or_(_mt.valid_until.is_(None), _mt.valid_until > bindparam("now")),
    )
    .values(valid_until=bindparam("now"))
)
_firsts = outbound_sms.alias("firsts")
_TAKE_COPIES_BACK = (
    update(outbound_sms)
    .where(
        _mt.resend_of.in_(
            select(_firsts.c.id).where(
                _firsts.c.broadcast_id == bindparam("of_id"), _firsts.c.broadcast_id.is_not(None)
            )
        ),
        _mt.resend_of.is_not(None),
        has_status(DeliveryStatus.QUEUED),
    )
    .values(status=DeliveryStatus.REFUSED.value, error=TAKEN_BACK, changed_at=bindparam("now"))
)
_WITHOUT_REPORT = (
    select(_row.id)
    .where(_row.closed_at <= bindparam("before"), _row.report == "")
    .order_by(_row.closed_at)
    .limit(bindparam("most"))
)
_KEEP_REPORT = update(broadcasts).where(_BY_ID).values(report=bindparam("kept"))


class SqlBroadcasts:
    """Fits the `Broadcasts` port. All methods raise StoreUnavailable."""

    def __init__(self, engine: Engine, keyring: Keyring) -> None:
        self._engine = engine
        self._keyring = keyring

    def draft(
        self, new: NewBroadcast, now: datetime, noted: Callable[[int], AuditEntry] | None = None
    ) -> int:
        """Stores a draft; returns its id, or that of the one that has the key already."""
        row = to_row(self._keyring, new, now)
        with transaction(self._engine) as connection:
            id = connection.scalar(_DRAFT[connection.dialect.name], row)
            if id is None:
                return int(connection.execute(_BY_KEY, {"of_key": row["key_index"]}).scalar_one())
            if noted is not None:
                append(connection, self._keyring, [noted(int(id))])
        return int(id)

    def drop(self, id: int) -> None:
        """Removes a draft whose list was not taken."""
        with statements(self._engine) as connection:
            connection.execute(_DROP, {"of_id": id})

    def find(self, id: int) -> Broadcast | None:
        """Returns a broadcast, or None; raises Refused when no key opens its texts."""
        with statements(self._engine) as connection:
            row = connection.execute(_FIND, {"of_id": id}).mappings().first()
        return None if row is None else to_broadcast(self._keyring, row)

    def newest(
        self, within: frozenset[str] | None, states: Iterable[State], limit: int, skip: int = 0
    ) -> Sequence[Broadcast]:
        """Returns broadcasts of some institutions, newest first; of all where it is None.

        The first `skip` of them are left out.
        """
        query = (
            select(broadcasts)
            .where(_row.state.in_([each.value for each in states]))
            .order_by(_row.id.desc())
            .limit(limit)
            .offset(skip)
        )
        if within is not None:
            query = query.where(_row.institution.in_(sorted(within)))
        with statements(self._engine) as connection:
            rows = connection.execute(query).mappings().all()
        return [to_broadcast(self._keyring, row) for row in rows]

    def moving(self) -> Sequence[Broadcast]:
        """Returns those with which the ticker has something to do, the oldest first."""
        with statements(self._engine) as connection:
            rows = connection.execute(_MOVING).mappings().all()
        return [to_broadcast(self._keyring, row) for row in rows]

    def change(self, broadcast: Broadcast, now: datetime, entry: AuditEntry | None = None) -> bool:
        """Stores how a broadcast stands now; False when it was changed since it was read."""
        values = {**changes_of(broadcast, now), "version": broadcast.version + 1}
        place = {"of_id": broadcast.id, "seen": broadcast.version}
        with transaction(self._engine) as connection:
            is_stored = connection.execute(_CHANGE.values(values), place).rowcount == 1
            if is_stored and entry is not None:
                append(connection, self._keyring, [entry])
        return is_stored

    def fill(self, broadcast: Broadcast, step: Filled, now: datetime) -> bool:
        """Stores MTs and where the broadcast stands behind them, in one transaction."""
        left_out = dict(broadcast.left_out)
        for why, number in step.left_out.items():
            left_out[why] = left_out.get(why, 0) + number
        values = {
            "cursor": step.cursor,
            "filled": broadcast.filled + len(step.sms),
            "left_out": json.dumps(left_out) if left_out else "",
            "next_at": step.next_at,
            "filled_at": now if step.ends else None,
            "version": broadcast.version + 1,
        }
        place = {"of_id": broadcast.id, "seen": broadcast.version}
        with transaction(self._engine) as connection:
            if connection.execute(_CHANGE.values(values), place).rowcount != 1:
                return False
            mts = [each._replace(broadcast_id=broadcast.id) for each in step.sms]
            outbound_rows.add(connection, self._keyring, mts, now)
        return True

    def waiting(self, id: int, most: int) -> int:
        """Returns how many MTs of it have not left yet, counted to `most`."""
        with statements(self._engine) as connection:
            return connection.execute(_WAITING, {"of_id": id, "most": most}).scalar_one()

    def hold(self, id: int, most: int, now: datetime) -> int:
        """Keeps up to `most` MTs that wait from leaving; returns how many they were."""
        return self._some(_HOLD, id, most, now)

    def release(self, id: int, most: int, now: datetime) -> int:
        """Lets up to `most` MTs that are held leave again; returns how many they were."""
        return self._some(_RELEASE, id, most, now)

    def take_back(self, id: int, most: int, now: datetime) -> int:
        """Ends up to `most` MTs that have not left; returns how many they were."""
        return self._some(_TAKE_BACK, id, most, now)

    def let_lapse(self, id: int, now: datetime, entry: AuditEntry | None = None) -> int:
        """Sees to it that nothing of it is sent once more; returns how many MTs that were."""
        values = {"of_id": id, "now": now}
        with transaction(self._engine) as connection:
            lapsed = sum(
                connection.execute(statement, values).rowcount
                for statement in (_LAPSE, _TAKE_COPIES_BACK)
            )
            if lapsed and entry is not None:
                append(connection, self._keyring, [entry])
        return lapsed

    def without_report(self, before: datetime, most: int) -> Sequence[int]:
        """Returns broadcasts that ended by then and whose report is not kept, the oldest first."""
        with statements(self._engine) as connection:
            found = connection.scalars(_WITHOUT_REPORT, {"before": before, "most": most})
            return list(found)

    def keep_report(self, id: int, parts: Sequence[Part]) -> None:
        """Keeps what came of a broadcast: its MTs may go from now on."""
        with statements(self._engine) as connection:
            connection.execute(_KEEP_REPORT, {"of_id": id, "kept": to_report(parts)})

    def sent(self, id: int) -> Sequence[Sent]:
        """Returns what came of its MTs, those that are alike together."""
        with statements(self._engine) as connection:
            rows: Sequence[Any] = connection.execute(_SENT, {"of_id": id}).all()
        return [_sent(row) for row in rows]

    def _some(
        self, statement: ReturningUpdate[tuple[int]], id: int, most: int, now: datetime
    ) -> int:
        with statements(self._engine) as connection:
            values = {"of_id": id, "most": most, "now": now}
            return len(connection.scalars(statement, values).all())  # no driver counts behind WITH


def _sent(row: Sequence[Any]) -> Sent:
    status, error, channel, worded_by, cost, number, segments, left, *other = row
    other_channel, other_cost, other_left, other_segments = other
    return Sent(
        status=DeliveryStatus(status),
        error=error,
        channel=channel,
        language=worded_by.removeprefix(WORDED_BY),
        number=number,
        segments=segments,
        cost=cost,
        left=bool(left),
        other=Other(other_channel, other_cost, int(other_segments)) if other_left else None,
    )
