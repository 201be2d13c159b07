"""The `Outbox` port on a database: MTs from acceptance to delivery report."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from itertools import chain, zip_longest
from operator import attrgetter
from typing import Any

from sqlalchemy import Engine, Row, bindparam, or_, select, update

from gateway.adapters.sql.engine import statements, transaction
from gateway.adapters.sql.many.among import Among, AmongFound
from gateway.adapters.sql.sms import delivery_reports, lanes, outbound_rows, outbox_sweep
from gateway.adapters.sql.sms.outbound_rows import has_status
from gateway.adapters.sql.sms.send_outcomes import start
from gateway.adapters.sql.tables import outbound_sms
from gateway.adapters.system.keyring import Keyring
from gateway.domain.faults_and_errors.errors import Refused
from gateway.domain.telecom.delivery import DeliveryReport, DeliveryStatus
from gateway.domain.telecom.identity import Identity
from gateway.domain.telecom.sms import Lane, NewSms, OutboundSms
from gateway.use_cases.ports import Outcomes, Swept

log = logging.getLogger(__name__)

#: How long an MT that cannot be read waits.
UNREADABLE = timedelta(hours=1)

_mt = outbound_sms.c

# The rows are locked before they are changed, and rows that another worker holds are passed over.
# SQLite ignores that: it has one writer at a time.
_due = (
    select(_mt.id)
    .where(
        has_status(DeliveryStatus.QUEUED),
        _mt.channel == bindparam("of_channel"),
        _mt.lane == bindparam("of_lane"),
        _mt.institution == lanes.WHOSE,
        _mt.due_at <= bindparam("now"),
        or_(_mt.valid_until.is_(None), _mt.valid_until > bindparam("now")),
    )
    .order_by(_mt.due_at, _mt.id)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
    .cte("due")
)
_LEASE = (
    update(outbound_sms)
    .where(AmongFound(_mt.id, select(_due.c.id)))
    .values(status=DeliveryStatus.LEASED.value, due_at=bindparam("until"))
    .returning(*outbound_rows.COLUMNS)
)
_GIVE_BACK = (
    update(outbound_sms)
    .where(Among(_mt.id, "ids"), has_status(DeliveryStatus.LEASED))
    .values(status=DeliveryStatus.QUEUED.value, due_at=bindparam("now"))
)
_MOVE = (
    update(outbound_sms)
    .where(
        Among(_mt.id, "ids"),
        has_status(DeliveryStatus.LEASED),
        _mt.channel == bindparam("of_channel"),
    )
    .values(
        status=DeliveryStatus.QUEUED.value,
        channel=bindparam("to_channel"),
        due_at=bindparam("now"),
        changed_at=bindparam("now"),
    )
    .returning(_mt.id)
)

_Row = Row[*tuple[Any, ...]]
#: Leases so many MTs of an institution.
_Take = Callable[[str, int], Sequence[_Row]]

_NEWEST = (
    select(*outbound_rows.COLUMNS, _mt.status)
    .where(_mt.msisdn_index == bindparam("of_index"))
    .order_by(_mt.id.desc())
    .limit(bindparam("most"))
)


def _shared(limit: int, turns: Sequence[str], take: _Take) -> list[list[_Row]]:
    """Returns what each takes, at most `limit` together: what one does not use, others may."""
    taken = list[list[_Row]]()
    wants_more = list[int]()
    left = limit
    for place, whose in enumerate(turns):
        share = -(-left // (len(turns) - place))
        taken.append(_oldest_first(take(whose, share)))
        left -= len(taken[place])
        if len(taken[place]) == share:
            wants_more.append(place)
    for place in wants_more:
        if left <= 0 or len(turns) == 1:
            break
        more = _oldest_first(take(turns[place], left))
        taken[place] += more
        left -= len(more)
    return taken


def _oldest_first(rows: Sequence[_Row]) -> list[_Row]:
    return sorted(rows, key=attrgetter("id"))


class SqlOutbox:
    """MTs in a database. Each method is one transaction; all raise StoreUnavailable."""

    def __init__(self, engine: Engine, keyring: Keyring) -> None:
        self._engine = engine
        self._keyring = keyring
        self._read = outbound_rows.reader(keyring)
        self._last_turn: dict[tuple[str, Lane], str] = {}

    def add(self, new: Sequence[NewSms], now: datetime) -> Sequence[int]:
        """Stores MTs as queued; returns the ids of those that are new (by key)."""
        with transaction(self._engine) as connection:
            return outbound_rows.add(connection, self._keyring, new, now)

    def lease(
        self, channel: str, lane: Lane, limit: int, now: datetime, until: datetime
    ) -> Sequence[OutboundSms]:
        """Takes due MTs; they are back in the queue after `until`.

        Each institution gets the same share, its oldest first, and they are told in turns: who has
        a million waiting delays nobody else's. One that cannot be read is put off: it must not stop
        the others, and the key it was sealed with may come back.
        """
        with statements(self._engine) as connection:
            waiting = lanes.waiting(connection, channel, lane, now)
        if not waiting:
            return []
        values = {"of_channel": channel, "of_lane": lane.value, "now": now, "until": until}
        turns = self._in_turn(channel, lane, waiting, limit)
        # One commit for all of them; a single statement needs none of its own.
        with (statements if len(turns) == 1 else transaction)(self._engine) as connection:
            shares = _shared(
                limit,
                turns,
                lambda whose, most: connection.execute(
                    _LEASE, {**values, "whose": whose, "most": most}
                ).all(),
            )
        leased, unreadable = list[OutboundSms](), list[int]()
        for row in chain.from_iterable(zip_longest(*shares)):
            if row is None:  # who had fewer
                continue
            try:
                leased.append(self._read(row, row.attempts + 1))
            except (Refused, ValueError):
                unreadable.append(row.id)
        if unreadable:
            log.error("%d MTs cannot be read, and wait. Run: gateway doctor", len(unreadable))
            self.give_back(unreadable, now + UNREADABLE)
        return leased

    def _in_turn(self, channel: str, lane: Lane, waiting: list[str], most: int) -> list[str]:
        """Returns whose turn it is, from behind who was last when not all had one."""
        after = self._last_turn.get((channel, lane))
        behind = [each for each in waiting if after is None or each > after]
        turns = [*behind, *waiting[: len(waiting) - len(behind)]][:most]
        self._last_turn[channel, lane] = turns[-1]
        return turns

    def give_back(self, ids: Sequence[int], now: datetime) -> None:
        """Puts MTs that were leased, and not begun, back into the queue, due at once."""
        with statements(self._engine) as connection:
            connection.execute(_GIVE_BACK, {"ids": ids, "now": now})

    def move(self, ids: Sequence[int], channel: str, to: str, now: datetime) -> int:
        """Puts MTs that were leased on a channel into the queue of another, due at once."""
        values = {"ids": ids, "of_channel": channel, "to_channel": to, "now": now}
        with statements(self._engine) as connection:
            return len(connection.scalars(_MOVE, values).all())

    def start(
        self,
        ids: Sequence[int],
        outcomes: Outcomes,
        now: datetime,
        channel: str = "",
        price_at: datetime | None = None,
    ) -> Sequence[int]:
        """Stores finished outcomes and marks the next MTs as being sent; returns those marked."""
        with transaction(self._engine) as connection:
            return start(connection, self._keyring, ids, outcomes, now, channel, price_at)

    def record_reports(
        self, told: Sequence[tuple[str, DeliveryReport]], now: datetime
    ) -> Sequence[bool]:
        """Applies reports, forward only; keeps for later those whose MTs are not known yet."""
        with transaction(self._engine) as connection:
            return delivery_reports.record(connection, self._keyring, told, now)

    def sweep(self, now: datetime, *, expires: bool = True) -> Swept:
        """Mends what crashes left, and says which lanes have due MTs."""
        with transaction(self._engine) as connection:
            return outbox_sweep.sweep(connection, self._keyring, now, expires=expires)

    def to_subscriber(
        self, subscriber: Identity, limit: int
    ) -> Sequence[tuple[OutboundSms, DeliveryStatus]]:
        """Returns the newest MTs to a number with their status, newest first."""
        values = {"of_index": self._keyring.index_of(subscriber), "most": limit}
        with statements(self._engine) as connection:
            rows = connection.execute(_NEWEST, values).all()
        return [
            (
                self._read(row, max(row.attempts, 1)),
                DeliveryStatus(row.status),
            )
            for row in rows
        ]
