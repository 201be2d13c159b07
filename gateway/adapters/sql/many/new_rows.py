"""Many new rows in one statement."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from typing import Any

from sqlalchemy import Connection, Table

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
            values = (*bound, *chain.from_iterable(some))
            statement = self._statement(connection, len(some))
            yield from connection.exec_driver_sql(statement, values).scalars().all()

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
