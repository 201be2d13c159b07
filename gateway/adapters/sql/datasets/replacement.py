"""New rows of a dataset: beside the present ones, then in their place, as a whole."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from operator import itemgetter
from typing import Any

from sqlalchemy import (
    Connection,
    Engine,
    Index,
    MetaData,
    Select,
    Table,
    and_,
    collate,
    exists,
    false,
    func,
    inspect,
    or_,
    select,
    text,
)

from gateway.adapters.sql.changing.held_tables import PATIENT_TRIES, change
from gateway.adapters.sql.datasets.columns import (
    ROW,
    in_order,
    indexed,
    searched_words,
    table_of,
    words_table_of,
)
from gateway.adapters.sql.datasets.first_rows import Marks, is_first, mark_of, marked_indexes
from gateway.adapters.sql.engine import statements, transaction
from gateway.adapters.sql.tables import datasets
from gateway.adapters.sql.upserts import insert_or_update
from gateway.domain.datasets.dataset import Dataset
from gateway.domain.faults_and_errors.errors import Refused, StoreUnavailable
from gateway.domain.retention.what_is_removed import IMPORT_AT_MOST

_DEAD_HOURS = IMPORT_AT_MOST // timedelta(hours=1)

_NOTE = insert_or_update(datasets, "row_count", "loaded_at", "loaded_by")


@dataclass(frozen=True, slots=True)
class Changes:
    """How many rows a file adds, takes away, and has with other values under the same key."""

    added: int
    removed: int
    changed: int

    def __str__(self) -> str:
        """Returns it as `+12 -3 ~40`."""
        return f"+{self.added:,} -{self.removed:,} ~{self.changed:,}"


NO_CHANGES = Changes(added=0, removed=0, changed=0)


@dataclass(frozen=True, slots=True)
class Replacement:
    """New rows of a dataset beside the present ones, which serve citizens until `take_over`.

    They come in small transactions, so that nobody waits long for SQLite's one writer.
    """

    engine: Engine
    dataset: Dataset
    table: Table
    marks: Marks = field(repr=False)

    @classmethod
    def begin(cls, engine: Engine, dataset: Dataset, now: datetime) -> Replacement:
        """Returns a replacement without rows; raises StoreUnavailable, like all its methods.

        What an import that was killed has left behind is dropped when it is a day old: another
        import may be at work on a younger one.
        """
        table = table_of(dataset, f"{_prefix(dataset)}{_hour(now):05x}{secrets.token_hex(2)}")
        with transaction(engine) as connection:
            for name in inspect(connection).get_table_names():
                if _is_dead(dataset, name, now):
                    Table(name, MetaData()).drop(connection)
            table.create(connection)
            if dataset.search:
                words_table_of(dataset, table.name).create(connection)
        return cls(engine, dataset, table, Marks(dataset))

    def add(self, rows: Sequence[Mapping[str, object]]) -> None:
        """Adds rows; each says under `ROW` where it stands in the file."""
        of = itemgetter(ROW, *(each.name for each in self.dataset.columns))
        marks_of = self.marks.of
        if not self.dataset.search:
            with transaction(self.engine) as connection:
                _put(connection, self.table, [(*of(row), marks_of(row)) for row in rows])
            return
        words = [searched_words(self.dataset, row) for row in rows]
        found = list(zip(rows, words, strict=True))
        put = [
            (*of(row), "".join(f" {each}" for each in of_row), marks_of(row))
            for row, of_row in found
        ]
        listed = [(word, row[ROW]) for row, of_row in found for word in of_row]
        with transaction(self.engine) as connection:
            _put(connection, self.table, put)
            _put(connection, self._words, listed)

    @property
    def _words(self) -> Table:
        return words_table_of(self.dataset, self.table.name)

    def complete(self) -> Changes | None:
        """Indexes the new rows; returns what they change, None where there were none before.

        Rows are the same where their key is.
        """
        for taken_off in self.marks.taken_off(self.table):
            with transaction(self.engine) as connection:
                _without_time_limit(connection)
                connection.execute(taken_off)
        for index in self._indexes():
            with transaction(self.engine) as connection:  # each its own: SQLite has one writer
                _without_time_limit(connection)
                index.create(connection)
        with transaction(self.engine) as connection:
            _without_time_limit(connection)
            if connection.dialect.name == "postgresql":  # it plans by what it knows of a table
                connection.execute(text(f'ANALYZE "{self.table.name}"'))
                if self.dataset.search:
                    connection.execute(text(f'ANALYZE "{self._words.name}"'))
        # PostgreSQL lifts its time limit within a transaction only; on SQLite one would keep
        # everybody else from writing.
        opened = transaction if self.engine.dialect.name == "postgresql" else statements
        with opened(self.engine) as connection:
            _without_time_limit(connection)
            present = table_of(self.dataset)
            held = inspect(connection)
            if not held.has_table(present.name):
                return None
            known = {each["name"] for each in held.get_columns(present.name)}
            if not known >= {each.name for each in self.dataset.columns}:
                return None  # it was loaded as another declaration had it
            return self._changes(connection, present)

    def _indexes(self) -> Iterator[Index]:
        """Yields the indexes of the rows and of their words.

        They are made when all rows are there: to keep one in order while words come in none costs
        more with each row, and a million rows took half an hour.
        """
        for number, parts in enumerate(indexed(self.dataset, self.table)):
            yield Index(f"i{number}_{self.table.name}", *parts)
        declared = {each.name: each for each in self.dataset.columns}
        for number, names in enumerate(marked_indexes(self.dataset)):
            if self.marks.is_kept(names):
                ordered = [in_order(self.table, declared[name]) for name in names]
                first = is_first(self.table, mark_of(self.dataset, names))
                yield Index(
                    f"f{number}_{self.table.name}",
                    *ordered,
                    self.table.c[ROW],
                    sqlite_where=first,
                    postgresql_where=first,
                )
        if self.dataset.search:
            words = self._words
            yield Index(f"i_{words.name}", words.c.word, words.c[ROW])

    def _changes(self, connection: Connection, present: Table) -> Changes:
        new = self.table
        secret = {each.name for each in self.dataset.columns if each.secret}
        on_postgresql = connection.dialect.name == "postgresql"

        def held(name: str) -> Any:
            # What an older release has loaded stands in the order of the database's language.
            alike = on_postgresql and name not in secret
            return collate(present.c[name], "C") if alike else present.c[name]

        same = and_(*(new.c[name] == held(name) for name in self.dataset.key))
        others = [each.name for each in self.dataset.columns if each.name not in self.dataset.key]
        differs = or_(false(), *(new.c[name] != held(name) for name in others))

        def count(query: Select[int]) -> int:
            return connection.scalar(query) or 0

        rows = select(func.count())
        return Changes(
            added=count(rows.select_from(new).where(~exists().where(same).correlate(new))),
            removed=count(
                rows.select_from(present).where(~exists().where(same).correlate(present))
            ),
            changed=count(rows.select_from(new.join(present, same)).where(differs)),
        )

    def take_over(self, row_count: int, now: datetime, by: str) -> None:
        """Puts the new rows, once complete, in the place of the present ones, in a transaction."""

        def put_in_place(connection: Connection) -> None:
            present = table_of(self.dataset)
            # The words go with the rows, whether the rows before had any or not.
            for old, new in ((present, self.table), (words_table_of(self.dataset), self._words)):
                old.drop(connection, checkfirst=True)
                if new is self.table or self.dataset.search:
                    rename = f'ALTER TABLE "{new.name}" RENAME TO "{old.name}"'
                    connection.execute(text(rename))
            note = {
                "name": self.dataset.name,
                "row_count": row_count,
                "loaded_at": now,
                "loaded_by": by,
            }
            connection.execute(_NOTE[connection.dialect.name], note)

        change(self.engine, put_in_place, tries=PATIENT_TRIES)

    def discard(self) -> None:
        """Drops the new rows, unless they took over."""
        with transaction(self.engine) as connection:
            self.table.drop(connection, checkfirst=True)
            self._words.drop(connection, checkfirst=True)


@dataclass(frozen=True, slots=True)
class Loaded:
    """What is known of a dataset's last import; `by` is empty where nobody was asked."""

    rows: int
    at: datetime
    by: str


