"""Rows of datasets that nobody asks for any more."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Engine, MetaData, Table, delete

from gateway.adapters.sql.engine import transaction
from gateway.adapters.sql.tables import datasets


def remove(engine: Engine, names: Iterable[str]) -> None:
    """Removes the rows of these datasets, and what is noted of them; raises StoreUnavailable."""
    with transaction(engine) as connection:
        for name in names:
            for table in (f"data_{name}", f"words_{name}"):
                Table(table, MetaData()).drop(connection, checkfirst=True)
            connection.execute(delete(datasets).where(datasets.c.name == name))
