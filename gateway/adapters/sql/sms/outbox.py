"""The `Outbox` port on a database: MTs from acceptance to delivery report."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Engine, bindparam, or_, select, update

from gateway.adapters.sql.engine import statements, transaction
from gateway.adapters.sql.sms import delivery_reports, outbound_rows, outbox_sweep
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
    .where(_mt.id.in_(select(_due.c.id)))
    .values(status=DeliveryStatus.LEASED.value, due_at=bindparam("until"))
    .returning(*outbound_rows.COLUMNS)
)
_GIVE_BACK = (
    update(outbound_sms)
    .where(_mt.id.in_(bindparam("ids", expanding=True)), has_status(DeliveryStatus.LEASED))
    .values(status=DeliveryStatus.QUEUED.value, due_at=bindparam("now"))
)

_NEWEST = (
    select(*outbound_rows.COLUMNS, _mt.status)
    .where(_mt.msisdn_index == bindparam("of_index"))
    .order_by(_mt.id.desc())
    .limit(bindparam("most"))
)


class SqlOutbox:
    """MTs in a database. Each method is one transaction; all raise StoreUnavailable."""

    def __init__(self, engine: Engine, keyring: Keyring) -> None:
        self._engine = engine
        self._keyring = keyring

    def add(self, new: Sequence[NewSms], now: datetime) -> Sequence[int]:
        """Stores MTs as queued; returns the ids of those that are new (by key)."""
        with transaction(self._engine) as connection:
            return outbound_rows.add(connection, self._keyring, new, now)

    def lease(
        self, channel: str, lane: Lane, limit: int, now: datetime, until: datetime
    ) -> Sequence[OutboundSms]:
        """Takes due MTs, oldest first; they are back in the queue after `until`.

        One that cannot be read is put off: it must not stop the others, and the key it was sealed
        with may come back.
        """
        values = {
            "of_channel": channel,
            "of_lane": lane.value,
            "now": now,
            "until": until,
            "most": limit,
        }
        with statements(self._engine) as connection:
            rows = connection.execute(_LEASE, values).all()
        leased, unreadable = [], []
        for row in rows:
            try:
                leased.append(outbound_rows.to_outbound(self._keyring, row, row.attempts + 1))
            except (Refused, ValueError):
                unreadable.append(row.id)
        if unreadable:
            log.error("%d MTs cannot be read, and wait. Run: gateway doctor", len(unreadable))
            self.give_back(unreadable, now + UNREADABLE)
        return sorted(leased, key=lambda sms: sms.id)

    def give_back(self, ids: Sequence[int], now: datetime) -> None:
        """Puts MTs that were leased, and not begun, back into the queue, due at once."""
        with statements(self._engine) as connection:
            connection.execute(_GIVE_BACK, {"ids": ids, "now": now})

    def start(self, ids: Sequence[int], outcomes: Outcomes, now: datetime) -> Sequence[int]:
        """Stores finished outcomes and marks the next MTs as being sent; returns those marked."""
        with transaction(self._engine) as connection:
            return start(connection, self._keyring, ids, outcomes, now)

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
                outbound_rows.to_outbound(self._keyring, row, max(row.attempts, 1)),
                DeliveryStatus(row.status),
            )
            for row in rows
        ]
