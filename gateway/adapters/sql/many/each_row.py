"""One statement for each of many rows, by the driver's own way of it."""

from __future__ import annotations

from collections.abc import Sequence
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, UpdateBase

from gateway.adapters.sql.by_driver.prepared import CompiledOnce


class EachRow:
    """A statement that is made for each of many rows, in their order.

    SQLAlchemy takes each value of each row through its hands, which costs as much as the change
    itself. Here what all rows share is converted once, and the rest must be as it is stored.
    """

    def __init__(self, statement: UpdateBase, own: Sequence[str]) -> None:
        self.statement, self.own = statement, own
        self._compiled = CompiledOnce(statement)

    def __call__(self, connection: Connection, rows: Sequence[Sequence[Any]], **alike: Any) -> None:
        """Makes it for rows that have the values of `own` each; `alike` has those of all."""
        if not rows:
            return
        made = self._compiled(connection.dialect)
        bound = made.bound(alike)
        if made.by_name:
            some: list[Any] = [{**bound, **dict(zip(self.own, row, strict=True))} for row in rows]
        else:
            names = [*self.own, *(place for place in made.places if place not in self.own)]
            fixed = [bound.get(name) for name in names[len(self.own) :]]
            first, *others = [names.index(place) for place in made.places]
            # Of one place alone it would return the value, and no row.
            in_place = itemgetter(first, *others) if others else itemgetter(slice(first, first + 1))
            some = [in_place((*row, *fixed)) for row in rows]
        connection.exec_driver_sql(made.sql, some)
