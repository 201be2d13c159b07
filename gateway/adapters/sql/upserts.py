"""`INSERT … ON CONFLICT` for both databases: one form, two constructs in SQLAlchemy."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Executable, Table, case
from sqlalchemy.dialects import postgresql, sqlite

#: Statements by the name of the dialect, made once so that their compiled form is found again.
ByDialect = Mapping[str, Executable]

_MAKERS: Mapping[str, Callable[[Table], sqlite.Insert | postgresql.Insert]] = {
    "sqlite": sqlite.insert,
    "postgresql": postgresql.insert,
}


def insert_new(
    table: Table,
    *,
    returning: tuple[ColumnElement[Any], ...] = (),
    values: Mapping[str, ColumnElement[Any]] | None = None,
) -> ByDialect:
    """Returns an insert that leaves out rows whose key is taken; `values` the database computes.

    What it returns tells whether a row is new; psycopg does not keep the row count of an INSERT.
    """
    statements: dict[str, Executable] = {}
    for name, make in _MAKERS.items():
        statement = make(table).on_conflict_do_nothing()
        if values is not None:
            statement = statement.values(values)
        statements[name] = statement.returning(*returning) if returning else statement
    return statements


def counting_up(
    table: Table, *columns: str, returning: tuple[ColumnElement[Any], ...] = ()
) -> ByDialect:
    """Returns an insert that adds its `columns` to those of a row that is there, by primary key.

    Whoever else counts the same row up waits until the transaction ends.
    """
    statements: dict[str, Executable] = {}
    for dialect, make in _MAKERS.items():
        statement = make(table)
        more = statement.on_conflict_do_update(
            index_elements=list(table.primary_key.columns),
            set_={name: table.c[name] + statement.excluded[name] for name in columns},
        )
        statements[dialect] = more.returning(*returning) if returning else more
    return statements


def insert_or_update(
    table: Table,
    *columns: str,
    unless_older_than: Column[datetime] | None = None,
    key: Sequence[str] = (),
    later: str = "",
    returning: tuple[ColumnElement[Any], ...] = (),
) -> ByDialect:
    """Returns an insert that updates `columns` of a row that is there, by primary key or `key`.

    With `unless_older_than` (a time column of the table) an older row than the present one changes
    nothing: what was said last counts, in whatever order it arrives. `later` names a time column
    that keeps the later of both times. What it returns tells whether the row counts.
    """
    statements: dict[str, Executable] = {}
    for name, make in _MAKERS.items():
        statement = make(table)
        new = statement.excluded
        present = table.c.get(later)
        kept = (
            {}
            if present is None
            else {later: case((present > new[later], present), else_=new[later])}
        )
        more = statement.on_conflict_do_update(
            index_elements=[table.c[name] for name in key] or list(table.primary_key.columns),
            set_={**{column: new[column] for column in columns}, **kept},
            where=None
            if unless_older_than is None
            else new[unless_older_than.name] >= unless_older_than,
        )
        statements[name] = more.returning(*returning) if returning else more
    return statements


#: Rows in one statement of `ManyNew`: far below what a statement of SQLite may have parameters.
MOST_ROWS = 500


class ManyNew:
    """An insert of rows that are alike but for a few columns; taken keys are left out.

    What is alike is bound once a statement, and the statement is the driver's own: SQLAlchemy takes
    each value of each row through its hands, which costs a fifth of storing the row.
    """

    def __init__(self, table: Table, own: Sequence[str], alike: Sequence[str]) -> None:
        """`own` are the columns that each row has of its own, `alike` those of all of them."""
        self._table, self._own, self._alike = table, own, alike

    def __call__(
        self, connection: Connection, alike: Sequence[Any], rows: Sequence[Sequence[Any]]
    ) -> Iterator[int]:
        """Yields the `id` of each row that is new."""
        bound = [
            value if convert is None else convert(value)
            for convert, value in zip(self._converters(connection), alike, strict=True)
        ]
        for first in range(0, len(rows), MOST_ROWS):
            some = rows[first : first + MOST_ROWS]
            values = [*bound, *(value for row in some for value in row)]
            yield from connection.exec_driver_sql(
                self._statement(connection, len(some)), tuple(values)
            ).scalars()

    def _converters(self, connection: Connection) -> list[Callable[[Any], Any] | None]:
        dialect = connection.dialect
        return [
            self._table.c[name].type.dialect_impl(dialect).bind_processor(dialect)
            for name in self._alike
        ]

    def _statement(self, connection: Connection, count: int) -> str:
        """Returns the SQL. Nothing but names of our own and places for values stands in it."""
        dialect = connection.dialect
        place = "?" if dialect.name == "sqlite" else "%s"

        def as_stored(name: str, value: str) -> str:
            # PostgreSQL takes a value for text where it does not see whose it is: it may be NULL.
            return f"CAST({value} AS {self._table.c[name].type.compile(dialect)})"

        taken = [as_stored(name, place) for name in self._alike]
        taken += [as_stored(name, f"v.column{at}") for at, name in enumerate(self._own, 1)]
        row = f"({', '.join(place for _ in self._own)})"
        names = ", ".join((*self._alike, *self._own))
        return (
            f"INSERT INTO {self._table.name} ({names}) "  # noqa: S608 - our own names
            f"SELECT {', '.join(taken)} FROM (VALUES {', '.join([row] * count)}) AS v "
            "WHERE true ON CONFLICT DO NOTHING RETURNING id"
        )
