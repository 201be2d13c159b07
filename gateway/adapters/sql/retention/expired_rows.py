"""The `ExpiredRows` port on a database: carries out the table of what is removed when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import (
    ColumnElement,
    Delete,
    Engine,
    Table,
    Update,
    bindparam,
    delete,
    select,
    true,
    tuple_,
    update,
)

from gateway.adapters.sql.engine import statements
from gateway.adapters.sql.handler_toolkit.record_tables import SINCE, make, table_of
from gateway.adapters.sql.schema import metadata
from gateway.adapters.sql.ussd.slow_calls import IS_OVER
from gateway.domain.datasets.dataset import Table as Declared
from gateway.domain.retention.what_is_removed import REMOVED, Removal

#: The `only` of a removal, by its table.
CONDITIONS: Mapping[str, ColumnElement[bool]] = {"slow_calls": IS_OVER}


class SqlExpiredRows:
    """Fits the `ExpiredRows` port. `declared` are the tables of the deployment."""

    def __init__(self, engine: Engine, declared: Mapping[str, Declared]) -> None:
        self._engine = engine
        self._short_lived = [each for each in declared.values() if each.days]
        self._made = not self._short_lived
        own = {(table := table_of(each)).name: table for each in self._short_lived}
        tables = {**metadata.tables, **own}
        self.removals: Sequence[Removal] = (*REMOVED, *map(_declared, self._short_lived))
        self._steps = {each.table: _step(tables[each.table], each) for each in self.removals}

    def remove(self, removal: Removal, now: datetime, most: int) -> int:
        """Removes up to `most` rows that are due, oldest first; returns how many they were."""
        if not self._made:  # a deployment's tables are made when they are first used
            make(self._engine, self._short_lived)
            self._made = True
        values = {"before": now - removal.after, "most": most}
        with statements(self._engine) as connection:
            return connection.execute(self._steps[removal.table], values).rowcount


def _declared(table: Declared) -> Removal:
    return Removal(
        table=table_of(table).name,
        column=SINCE,
        after=timedelta(days=table.days),
        since="it was first put there",
        why="The deployment declares so.",
    )


def _step(table: Table, removal: Removal) -> Delete | Update:
    """Returns the statement that removes, or empties, some of the rows that are due.

    It asks twice whether a row is due. When somebody changes a row after it was chosen, PostgreSQL
    looks at the outer condition again, and at no other: a conversation that has gone on stays.
    """
    time = table.c[removal.column]
    due = (time <= bindparam("before")) & CONDITIONS.get(removal.table, true())
    if removal.empties:
        due &= table.c[removal.empties].is_not(None)
    key = tuple_(*table.primary_key.columns)
    oldest = select(*table.primary_key.columns).where(due).order_by(time).limit(bindparam("most"))
    chosen = due & key.in_(oldest)
    if removal.empties:
        return update(table).where(chosen).values({removal.empties: None})
    return delete(table).where(chosen)