def is_loaded(engine: Engine, dataset: Dataset) -> bool:
    """Returns whether a dataset has rows in the database; False where it cannot be asked."""
    try:
        with statements(engine) as connection:
            return inspect(connection).has_table(table_of(dataset).name)
    except (Refused, StoreUnavailable):
        return False


def last_loaded(engine: Engine) -> Mapping[str, Loaded]:
    """Returns the last import of each dataset that was ever loaded; raises StoreUnavailable."""
    query = select(
        datasets.c.name, datasets.c.row_count, datasets.c.loaded_at, datasets.c.loaded_by
    )
    with statements(engine) as connection:
        return {name: Loaded(rows, at, by) for name, rows, at, by in connection.execute(query)}


def _put(connection: Connection, table: Table, rows: Sequence[Sequence[object]]) -> None:
    """Puts rows into a table, in the order of its columns.

    The driver is asked itself: SQLAlchemy makes a map of each row, which costs as much as all else.
    PostgreSQL copies them, since a statement of each row takes it several times as long.
    """
    if not rows:
        return
    names = ", ".join(f'"{each.name}"' for each in table.columns)
    if connection.dialect.name == "postgresql":
        driver: Any = connection.connection.driver_connection
        with (
            driver.cursor() as cursor,
            cursor.copy(f'COPY "{table.name}" ({names}) FROM STDIN') as copy,
        ):
            for row in rows:
                copy.write_row(row)
        return
    marks = ", ".join("?" * len(table.columns))
    connection.exec_driver_sql(
        f'INSERT INTO "{table.name}" ({names}) VALUES ({marks})',  # noqa: S608 - declared names
        [tuple(row) for row in rows],
    )


def _prefix(dataset: Dataset) -> str:
    return f"data_{dataset.name}__new_"


def _is_dead(dataset: Dataset, table: str, now: datetime) -> bool:
    """Returns whether a table holds rows of an import that began a day ago, or longer.

    Names of six digits are older: they say no time, and hold what was never taken over.
    """
    name = f"data_{table.removeprefix('words_')}" if table.startswith("words_") else table
    if re.fullmatch(re.escape(_prefix(dataset)) + "[0-9a-f]{6}", name):
        return True
    made = re.fullmatch(re.escape(_prefix(dataset)) + "([0-9a-f]{5})[0-9a-f]{4}", name)
    return made is not None and _hour(now) - int(made[1], 16) >= _DEAD_HOURS


def _hour(at: datetime) -> int:
    """Returns the hours since 1970: five hexadecimal digits, so that a name is never too long."""
    return int(at.timestamp()) // 3600


def _without_time_limit(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL statement_timeout = 0"))
