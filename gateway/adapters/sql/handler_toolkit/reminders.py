"""Reminders in a database: handlers schedule them, the ticker hands them to the outbox."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, Row, bindparam, delete, select, update

from gateway.adapters.sql import idempotency
from gateway.adapters.sql.casework.reminder_rows import NewReminder, put
from gateway.adapters.sql.engine import statements, transaction
from gateway.adapters.sql.handler_tables import reminders
from gateway.adapters.sql.sealed_columns import REMINDERS
from gateway.adapters.sql.sms import outbound_rows
from gateway.adapters.sql.tables import subscribers
from gateway.adapters.system.keyring import Keyring
from gateway.domain.faults_and_errors.errors import NoWayBySms, Refused
from gateway.domain.handler_contract.service_call import ServiceCall
from gateway.domain.menu.messages import hold_to
from gateway.domain.telecom.sms import NewSms
from gateway.use_cases.ports import Releases
from gateway.use_cases.ports.reminders import DueReminder

log = logging.getLogger(__name__)

#: How long a reminder that cannot be read waits.
UNREADABLE = timedelta(hours=1)

_row = reminders.c
_OF_TOPIC = delete(reminders).where(
    _row.msisdn_index == bindparam("of_index"), _row.topic == bindparam("of_topic")
)
_OF_KEY = _OF_TOPIC.where(_row.reminder_key == bindparam("of_key"))
_DUE = (
    select(
        _row.id,
        _row.msisdn_index,
        _row.reminder_key,
        _row.channel,
        _row.msisdn_sealed,
        _row.topic,
        _row.message,
        _row.values_sealed,
        _row.language,
        _row.due_at,
        _row.institution,
        subscribers.c.language.label("chosen"),
    )
    .outerjoin(subscribers, subscribers.c.msisdn_index == _row.msisdn_index)
    .where(_row.due_at <= bindparam("now"))
    .order_by(_row.due_at, _row.id)
    .limit(bindparam("most"))
)
_DONE = (
    delete(reminders)
    .where(_row.id.in_(bindparam("ids", expanding=True)), _row.due_at <= bindparam("now"))
    .returning(_row.id)
)
_PUT_OFF = (
    update(reminders)
    .where(_row.id.in_(bindparam("ids", expanding=True)))
    .values(due_at=bindparam("until"))
)


class SqlReminders:
    """Fits `Reminders` and `ReminderQueue`. All methods raise StoreUnavailable."""

    def __init__(self, engine: Engine, keyring: Keyring, releases: Releases) -> None:
        self._engine = engine
        self._keyring = keyring
        self._releases = releases

    def schedule(
        self,
        call: ServiceCall,
        *,
        message: str,
        values: Mapping[str, str],
        at: datetime,
        topic: str,
        key: str,
    ) -> None:
        """Notes a text to be sent at an aware time, in the place of the one with this key.

        Raises LookupError for a message that messages.yaml lacks, ValueError for values that do
        not fit it, NoWayBySms where no SMS can come. The release may be another when it is due: it
        is asked again before it is sent.
        """
        hold_to(self._releases.current(), message, values)
        if not call.by_sms:
            raise NoWayBySms("No SMS can reach who asks to be reminded.")
        new = NewReminder(
            subscriber=call.subscriber,
            channel=call.channel,
            language=call.language,
            message=message,
            values=values,
            topic=topic,
            key=key,
            due_at=at,
            scheduled_at=call.at,
            institution=call.institution,
        )

        def write(connection: Connection) -> int:
            put(connection, self._keyring, new)
            return 1

        words = ("remind", topic, key, message, json.dumps(dict(values)), at.isoformat())
        idempotency.once(self._engine, self._keyring, call, *words, write=write)

    def cancel(self, call: ServiceCall, topic: str, key: str = "") -> int:
        """Takes back what was not sent yet, all of a topic without `key`; returns how many."""
        values = {
            "of_index": self._keyring.index_of(call.subscriber),
            "of_topic": topic,
            **({"of_key": key} if key else {}),
        }

        def write(connection: Connection) -> int:
            return connection.execute(_OF_KEY if key else _OF_TOPIC, values).rowcount

        words = ("do not remind", topic, key)
        return idempotency.once(self._engine, self._keyring, call, *words, write=write)

    def due(self, now: datetime, limit: int) -> Sequence[DueReminder]:
        """Returns the reminders whose time has come, oldest first.

        One that cannot be read is put off: the key it was sealed with may come back.
        """
        with statements(self._engine) as connection:
            rows = connection.execute(_DUE, {"now": now, "most": limit}).all()
        found, unreadable = [], []
        for row in rows:
            try:
                found.append(self._opened(row))
            except (Refused, ValueError):
                unreadable.append(row.id)
        if unreadable:
            log.error("%d reminders cannot be read. Is a key missing?", len(unreadable))
            self.put_off(unreadable, now + UNREADABLE)
        return found

    def hand_over(self, sms: Mapping[int, NewSms], now: datetime) -> int:
        """Removes reminders and stores the MT of each, in one transaction; returns how many."""
        with transaction(self._engine) as connection:
            done = connection.scalars(_DONE, {"ids": list(sms), "now": now}).all()
            outbound_rows.add(connection, self._keyring, [sms[id] for id in sorted(done)], now)
        return len(done)

    def put_off(self, ids: Sequence[int], until: datetime) -> None:
        """Makes reminders due again later."""
        with transaction(self._engine) as connection:
            connection.execute(_PUT_OFF, {"ids": list(ids), "until": until})

    def _opened(self, row: Row[*tuple[Any, ...]]) -> DueReminder:
        return DueReminder(
            id=row.id,
            channel=row.channel,
            subscriber=REMINDERS.open_subscriber(self._keyring, row._mapping),
            topic=row.topic,
            message=row.message,
            values=json.loads(REMINDERS.open_text(self._keyring, "values_sealed", row._mapping)),
            language=row.chosen or row.language,
            due_at=row.due_at,
            institution=row.institution,
        )
