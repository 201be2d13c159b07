"""Removes rows of a deployment's tables that are declared to live for some days only."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import Engine, delete

from gateway.adapters.sql.engine import statements
from gateway.adapters.sql.handler_toolkit.record_tables import SINCE, make, table_of
from gateway.domain.datasets.dataset import Table


class SqlShortLivedRows:
    """Fits the `ShortLivedRows` port."""

    def __init__(self, engine: Engine, tables: Mapping[str, Table]) -> None:
        self._engine = engine
        self._tables = [each for each in tables.values() if each.days]
        self._made = False

    def purge(self, now: datetime) -> int:
        """Removes what was first put there too long ago; returns how many rows."""
        if not self._tables:
            return 0
        if not self._made:
            make(self._engine, self._tables)
            self._made = True
        removed = 0
        with statements(self._engine) as connection:
            for each in self._tables:
                table = table_of(each)
                old = table.c[SINCE] < now - timedelta(days=each.days)
                removed += connection.execute(delete(table).where(old)).rowcount
        return removed
