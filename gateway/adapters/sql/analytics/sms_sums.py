"""Sums of SMS: made a few at a time by the ticker, in the order of their ids.

So no row is locked when an SMS is stored, and none is counted twice at one look: its mark moves in
the transaction that adds the sums. None is missed, either: an id may be stored after a larger one,
so the mark passes no id before a minute has gone since one as large was seen. The time in a row
does not tell that: what a spool has kept comes with the time of an hour ago.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo
from typing import Any

from sqlalchemy import Connection, Engine, Select, bindparam, func, literal, select, update

from gateway.adapters.sql.analytics.tables import sms_looks, sms_sums
from gateway.adapters.sql.analytics.turn_sums import keys_and_sums
from gateway.adapters.sql.engine import transaction
from gateway.adapters.sql.sms.outbound_rows import segments_of
from gateway.adapters.sql.tables import inbound_sms, outbound_sms
from gateway.adapters.sql.upserts import counting_up, insert_new
from gateway.domain.analytics.sms_looks import SmsLook

#: Rows that are counted in one step, so that nobody waits long for SQLite's one writer.
AT_ONCE = 5_000
#: Rows that are asked for first; twice as many again as long as all of them are old enough.
FIRST_ASKED = 64
#: Who was given an id has stored its SMS within so long, or never will.
STORED_WITHIN = timedelta(minutes=1)

_mo, _mt, _look = inbound_sms.c, outbound_sms.c, sms_looks.c
_KEYS, _SUMS = keys_and_sums(sms_sums)
_ADD = counting_up(sms_sums, *_SUMS)
_BEGIN = insert_new(sms_looks)
_MARK = select(_look.last_id, _look.whole_id, _look.seen_id, _look.seen_at).where(
    _look.look == bindparam("of_look")
)
_SEE = (
    update(sms_looks)
    .where(_look.look == bindparam("of_look"))
    .values(whole_id=bindparam("whole"), seen_id=bindparam("seen"), seen_at=bindparam("now"))
)
_NEWEST_MO, _NEWEST_MT = select(func.max(_mo.id)), select(func.max(_mt.id))
_MOVE = (
    update(sms_looks)
    .where(_look.look == bindparam("of_look"), _look.last_id == bindparam("was"))
    .values(last_id=bindparam("now_at"))
)


def _next(id: Any, statement: Select[Any]) -> Select[Any]:
    between = (id > bindparam("after")) & (id <= bindparam("up_to"))
    return statement.where(between).order_by(id).limit(bindparam("most"))


_NEXT_MOS = _next(
    _mo.id,
    select(_mo.id, _mo.received_at.label("at"), _mo.institution, _mo.channel,
           _mo.outcome.label("status"), literal(0).label("segments")),
)  # fmt: skip
_NEXT_MTS = _next(
    _mt.id,
    select(_mt.id, _mt.created_at.label("at"), _mt.institution, _mt.channel, _mt.status,
           segments_of(_mt).label("segments")),
)  # fmt: skip


class SqlSmsSums:
    """Fits the `SmsSums` port; a day is one of the zone."""

    def __init__(self, engine: Engine, zone: tzinfo) -> None:
        self._engine = engine
        self._zone = zone

    def add(self, look: SmsLook, now: datetime) -> bool:
        """Counts some SMS at one look; returns whether more wait. Raises StoreUnavailable."""
        with transaction(self._engine) as connection:
            mark = {"look": look.value, "last_id": 0}
            connection.execute(_BEGIN[connection.dialect.name], mark)
            row = connection.execute(_MARK, {"of_look": look.value}).one()
            was, whole = int(row.last_id), _whole(connection, look, row, now)
            rows = _ready(connection, look, was, whole, now)
            if not rows:
                return False
            place = {"of_look": look.value, "was": was, "now_at": rows[-1].id}
            if connection.execute(_MOVE, place).rowcount == 1:  # else another has counted them
                self._add(connection, look, rows)
        return len(rows) == AT_ONCE

    def _add(self, connection: Connection, look: SmsLook, rows: Sequence[Any]) -> None:
        found: dict[tuple[Any, ...], list[int]] = defaultdict(lambda: [0, 0])
        for row in rows:
            status = row.status if look.tells_status else ""
            for span in look.spans:
                at = span.begins(row.at, self._zone)
                key = (span.value, at, row.institution, row.channel, look.value, status)
                found[key][0] += 1
                found[key][1] += int(row.segments or 0)
        connection.execute(
            _ADD[connection.dialect.name],
            [
                {**dict(zip(_KEYS, key, strict=True)), **dict(zip(_SUMS, sums, strict=True))}
                for key, sums in sorted(found.items())
            ],
        )


def _whole(connection: Connection, look: SmsLook, mark: Any, now: datetime) -> int:
    """Returns the id up to which every SMS is stored, and notes how far ids have come.

    Of two who note it at once either may be the last: what each has noted is true.
    """
    whole, seen = mark.whole_id or 0, mark.seen_id or 0
    if mark.seen_at is not None and mark.seen_at <= now < mark.seen_at + STORED_WITHIN:
        return int(whole)
    newest = connection.scalar(_NEWEST_MO if look.is_of_mos else _NEWEST_MT) or 0
    if whole == newest == seen:
        return int(whole)
    noted = {"whole": seen, "seen": max(newest, seen), "now": now}
    connection.execute(_SEE, {"of_look": look.value, **noted})
    return int(seen)


def _ready(
    connection: Connection, look: SmsLook, after: int, up_to: int, now: datetime
) -> Sequence[Any]:
    """Returns the next rows that are old enough, up to the first one that is not.

    One whose time is yet to come was stored while a clock was wrong. It goes with those behind it:
    else a year that was mistyped would stop the figures for a year.
    """
    query = _NEXT_MOS if look.is_of_mos else _NEXT_MTS
    found: list[Any] = []
    ready, asked = 0, FIRST_ASKED
    while len(found) < AT_ONCE:
        most = min(asked, AT_ONCE - len(found))
        place = {"after": found[-1].id if found else after, "up_to": up_to, "most": most}
        rows = connection.execute(query, place).all()
        for row in rows:
            found.append(row)
            if row.at <= now - look.after or (row.at > now and len(found) == AT_ONCE):
                ready = len(found)
            elif row.at <= now:
                return found[:ready]
        if len(rows) < most:
            break
        asked *= 2
    return found[:ready]
