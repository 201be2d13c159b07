"""The office's side of cases in a database: what waits, one case whole, and how far it has come."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import Connection, Engine, bindparam, select, update

from gateway.adapters.sql.casework import reminder_rows
from gateway.adapters.sql.casework.cases import open_details
from gateway.adapters.sql.engine import statements, transaction
from gateway.adapters.sql.handler_tables import case_events
from gateway.adapters.sql.institutions.audit_chain import append
from gateway.adapters.sql.sealed_columns import CASE_EVENTS, CASES
from gateway.adapters.sql.tables import cases
from gateway.adapters.sql.upserts import insert_new
from gateway.adapters.system.keyring import Keyring
from gateway.domain.input_kinds.case_number import grouped
from gateway.domain.telecom.identity import Identity
from gateway.use_cases.ports import Case
from gateway.use_cases.ports.casework import CASES_TOPIC, CaseEvent, CaseFile
from gateway.use_cases.ports.institutions import AuditEntry

#: The event by which a case came to another status; its text is the status.
MOVED = "moved"
#: What its citizen can see was touched.
AUDITED = "cases"

_row = cases.c
_SHOWN = (
    _row.number, _row.service, _row.category, _row.status, _row.opened_at, _row.changed_at,
    _row.institution,
)  # fmt: skip
_READ = select(cases).where(_row.number == bindparam("of_number"))
_EVENTS = (
    select(
        case_events.c.kind,
        case_events.c.call_index,
        case_events.c.text_sealed,
        case_events.c.at,
        case_events.c.by,
    )
    .where(case_events.c.number == bindparam("of_number"))
    .order_by(case_events.c.id)
)
_MOVE = (
    update(cases)
    .where(_row.number == bindparam("of_number"), _row.status != bindparam("becomes"))
    .values(status=bindparam("becomes"), changed_at=bindparam("now"))
)
_ADD_EVENT = insert_new(case_events, returning=(case_events.c.id,))


class SqlCaseWork:
    """Fits the `CaseWork` port; what is personal is sealed. All methods raise StoreUnavailable."""

    def __init__(
        self,
        engine: Engine,
        keyring: Keyring,
        reaches: Callable[[str, Identity], bool] = lambda channel, subscriber: True,
    ) -> None:
        """`reaches` tells whether a subscriber of a channel can be sent an SMS."""
        self._engine = engine
        self._keyring = keyring
        self._reaches = reaches

    def listed(
        self,
        statuses: Sequence[str],
        service: str,
        limit: int,
        institutions: frozenset[str] | None = None,
    ) -> Sequence[Case]:
        """Returns cases of these statuses, the oldest first; of one service when it is given."""
        query = select(*_SHOWN).where(_row.status.in_(statuses)).order_by(_row.id).limit(limit)
        if service:
            query = query.where(_row.service == service)
        if institutions is not None:
            query = query.where(_row.institution.in_(sorted(institutions)))
        with statements(self._engine) as connection:
            return [Case(**row) for row in connection.execute(query).mappings()]

    def read(self, number: str) -> CaseFile | None:
        """Returns a case with all that was told; whoever asks lets its citizen see that it was."""
        with statements(self._engine) as connection:
            row = connection.execute(_READ, {"of_number": number}).mappings().first()
            events = connection.execute(_EVENTS, {"of_number": number}).mappings().all()
        if row is None:
            return None
        keyring = self._keyring
        return CaseFile(
            case=Case(**{column.name: row[column.name] for column in _SHOWN}),
            subscriber=CASES.open_subscriber(keyring, row) if row["msisdn_sealed"] else None,
            details=open_details(self._keyring, row),
            events=[
                CaseEvent(
                    kind=each["kind"],
                    text=CASE_EVENTS.open_text(keyring, "text_sealed", each),
                    at=each["at"],
                    by=each["by"],
                )
                for each in events
            ],
        )

    def move(self, number: str, status: str, entry: AuditEntry, *, message: str = "") -> bool:
        """Lets a case come to a status; returns False when there is none, or it is there already.

        Citizens read the status at once under the number of their case, and can see who moved it.
        `entry` is recorded with it.
        With a `message` they are told so, where an SMS can reach them: it waits among the
        reminders, and goes with consent.
        """
        now = entry.at
        key = {"call_index": self._keyring.index("case event", f"{number}\0{now.isoformat()}")}
        event = {
            **key,
            "number": number,
            "kind": MOVED,
            "text_sealed": CASE_EVENTS.seal(self._keyring, "text_sealed", key, status),
            "at": now,
            "by": entry.by,
        }
        with transaction(self._engine) as connection:
            values = {"of_number": number, "becomes": status, "now": now}
            moved = connection.execute(_MOVE, values).rowcount == 1
            if moved:
                connection.execute(_ADD_EVENT[connection.dialect.name], event)
                if message:
                    self._tell(connection, number, message, now)
                append(connection, self._keyring, [entry])
        return moved

    def _tell(self, connection: Connection, number: str, message: str, now: datetime) -> None:
        row = connection.execute(_READ, {"of_number": number}).mappings().one()
        if not row["msisdn_sealed"]:  # erased: it is nobody's
            return
        subscriber = CASES.open_subscriber(self._keyring, row)
        if not self._reaches("", subscriber):  # it would wait for ever
            return
        reminder_rows.put(
            connection,
            self._keyring,
            reminder_rows.NewReminder(
                subscriber=subscriber,
                channel="",
                language="",
                message=message,
                values={"number": grouped(number)},
                topic=CASES_TOPIC,
                key=number,
                due_at=now,
                scheduled_at=now,
                institution=row["institution"],
            ),
        )
