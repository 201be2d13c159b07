"""One statement for each of many rows, by the driver's own way of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any, cast

from sqlalchemy import Connection, UpdateBase

_Convert = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class _Compiled:
    """A statement for one dialect: its SQL, and each value that is not given at each call."""

    sql: str
    places: Sequence[str]
    by_name: bool
    constants: dict[str, Any]
    converters: dict[str, _Convert]


@dataclass(frozen=True, slots=True)
class EachRow:
    """A statement that is made for each of many rows, in their order.

    SQLAlchemy takes each value of each row through its hands, which costs as much as the change
    itself. Here what all rows share is converted once, and the rest must be as it is stored.
    """

    statement: UpdateBase
    own: Sequence[str]
    _compiled: dict[str, _Compiled] = field(default_factory=dict)

    def __call__(self, connection: Connection, rows: Sequence[Sequence[Any]], **alike: Any) -> None:
        """Makes it for rows that have the values of `own` each; `alike` has those of all."""
        if not rows:
            return
        made = self._for(connection)
        bound = dict(made.constants)
        for name, value in alike.items():
            convert = made.converters.get(name)
            bound[name] = value if convert is None else convert(value)
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

    def _for(self, connection: Connection) -> _Compiled:
        dialect = connection.dialect
        made = self._compiled.get(dialect.name)
        if made is None:
            compiled = self.statement.compile(dialect=dialect)
            made = self._compiled[dialect.name] = _Compiled(
                sql=str(compiled),
                places=compiled.positiontup or (),
                by_name=compiled.positiontup is None,
                constants=dict(compiled.params),
                converters=dict(cast(dict[str, _Convert], compiled._bind_processors)),
            )
        return made
