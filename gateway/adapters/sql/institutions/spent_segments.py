"""The `SpentSegments` port on a database: sums of days, and what was accepted since they were made.

MTs are counted in the order of their ids, a minute after they were accepted: by then whoever was
about to store one with a smaller id has. So no row is locked when an MT is stored, and a sum is
exact whenever it is asked for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timedelta, tzinfo

from sqlalchemy import (
    Engine,
    bindparam,
    case,
    func,
    select,
    union_all,
    update,
)

from gateway.adapters.sql.engine import statements, transaction
from gateway.adapters.sql.institutions.tables import spent_segments, spent_until
from gateway.adapters.sql.tables import outbound_sms
from gateway.adapters.sql.upserts import counting_up, insert_new

#: No transaction that stores an MT takes so long: PostgreSQL ends a statement after 15 seconds.
SETTLED = timedelta(minutes=1)
#: MTs that are counted in one step, so that nobody waits long for SQLite's one writer.
AT_ONCE = 5_000
_MARK = "outbound_sms"

_sms, _spent = outbound_sms.c, spent_segments.c
_UNTIL = select(spent_until.c.outbound_id).where(spent_until.c.name == _MARK)
_BEGIN = insert_new(spent_until)
_MOVE = (
    update(spent_until)
    .where(spent_until.c.name == _MARK, spent_until.c.outbound_id == bindparam("before"))
    .values(outbound_id=bindparam("after"))
)
_ADD = counting_up(spent_segments, "segments")
_NEXT = (
    select(_sms.id, _sms.institution, _sms.created_at, _sms.parts)
    .where(_sms.id > bindparam("after"))
    .order_by(_sms.id)
    .limit(AT_ONCE)
)


class SqlSpentSegments:
    """Fits the `SpentSegments` port. All methods raise StoreUnavailable."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def since(self, institution: str, days: Sequence[tuple[date, datetime]]) -> Sequence[int]:
        """Returns the segments that were accepted since each day (and the time it began)."""
        mine = _spent.institution == institution
        first = min(day for day, _ in days).isoformat()
        sums = [
            func.sum(case((_spent.day >= day.isoformat(), _spent.segments), else_=0))
            for day, _ in days
        ]
        rest = [func.sum(case((_sms.created_at >= at, _sms.parts), else_=0)) for _, at in days]
        until = func.coalesce(_UNTIL.scalar_subquery(), 0)
        # One statement, so that no step moves the mark between the two sums.
        both = union_all(
            select(*sums).where(mine, _spent.day >= first),
            select(*rest).where(_sms.id > until, _sms.institution == institution),
        )
        with statements(self._engine) as connection:
            found = connection.execute(both).all()
        return [sum(int(part or 0) for part in of_day) for of_day in zip(*found, strict=True)]

    def count(self, now: datetime, zone: tzinfo) -> bool:
        """Counts some MTs by institution and day of the zone; returns whether more wait for it."""
        with transaction(self._engine) as connection:
            connection.execute(_BEGIN[connection.dialect.name], {"name": _MARK, "outbound_id": 0})
            after = connection.scalar(_UNTIL) or 0
            sums: Counter[tuple[str, str]] = Counter()
            last, number = after, 0
            for row in connection.execute(_NEXT, {"after": after}):
                if row.created_at > now - SETTLED:
                    break
                day = row.created_at.astimezone(zone).date().isoformat()
                sums[row.institution, day] += row.parts
                last, number = row.id, number + 1
            if last == after:
                return False
            # Whoever has moved the mark meanwhile has counted them.
            if connection.execute(_MOVE, {"before": after, "after": last}).rowcount != 1:
                return True
            connection.execute(_ADD[connection.dialect.name], [
                {"institution": institution, "day": day, "segments": segments}
                for (institution, day), segments in sorted(sums.items())
            ])  # fmt: skip
        return number == AT_ONCE
