"""The `Messages` port on a database: MTs as people look at them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, Row, Select, func, select, update

from gateway.adapters.sql.engine import statements, transaction
from gateway.adapters.sql.sms import outbound_rows
from gateway.adapters.sql.sms.lanes import places
from gateway.adapters.sql.sms.outbound_rows import has_status
from gateway.adapters.sql.sms.settling import steps
from gateway.adapters.sql.sms.settling.unknown import add_copy
from gateway.adapters.sql.tables import outbound_sms
from gateway.adapters.system.keyring import Keyring
from gateway.domain.faults_and_errors.errors import Refused
from gateway.domain.telecom.delivery import DeliveryStatus
from gateway.domain.telecom.sms import Lane, NewSms, Purpose
from gateway.use_cases.ports.sms.messages import TO_SETTLE, MessageFile, Wanted
from gateway.use_cases.ports.sms.settling import Step

#: So many of the newest MTs are looked through where no index leads to what is wanted.
NEWEST = 100_000
#: Those of the index on active MTs.
ACTIVE = (
    DeliveryStatus.QUEUED,
    DeliveryStatus.LEASED,
    DeliveryStatus.SENDING,
    DeliveryStatus.UNKNOWN,
)

_mt = outbound_sms.c
_READ = select(
    *outbound_rows.COLUMNS, _mt.status, _mt.changed_at, _mt.due_at, _mt.provider_ref, _mt.segments,
    _mt.cost, _mt.error, _mt.report_detail,
)  # fmt: skip
_COPIES = select(_mt.id, _mt.status).where(_mt.resend_of.is_not(None)).order_by(_mt.id)


class SqlMessages:
    """MTs in a database, by number, lane or age. All methods raise StoreUnavailable."""

    def __init__(self, engine: Engine, keyring: Keyring) -> None:
        self._engine = engine
        self._keyring = keyring
        self._read = outbound_rows.reader(keyring)

    def find(self, wanted: Wanted) -> Sequence[MessageFile]:
        """Returns MTs, the newest first."""
        query = _READ.where(*self._conditions(wanted)).limit(wanted.limit)
        with statements(self._engine) as connection:
            if wanted.subscriber is None and wanted.status in ACTIVE:
                rows = _active(connection, query, wanted, wanted.status)
            else:
                if wanted.subscriber is None:
                    newest = select(func.max(_mt.id) - NEWEST).scalar_subquery()
                    query = query.where(_mt.id > newest)
                rows = list(connection.execute(query.order_by(_mt.id.desc())))
        return [self._file(row) for row in rows]

    def _conditions(self, wanted: Wanted) -> list[ColumnElement[bool]]:
        found = []
        if wanted.subscriber is not None:
            found.append(_mt.msisdn_index == self._keyring.index_of(wanted.subscriber))
        if wanted.status is not None:
            found.append(has_status(wanted.status))
        if wanted.lane is not None:
            found.append(_mt.lane == wanted.lane.value)
        if wanted.channel:
            found.append(_mt.channel == wanted.channel)
        if wanted.institutions is not None:
            found.append(_mt.institution.in_(sorted(wanted.institutions)))
        if wanted.before is not None:
            found.append(_mt.created_at < wanted.before)
        return found

    def read(self, sms_id: int) -> MessageFile | None:
        """Returns one with its steps and copies, None where there is none such."""
        with statements(self._engine) as connection:
            row = connection.execute(_READ.where(_mt.id == sms_id)).first()
            if row is None:
                return None
            told = steps.of(connection, [sms_id]).get(sms_id, [])
            copies = [
                (each.id, DeliveryStatus(each.status))
                for each in connection.execute(_COPIES.where(_mt.resend_of == sms_id))
            ]
        return self._file(row, told, copies)

    def settle(
        self, sms_id: int, status: DeliveryStatus, step: Step, now: datetime
    ) -> DeliveryStatus | None:
        """Moves an MT that nobody knows of to a status; returns the one it had, else None."""
        with transaction(self._engine) as connection:
            had = connection.scalar(
                select(_mt.status).where(_mt.id == sms_id, has_status(*TO_SETTLE)).with_for_update()
            )
            if had is None:
                return None
            change = update(outbound_sms).where(_mt.id == sms_id, has_status(*TO_SETTLE))
            connection.execute(change.values(status=status.value, changed_at=now))
            steps.add(connection, [step])
        return DeliveryStatus(had)

    def resend(self, sms_id: int, copy: NewSms, step: Step, now: datetime) -> int | None:
        """Adds a copy; returns its id, None where somebody else has just added that one."""
        with transaction(self._engine) as connection:
            return add_copy(connection, self._keyring, sms_id, copy, now, step.by, step.detail)

    def _file(
        self,
        row: Row[*tuple[Any, ...]],
        told: Sequence[Step] = (),
        copies: Sequence[tuple[int, DeliveryStatus]] = (),
    ) -> MessageFile:
        try:
            sms = self._read(row, max(row.attempts, 1))
        except (Refused, ValueError):
            sms = None
        return MessageFile(
            id=row.id,
            channel=row.channel,
            lane=Lane(row.lane),
            purpose=Purpose(row.purpose),
            institution=row.institution,
            status=DeliveryStatus(row.status),
            sms=sms,
            created_at=row.created_at,
            changed_at=row.changed_at,
            due_at=row.due_at,
            attempts=row.attempts,
            provider_ref=row.provider_ref or "",
            segments=row.segments,
            cost=row.cost,
            error=row.error,
            report_detail=row.report_detail,
            resend_of=row.resend_of,
            valid_until=row.valid_until,
            steps=told,
            copies=copies,
        )


def _active(
    connection: Connection, query: Select[Any], wanted: Wanted, status: DeliveryStatus
) -> list[Row[Any]]:
    """Returns MTs on their way, of each lane those that are due longest: however many wait."""
    rows: list[Row[Any]] = []
    for place in list(places(connection, status)):
        whose = wanted.institutions
        if (
            wanted.channel in ("", place.channel)
            and wanted.lane in (None, place.lane)
            and (whose is None or place.institution in whose)
        ):
            here = query.where(
                _mt.channel == place.channel,
                _mt.lane == place.lane.value,
                _mt.institution == place.institution,
            )
            rows += connection.execute(here.order_by(_mt.due_at, _mt.id))
    return sorted(rows, key=lambda row: row.id, reverse=True)[: wanted.limit]
