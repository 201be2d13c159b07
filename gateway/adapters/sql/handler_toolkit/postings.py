"""The `Postings` port on a database, and how a row is noted in the transaction that stores it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, bindparam, delete, exists, func, select, update

from gateway.adapters.sql import audit
from gateway.adapters.sql.engine import statements, transaction
from gateway.adapters.sql.handler_toolkit.record_tables import (
    KEY,
    OWNER,
    SINCE,
    make,
    sealed_of,
    table_of,
)
from gateway.adapters.sql.many.among import AmongFound
from gateway.adapters.sql.posting.tables import postings
from gateway.adapters.sql.sealed_columns import CASES, POSTINGS
from gateway.adapters.sql.tables import cases
from gateway.adapters.system.keyring import Keyring
from gateway.domain.datasets.dataset import Column, Table
from gateway.domain.faults_and_errors.errors import Refused
from gateway.domain.handler_contract.form import Form
from gateway.domain.handler_contract.posting import ROW_ID, ROW_NUMBER, STORED_AT, Posting
from gateway.domain.handler_contract.service_call import Row
from gateway.domain.input_kinds.case_number import grouped
from gateway.use_cases.ports.calls import Unposted

_row = postings.c
_BY_ID = _row.id == bindparam("of_id")
_due = (
    select(_row.id)
    .where(_row.due_at <= bindparam("now"))
    .order_by(_row.due_at)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
    .cte("due")
)
_LEASE = (
    update(postings)
    .where(AmongFound(_row.id, select(_due.c.id)))
    .values(due_at=bindparam("until"), attempts=_row.attempts + 1)
    .returning(*postings.c)
)
# One that was changed meanwhile has another key, and waits to be posted anew.
_TAKEN = delete(postings).where(_BY_ID, _row.call_key == bindparam("of_key"))
_GONE = delete(postings).where(_BY_ID)
_FAILED = (
    update(postings)
    .where(_BY_ID, _row.call_key == bindparam("of_key"))
    .values(due_at=bindparam("at"), last_failure=bindparam("why"))
)
_OF_FORM = _row.form == bindparam("of_form")
_of_form = (
    select(_row.id)
    .where(_OF_FORM, _row.due_at <= bindparam("until"))
    .order_by(_row.due_at)
    .limit(500)
    .with_for_update(skip_locked=True)
    .cte("of_form")
)
_LEAVE = (
    update(postings)
    .where(AmongFound(_row.id, select(_of_form.c.id)))
    .values(due_at=bindparam("at"))
)
_AGAIN = (
    update(postings)
    .where(_OF_FORM)
    .values(due_at=bindparam("now"), noted_at=bindparam("now"), attempts=0)
)
_IS_DUE = select(exists().where(_row.due_at <= bindparam("now")))
_UNPOSTED = (
    select(
        _row.form,
        func.count(_row.due_at).label("waiting"),
        (func.count() - func.count(_row.due_at)).label("given_up"),
        func.min(_row.noted_at).label("oldest_at"),
        func.max(_row.last_failure).label("last_failure"),
    )
    .group_by(_row.form)
    .order_by(_row.form)
)
_CASE = select(cases).where(cases.c.number == bindparam("of_number"))
#: No sentence of ours is longer, and nothing of a reply stands in one.
_LONGEST_FAILURE = 200


class SqlPostings:
    """Postings in a database; their rows are read when they are posted, and not before."""

    def __init__(self, engine: Engine, keyring: Keyring, forms: Mapping[str, Form]) -> None:
        self._engine = engine
        self._keyring = keyring
        self._forms = forms
        self._made: set[str] = set()

    def lease(self, limit: int, now: datetime, until: datetime) -> Sequence[Posting]:
        """Takes postings that are due, oldest first; due again after `until`."""
        told = {"now": now, "until": until, "most": limit}
        with statements(self._engine) as connection:
            rows = connection.execute(_LEASE, told).mappings().all()
        leased = []
        for row in sorted(rows, key=lambda row: row["noted_at"]):
            try:
                leased.append(self._posting(row))
            except Refused as error:  # it must not stand in the way of the others
                self._give_up(row, str(error))
        return leased

    def read(self, posting: Posting, names: Sequence[str], now: datetime) -> Row | None:
        """Returns these values of the row as it stands now; None when it is gone."""
        form = self._forms[posting.form]
        self._make(posting)
        wanted = [column for column in form.columns if column.name in names]
        with transaction(self._engine) as connection:
            if form.reference:
                found = self._of_case(connection, posting, wanted)
            else:
                found = self._of_table(connection, form.table(), posting, wanted)
            if found is None:
                return None
            owner, values = found
            if owner and any(column.personal for column in wanted):
                audit.note(
                    connection,
                    self._keyring,
                    owners=[owner],
                    who=form.post_to,
                    what=form.name,
                    look=posting.key,
                    at=now,
                )
        return {name: values.get(name, "") for name in names}

    def taken(self, posting: Posting) -> bool:
        """Forgets it, unless its row was changed meanwhile; returns whether it did."""
        with statements(self._engine) as connection:
            told = {"of_id": posting.id, "of_key": posting.key}
            return connection.execute(_TAKEN, told).rowcount == 1

    def gone(self, posting: Posting) -> None:
        """Forgets it: there is no row any more."""
        with statements(self._engine) as connection:
            connection.execute(_GONE, {"of_id": posting.id})

    def failed(self, posting: Posting, why: str, due_at: datetime | None) -> None:
        """Lets it be taken again from then on; None gives it up."""
        told = {"at": due_at, "why": why[:_LONGEST_FAILURE]}
        with statements(self._engine) as connection:
            connection.execute(_FAILED, {"of_id": posting.id, "of_key": posting.key, **told})

    def _give_up(self, row: Mapping[Any, Any], why: str) -> None:
        told = {"of_id": row["id"], "of_key": row["call_key"], "at": None, "why": why}
        with statements(self._engine) as connection:
            connection.execute(_FAILED, told)

    def leave(self, form: str, until: datetime) -> None:
        """Lets what is due of a form wait until then, a few hundred rows at a time."""
        with statements(self._engine) as connection:
            connection.execute(_LEAVE, {"of_form": form, "until": until, "at": until})

    def again(self, form: str, now: datetime) -> int:
        """Makes all of a form due, what was given up, too; returns how many they are."""
        with statements(self._engine) as connection:
            return connection.execute(_AGAIN, {"of_form": form, "now": now}).rowcount

    def unposted(self) -> Sequence[Unposted]:
        """Returns what is not posted, by form."""
        with statements(self._engine) as connection:
            return [Unposted(**row) for row in connection.execute(_UNPOSTED).mappings()]

    def is_due(self, now: datetime) -> bool:
        """Returns whether a worker has something to do."""
        with statements(self._engine) as connection:
            return bool(connection.scalar(_IS_DUE, {"now": now}))

    def _of_table(
        self, connection: Connection, table: Table, posting: Posting, wanted: Sequence[Column]
    ) -> tuple[bytes, dict[str, str]] | None:
        stored, sealed = table_of(table), sealed_of(table)
        found = select(stored).where(stored.c[KEY] == bytes.fromhex(posting.row))
        row = connection.execute(found).mappings().first()
        if row is None:
            return None
        values = {ROW_ID: posting.row, STORED_AT: _written(row[SINCE])}
        for column in wanted:
            if not column.personal:
                values[column.name] = row[column.name]
            elif row[column.name] is not None:
                values[column.name] = sealed.open_text(self._keyring, column.name, row)
        return row[OWNER], values

    def _of_case(
        self, connection: Connection, posting: Posting, wanted: Sequence[Column]
    ) -> tuple[bytes, dict[str, str]] | None:
        row = connection.execute(_CASE, {"of_number": posting.row}).mappings().first()
        if row is None:
            return None
        category = self._forms[posting.form].category
        values = {category: row["category"]} if category else {}
        parts = {column.personal for column in wanted if column.name != category}
        for personal, name in ((False, "details_sealed"), (True, "personal_sealed")):
            if personal in parts and row[name]:
                values |= json.loads(CASES.open(self._keyring, name, row))
        told = {ROW_ID: posting.row, ROW_NUMBER: grouped(posting.row)}
        return row["msisdn_index"], {**values, **told, STORED_AT: _written(row["opened_at"])}

    def _make(self, posting: Posting) -> None:
        """Widens the table of a form that has got a column since the row was stored."""
        form = self._forms[posting.form]
        if not form.reference and form.name not in self._made:
            make(self._engine, [form.table()])
            self._made.add(form.name)

    def _posting(self, row: Mapping[Any, Any]) -> Posting:
        return Posting(
            id=row["id"],
            form=row["form"],
            row=row["row"],
            key=row["call_key"],
            subscriber=POSTINGS.open_subscriber(self._keyring, row),
            channel=row["channel"],
            language=row["language"],
            attempt=row["attempts"],
            noted_at=row["noted_at"],
        )


def _written(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")
