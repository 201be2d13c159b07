"""A statement that is compiled once, and said to the driver of a connection."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import Connection, Dialect
from sqlalchemy.sql.expression import ClauseElement

_Convert = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Compiled:
    """A statement for one dialect: its SQL, its values in their places, and what converts them.

    Values are bound by name where `by_name` says so, as PostgreSQL's driver takes them.
    """

    sql: str
    places: Sequence[str]
    by_name: bool
    constants: dict[str, Any]
    converters: dict[str, _Convert]

    @classmethod
    def of(cls, statement: ClauseElement, dialect: Dialect) -> Compiled:
        """Returns it compiled."""
        compiled = cast(Any, statement.compile(dialect=dialect))
        return cls(
            sql=str(compiled),
            places=compiled.positiontup or (),
            by_name=compiled.positiontup is None,
            constants=dict(compiled.params),
            converters=dict(cast(dict[str, _Convert], compiled._bind_processors)),
        )

    def bound(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Returns the values by name, as they are stored."""
        bound, converters = dict(self.constants), self.converters
        for name, value in values.items():
            convert = converters.get(name)
            bound[name] = value if convert is None else convert(value)
        return bound


class CompiledOnce:
    """A statement, and what it was compiled to for the engine that asked last.

    Engines of the same kind do not share it: what converts a value may ask its own engine, as that
    of an institution does.
    """

    __slots__ = ("_last", "statement")

    def __init__(self, statement: ClauseElement) -> None:
        self.statement = statement
        self._last: tuple[Dialect, Compiled] | None = None

    def __call__(self, dialect: Dialect) -> Compiled:
        """Returns it compiled."""
        last = self._last
        if last is None or last[0] is not dialect:
            last = self._last = (dialect, Compiled.of(self.statement, dialect))
        return last[1]


class Prepared:
    """A statement whose rows are few: it is made within the connection's own transaction."""

    def __init__(self, statement: ClauseElement) -> None:
        self._compiled = CompiledOnce(statement)

    def __call__(self, connection: Connection, **values: Any) -> Sequence[tuple[Any, ...]]:
        """Returns its rows, as they are stored; raises what the driver raises."""
        made = self._compiled(connection.dialect)
        bound: Any = made.bound(values)
        if not made.by_name:
            bound = tuple([bound[place] for place in made.places])
        return self.rows(connection, made.sql, bound)

    def rows(self, connection: Connection, sql: str, values: Any) -> Sequence[tuple[Any, ...]]:
        """Returns what the driver answers."""
        driver: Any = connection.connection.driver_connection
        try:
            found: Sequence[tuple[Any, ...]] = driver.execute(sql, values).fetchall()
        except Exception as error:
            told: Any = error
            own = connection.dialect.loaded_dbapi
            if isinstance(told, own.Error) and connection.dialect.is_disconnect(told, driver, None):
                connection.invalidate(error)  # as SQLAlchemy does, where it is asked
            raise
        return found
