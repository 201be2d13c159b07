"""`INSERT … ON CONFLICT` for both databases: one form, two constructs in SQLAlchemy."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Column, ColumnElement, Executable, Table, case
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
