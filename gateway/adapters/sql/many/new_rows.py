"""Many new rows in one statement."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from typing import Any

from sqlalchemy import Connection, Dialect, Table

_Convert = Callable[[Any], Any]

#: Rows in one statement of `ManyNew`: far below what a statement of SQLite may have parameters.
MOST_ROWS = 500
#: The statements of so many rows are kept: those of a few replies, not of the last of a broadcast.
_KEPT_ROWS = 32


class ManyNew:
    """An insert of rows that are alike but for a few columns; taken keys are left out.

    What is alike is bound once a statement, and the statement is the driver's own: SQLAlchemy takes
    each value of each row through its hands, which costs a fifth of storing the row.
    """

    def __init__(self, table: Table, own: Sequence[str], alike: Sequence[str]) -> None:
        """`own` are the columns that each row has of its own, `alike` those of all of them."""
        self._table, self._own, self._alike = table, own, alike
        self._last: tuple[Dialect, Sequence[_Convert | None]] | None = None
        self._kept: dict[tuple[str, int], str] = {}

    def __call__(
        self, connection: Connection, alike: Sequence[Any], rows: Sequence[Sequence[Any]]
    ) -> Iterator[int]:
        """Yields the `id` of each row that is new."""
        bound = [
            value if convert is None else convert(value)
            for convert, value in zip(self._converters(connection.dialect), alike, strict=True)
        ]
        for first in range(0, len(rows), MOST_ROWS):
            some = rows[first : first + MOST_ROWS]
            values = (*bound, *chain.from_iterable(some))
            statement = self._statement(connection.dialect, len(some))
            yield from connection.exec_driver_sql(statement, values).scalars().all()

    def _converters(self, dialect: Dialect) -> Sequence[_Convert | None]:
        """Returns what converts each value that is alike; it may ask the dialect's own engine."""
        last = self._last
        if last is None or last[0] is not dialect:
            types = [self._table.c[name].type for name in self._alike]
            made = [each.dialect_impl(dialect).bind_processor(dialect) for each in types]
            last = self._last = (dialect, made)
        return last[1]

    def _statement(self, dialect: Dialect, count: int) -> str:
        kept = self._kept.get((dialect.name, count))
        if kept is None:
            kept = self._written(dialect, count)
            if count <= _KEPT_ROWS or count == MOST_ROWS:
                self._kept[dialect.name, count] = kept
        return kept

    def _written(self, dialect: Dialect, count: int) -> str:
        """Returns the SQL. Nothing but names of our own and places for values stands in it."""
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
