"""Rows of datasets that nobody asks for any more."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, Engine, MetaData, Table, delete

from gateway.adapters.sql.changing.held_tables import change
from gateway.adapters.sql.tables import datasets


def remove(engine: Engine, names: Iterable[str]) -> None:
    """Removes the rows of these datasets, and what is noted of them; raises StoreUnavailable."""
    removed = tuple(names)

    def remove_them(connection: Connection) -> None:
        for name in removed:
            for table in (f"data_{name}", f"words_{name}"):
                Table(table, MetaData()).drop(connection, checkfirst=True)
            connection.execute(delete(datasets).where(datasets.c.name == name))

    change(engine, remove_them)
