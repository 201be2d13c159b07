"""The office's side of cases in a database: what waits, one case whole, and how far it has come."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    and_,
    bindparam,
    delete,
    false,
    func,
    or_,
    select,
    update,
)

from gateway.adapters.sql.casework import reminder_rows
from gateway.adapters.sql.casework.cases import open_details
from gateway.adapters.sql.engine import statements, transaction
from gateway.adapters.sql.handler_tables import case_events, reminders
from gateway.adapters.sql.institutions.audit_chain import append
from gateway.adapters.sql.sealed_columns import CASE_EVENTS, CASES
from gateway.adapters.sql.sms import outbound_rows
from gateway.adapters.sql.tables import cases, cases_waiting
from gateway.adapters.sql.upserts import insert_new
from gateway.adapters.system.keyring import Keyring
from gateway.domain.input_kinds.case_number import grouped
from gateway.domain.telecom.identity import Identity
from gateway.domain.telecom.sms import NewSms
from gateway.use_cases.ports import Case
from gateway.use_cases.ports.casework import (
    ANSWERED,
    ASSIGNED,
    CASES_TOPIC,
    SOLVED,
    STATUSES,
    CaseEvent,
    CaseFile,
    CasesWanted,
    ToldTogether,
)
from gateway.use_cases.ports.institutions import AuditEntry

#: The event by which a case came to another status; its text is the status.
MOVED = "moved"
#: So long news of several cases waits, that all of them are in it.
TOGETHER = timedelta(minutes=1)
#: What its citizen can see was touched.
AUDITED = "cases"

_row = cases.c
_SHOWN = (
    _row.number, _row.service, _row.category, _row.status, _row.opened_at, _row.changed_at,
    _row.institution, _row.assigned_to,
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
_ASSIGN = (
    update(cases)
    .where(_row.number == bindparam("of_number"), _row.assigned_to != bindparam("to"))
    .values(assigned_to=bindparam("to"))
)
#: Of those that are solved the newest are looked through, where no number leads to one.
_NEWEST = select(func.max(_row.id) - 100_000).scalar_subquery()
_FORGET_NEWS = delete(reminders).where(
    reminders.c.msisdn_index == bindparam("of_index"),
    reminders.c.topic == CASES_TOPIC,
    reminders.c.reminder_key == bindparam("of_number"),
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

    def find(self, wanted: CasesWanted) -> Sequence[Case]:
        """Returns cases: those that wait the oldest first; with solved ones, the newest first."""
        waits = SOLVED not in wanted.statuses
        query = select(*_SHOWN).where(*self._conditions(wanted))
        if waits:
            query = query.where(cases_waiting).order_by(_row.id)
        else:
            query = query.order_by(_row.id.desc())
            if wanted.subscriber is None:
                query = query.where(_row.id > _NEWEST)
        with statements(self._engine) as connection:
            found = connection.execute(query.limit(wanted.limit).offset(wanted.skip)).mappings()
            return [Case(**row) for row in found]

    def _conditions(self, wanted: CasesWanted) -> Iterator[ColumnElement[bool]]:
        if set(wanted.statuses) != set(STATUSES):
            yield _row.status.in_(wanted.statuses)
        if wanted.service:
            yield _row.service == wanted.service
        if wanted.subscriber is not None:
            yield _row.msisdn_index == self._keyring.index_of(wanted.subscriber)
        if wanted.assigned_to is not None:
            yield _row.assigned_to == wanted.assigned_to
        if wanted.institutions is not None:
            yield _row.institution.in_(sorted(wanted.institutions))
        if wanted.opened_before is not None:
            yield _row.opened_at < wanted.opened_before
        if wanted.overdue is not None:
            yield or_(
                false(),
                *(
                    and_(_row.service == service, _row.opened_at < before)
                    for service, before in wanted.overdue.items()
                ),
            )

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

    def move(
        self,
        number: str,
        status: str,
        entry: AuditEntry,
        *,
        message: str = "",
        together: ToldTogether | None = None,
    ) -> bool:
        """Lets a case come to a status; returns False when there is none, or it is there already.

        Citizens read the status at once under the number of their case, and can see who moved it.
        `entry` is recorded with it.
        With a `message` they are told so, where an SMS can reach them: it waits among the
        reminders, and goes with consent.
        """
        now = entry.at
        with transaction(self._engine) as connection:
            values = {"of_number": number, "becomes": status, "now": now}
            moved = connection.execute(_MOVE, values).rowcount == 1
            if moved:
                self._add_event(connection, number, MOVED, status, entry)
                if message:
                    self._tell(connection, number, message, now, together)
                append(connection, self._keyring, [entry])
        return moved

    def note(self, number: str, kind: str, text: str, entry: AuditEntry) -> None:
        """Notes what an office did with a case, or remarks on it."""
        with transaction(self._engine) as connection:
            self._add_event(connection, number, kind, text, entry)
            append(connection, self._keyring, [entry])

    def assign(self, number: str, to: str, entry: AuditEntry) -> bool:
        """Says who works on a case; returns False without one, or when it is theirs already."""
        with transaction(self._engine) as connection:
            values = {"of_number": number, "to": to}
            if connection.execute(_ASSIGN, values).rowcount != 1:
                return False
            self._add_event(connection, number, ASSIGNED, to, entry)
            append(connection, self._keyring, [entry])
        return True

    def answer(self, number: str, answer: NewSms, entry: AuditEntry) -> bool:
        """Accepts an SMS to the citizen, and notes its text with the case, in one transaction."""
        with transaction(self._engine) as connection:
            if not outbound_rows.add(connection, self._keyring, [answer], entry.at):
                return False
            self._add_event(connection, number, ANSWERED, answer.text, entry)
            append(connection, self._keyring, [entry])
        return True

    def _add_event(
        self, connection: Connection, number: str, kind: str, text: str, entry: AuditEntry
    ) -> None:
        occasion = f"{number}\0{entry.at.isoformat()}"
        if kind != MOVED:  # several things may be done at one moment
            occasion = f"{occasion}\0{kind}\0{text}"
        key = {"call_index": self._keyring.index("case event", occasion)}
        event = {
            **key,
            "number": number,
            "kind": kind,
            "text_sealed": CASE_EVENTS.seal(self._keyring, "text_sealed", key, text),
            "at": entry.at,
            "by": entry.by,
        }
        connection.execute(_ADD_EVENT[connection.dialect.name], event)

    def _tell(
        self,
        connection: Connection,
        number: str,
        message: str,
        now: datetime,
        together: ToldTogether | None,
    ) -> None:
        row = connection.execute(_READ, {"of_number": number}).mappings().one()
        if not row["msisdn_sealed"]:  # erased: it is nobody's
            return
        subscriber = CASES.open_subscriber(self._keyring, row)
        if not self._reaches("", subscriber):  # it would wait for ever
            return
        first, count = (together.first, together.count) if together else (number, 1)
        if first != number:  # what waits of this one is no news any more
            whose = {"of_index": row["msisdn_index"], "of_number": number}
            connection.execute(_FORGET_NEWS, whose)
        due_at = now if together is None else now + TOGETHER
        reminder_rows.put(
            connection,
            self._keyring,
            reminder_rows.NewReminder(
                subscriber=subscriber,
                channel="",
                language="",
                message=message,
                values={"number": grouped(first), "count": str(count)},
                topic=CASES_TOPIC,
                key=first,
                due_at=due_at,
                scheduled_at=now,
                institution=row["institution"],
            ),
        )
