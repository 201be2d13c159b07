"""The `Records` port on a database: what handlers write, and who has read it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Engine, and_, delete, func, select, text, tuple_, update
from sqlalchemy import Table as StoredTable

from gateway.adapters.handler_calls.current_call import current_call, times_written
from gateway.adapters.sql import audit, idempotency
from gateway.adapters.sql.engine import statements, transaction
from gateway.adapters.sql.handler_toolkit.record_tables import (
    ID,
    KEY,
    OWNER,
    SINCE,
    index_column,
    key_of,
    make,
    sealed_as,
    sealed_of,
    table_of,
)
from gateway.adapters.sql.handler_toolkit.row_reminders import RowReminders
from gateway.adapters.sql.posting.notes import PostingNotes
from gateway.adapters.sql.upserts import insert_or_update
from gateway.adapters.system.keyring import Keyring
from gateway.domain.datasets.dataset import Table
from gateway.domain.faults_and_errors.did_you_mean import did_you_mean
from gateway.domain.handler_contract.reminding import RowReminder
from gateway.domain.handler_contract.service_call import Row, ServiceCall
from gateway.use_cases.ports import Clock

_LOCK = text("SELECT pg_advisory_xact_lock(:number)")


class SqlRecords:
    """The tables of a deployment that handlers write; each is made when it is first used.

    All methods raise StoreUnavailable, and LookupError for a table or column not declared. What is
    put or completed is noted in `postings`, where it goes on to another system, and in `reminders`,
    where it is about a time to be reminded of.
    """

    def __init__(
        self,
        engine: Engine,
        tables: Mapping[str, Table],
        keyring: Keyring,
        clock: Clock,
        postings: PostingNotes | None = None,
        reminders: RowReminders | None = None,
    ) -> None:
        self._engine = engine
        self._keyring = keyring
        self._clock = clock
        self._declared = tables
        self._stored: dict[str, StoredTable] = {}
        self._postings = postings or PostingNotes(keyring)
        self._reminders = reminders or RowReminders(keyring, None)
        self._made: dict[str, Table] = {}
        self._making = threading.Lock()

    def put(
        self, table: str, call: ServiceCall, row: Row, *, reminder: RowReminder | None = None
    ) -> str:
        """Stores a row for the subscriber, in the place of their row with the same key.

        Returns what `complete` knows it by. Raises ValueError for a value that is missing, longer
        than declared, or not of its kind.
        """
        return self._put(table, call, row, may=lambda connection, key: True, reminder=reminder)

    def complete(self, table: str, call: ServiceCall, row: str, values: Row) -> bool:
        """Puts values into the subscriber's row that `put` has returned; the rest of it stays.

        Returns whether there is such a row. Raises ValueError like `put`, and for a column of the
        key, which makes another row.
        """
        declared, stored = self._ready(table), self._stored[table]
        if held := sorted(values.keys() & set(declared.key)):
            raise ValueError(f"'{held[0]}' is of the key of table '{table}': put the row anew.")
        told = declared.held(values, whole=False)
        try:
            key = bytes.fromhex(row)
        except ValueError:
            return False
        own = and_(stored.c[KEY] == key, stored.c[OWNER] == self._owner(call))
        change = update(stored).where(own).values(self._sealed(declared, key, told))

        def write(connection: Connection) -> int:
            changed = connection.execute(change).rowcount
            if changed:
                self._postings.note(connection, table, row, call)
            return changed

        words = ("complete", table, row, *(part for item in told.items() for part in item))
        return bool(idempotency.once(self._engine, self._keyring, call, *words, write=write))

    def put_within(
        self, table: str, call: ServiceCall, row: Row, *, most: int, same: Sequence[str]
    ) -> bool:
        """Stores a row like `put`, while fewer than `most` rows have its values of `same`.

        Returns whether it is stored. A row that stands there already keeps its place.
        """
        return bool(self.take_place(table, call, row, most=most, same=same))

    def take_place(
        self,
        table: str,
        call: ServiceCall,
        row: Row,
        *,
        most: int,
        same: Sequence[str],
        reminder: RowReminder | None = None,
    ) -> str:
        """Does what `put_within` does, and returns what `complete` knows the row by, or nothing."""
        declared = self._ready(table)
        stored, equal = self._stored[table], {name: row.get(name, "") for name in same}
        alike = self._equal(declared, equal)

        def has_room(connection: Connection, key: bytes) -> bool:
            if connection.dialect.name == "postgresql":  # where two could count at the same moment
                told = "\0".join(part for item in equal.items() for part in item)
                lock = self._keyring.index(f"places {table}", told)
                connection.execute(_LOCK, {"number": int.from_bytes(lock[:8], signed=True)})
            own = select(stored.c[ID]).where(stored.c[KEY] == key, alike)
            others = select(func.count()).select_from(stored).where(alike)
            return bool(connection.scalar(own)) or (connection.scalar(others) or 0) < most

        words = ("within", str(most), *same)
        return self._put(table, call, row, *words, may=has_room, reminder=reminder)

    def find(self, table: str, **equal: str) -> Sequence[Row]:
        """Returns the rows whose columns equal the given values, oldest first.

        Of a table with personal columns, it is noted whose rows were read, save the caller's own.
        """
        declared, stored = self._ready(table), self._stored[table]
        wanted = select(stored).where(self._equal(declared, equal)).order_by(stored.c[ID])
        if not declared.is_personal:
            with statements(self._engine) as connection:
                return self._opened(declared, connection.execute(wanted).mappings().all())
        with transaction(self._engine) as connection:
            rows = connection.execute(wanted).mappings().all()
            self._note_look(connection, declared, [row[OWNER] for row in rows])
        return self._opened(declared, rows)

    def one(self, table: str, **equal: str) -> Row | None:
        """Returns the first such row, or None."""
        rows = self.find(table, **equal)
        return rows[0] if rows else None

    def mine(self, table: str, call: ServiceCall) -> Sequence[Row]:
        """Returns the rows of the subscriber, oldest first."""
        declared, stored = self._ready(table), self._stored[table]
        own = select(stored).where(stored.c[OWNER] == self._owner(call)).order_by(stored.c[ID])
        with statements(self._engine) as connection:
            return self._opened(declared, connection.execute(own).mappings().all())

    def remove(self, table: str, call: ServiceCall, **equal: str) -> int:
        """Removes such rows of the subscriber, and their reminders; returns how many they were."""
        declared, stored = self._ready(table), self._stored[table]
        own = and_(stored.c[OWNER] == self._owner(call), self._equal(declared, equal))
        told = [part for item in sorted(equal.items()) for part in item]

        def write(connection: Connection) -> int:
            gone = connection.scalars(delete(stored).where(own).returning(stored.c[KEY])).all()
            for key in gone if declared.reminds else ():
                self._reminders.cancel(connection, call, declared.reminds, key)
            return len(gone)

        words = ("remove", table, *told)
        return idempotency.once(self._engine, self._keyring, call, *words, write=write)

    def count(self, table: str, **equal: str) -> int:
        """Returns how many such rows there are."""
        declared, stored = self._ready(table), self._stored[table]
        wanted = select(func.count()).select_from(stored).where(self._equal(declared, equal))
        with statements(self._engine) as connection:
            return connection.scalar(wanted) or 0

    def taken(
        self, table: str, columns: Sequence[str], values: Sequence[tuple[str, ...]]
    ) -> Mapping[tuple[str, ...], int]:
        """Returns how many rows have each of the values, of columns that are not personal.

        Values that no row has are left out.
        """
        self._ready(table)
        by = [self._stored[table].c[name] for name in columns]
        counted = select(*by, func.count()).where(tuple_(*by).in_(values)).group_by(*by)
        with statements(self._engine) as connection:
            return {tuple(row[:-1]): row[-1] for row in connection.execute(counted)}

    def _put(
        self,
        table: str,
        call: ServiceCall,
        row: Row,
        *asked: str,
        may: Callable[[Connection, bytes], bool],
        reminder: RowReminder | None,
    ) -> str:
        """Stores a row, once for its call, if the transaction finds that it `may` be stored.

        Returns what it is known by; empty where it is not stored. `asked` tells in words on what
        that depends.
        """
        declared = self._ready(table)
        whole = declared.held(row)
        owner = self._owner(call)
        words = ("put", table, *whole.values(), *asked)
        told = (call.key, *words)
        key = key_of(self._keyring, declared, owner, whole, (*told, str(times_written(told))))
        stored = {KEY: key, OWNER: owner, SINCE: call.at, **self._sealed(declared, key, whole)}
        columns = [name for name in stored if name not in (KEY, OWNER, SINCE)]
        upsert = insert_or_update(self._stored[table], *columns, key=(KEY,))

        def write(connection: Connection) -> int:
            if not may(connection, key):
                return 0
            connection.execute(upsert[connection.dialect.name], stored)
            self._postings.note(connection, table, key.hex(), call)
            if reminder is not None:
                self._reminders.note(connection, call, declared.reminds, key, reminder)
            elif declared.reminds:
                self._reminders.cancel(connection, call, declared.reminds, key)
            return 1

        done = idempotency.once(self._engine, self._keyring, call, *words, write=write)
        return key.hex() if done else ""

    def _ready(self, name: str) -> Table:
        declared = self._declared.get(name)
        if declared is None:
            proposal = did_you_mean(name, self._declared)
            raise LookupError(f"No table '{name}' is declared.{proposal}")
        if self._made.get(name) is not declared:  # a release may have given it a column
            with self._making:
                make(self._engine, [declared])
                self._stored[name] = table_of(declared)
                self._made[name] = declared
        return declared

    def _owner(self, call: ServiceCall) -> bytes:
        return self._keyring.index_of(call.subscriber)

    def _equal(self, declared: Table, equal: Mapping[str, str]) -> Any:
        stored = self._stored[declared.name]
        columns = {each.name: each for each in declared.columns}
        conditions = []
        for name, value in equal.items():
            if name not in columns:
                proposal = did_you_mean(name, columns)
                raise LookupError(f"Table '{declared.name}' has no column '{name}'.{proposal}")
            if columns[name].personal:
                index = self._keyring.index(sealed_as(declared, name), value)
                conditions.append(stored.c[index_column(name)] == index)
            else:
                conditions.append(stored.c[name] == value)
        return and_(True, *conditions)

    def _sealed(self, declared: Table, key: bytes, row: Row) -> dict[str, str | bytes]:
        stored: dict[str, str | bytes] = {}
        sealed = sealed_of(declared)
        for column in declared.columns:
            if column.name not in row:
                continue
            value = row[column.name]
            if column.personal:
                purpose = sealed.purposes[column.name]
                stored[column.name] = sealed.seal(self._keyring, column.name, {KEY: key}, value)
                stored[index_column(column.name)] = self._keyring.index(purpose, value)
            else:
                stored[column.name] = value
        return stored

    def _opened(self, declared: Table, rows: Sequence[Mapping[Any, Any]]) -> list[Row]:
        return [open_row(self._keyring, declared, row) for row in rows]

    def _note_look(self, connection: Connection, declared: Table, owners: Sequence[bytes]) -> None:
        call = current_call()
        at = call.at if call else self._clock.now()
        own = self._owner(call) if call else b""
        audit.note(
            connection,
            self._keyring,
            owners=[owner for owner in owners if owner != own],
            who=call.handler if call else "gateway",
            what=declared.name,
            look=call.key if call else at.isoformat(),
            at=at,
        )


def open_row(keyring: Keyring, declared: Table, row: Mapping[Any, Any]) -> Row:
    """Returns the declared columns of a stored row, opened."""
    opened, sealed = {}, sealed_of(declared)
    for column in declared.columns:
        value = row[column.name]
        if column.personal:
            opened[column.name] = (
                sealed.open_text(keyring, column.name, row) if value is not None else ""
            )
        else:
            opened[column.name] = value
    return opened
