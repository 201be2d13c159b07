"""Rows by their keys, on the way of a turn and of an MT.

SQLite, whose readers wait for nobody, is asked on a connection of the look-up's own: the pool would
take longer than the answer.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import ARRAY, Column, Engine, Select, any_, bindparam

from gateway.adapters.sql.engine import bounded, closes_with, translated

#: Of one look-up, for those who ask at the same moment; each has a cache of pages.
_KEPT_CONNECTIONS = 2

#: So many keys are asked for at once on SQLite: a statement for each number of them, and the last
#: key again and again where there are fewer.
_NUMBERS = (1, 8, 64, 512)

_Rows = Sequence[tuple[Any, ...]]


class ByDriver:
    """Asks the driver for the rows of a statement of plain columns."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._kept: list[Any] = []  # of SQLite, the one that was used last at the end
        self.is_sqlite = engine.dialect.name == "sqlite"
        self._ask = self._of_sqlite if self.is_sqlite else self._of_postgresql
        closes_with(engine, self)

    def rows(self, sql: str, values: Any) -> _Rows:
        """Returns what a statement finds, as it is stored."""
        return self._ask(sql, values)

    def _of_sqlite(self, sql: str, values: Any) -> _Rows:
        try:
            connection = self._kept.pop()
        except IndexError:
            pooled = self.engine.raw_connection()
            connection = pooled.driver_connection
            pooled.detach()
        try:
            rows: _Rows = connection.execute(sql, values).fetchall()
        except BaseException:
            connection.close()
            raise
        if len(self._kept) < _KEPT_CONNECTIONS:
            self._kept.append(connection)
        else:
            connection.close()
        return rows

    def let_go(self) -> None:
        """Closes the connections that it has of its own."""
        while self._kept:
            self._kept.pop().close()

    def _of_postgresql(self, sql: str, values: Any) -> _Rows:
        engine = self.engine
        pooled = engine.raw_connection()
        connection: Any = pooled.driver_connection
        try:
            connection.autocommit = True  # or the driver begins a transaction, a round trip more
            rows: _Rows = connection.execute(sql, values).fetchall()
            connection.autocommit = False
        except BaseException as error:
            pooled.invalidate()
            told: Any = error
            driver = engine.dialect.loaded_dbapi
            if isinstance(told, driver.Error) and engine.dialect.is_disconnect(
                told, connection, None
            ):
                engine.dispose()  # its neighbours in the pool are as dead
            raise
        pooled.close()
        return rows


class LookUp:
    """A row by its key: a statement with one parameter, of plain columns."""

    def __init__(self, engine: Engine, statement: Select[Any]) -> None:
        self._engine, self._asked = engine, ByDriver(engine)
        compiled = statement.compile(dialect=engine.dialect)
        (self.parameter,) = compiled.params
        self.sql = compiled.string

    def __call__(self, key: bytes) -> tuple[Any, ...] | None:
        """Returns the first row; None when there is none. Raises like `statements`."""
        values = (key,) if self._asked.is_sqlite else {self.parameter: key}
        with bounded(self._engine), translated(self._engine):
            rows = self._asked.rows(self.sql, values)
        return rows[0] if rows else None


class LookUpAmong:
    """All rows of which a column has one of several keys, which are octets.

    What is asked one after the other may ask through the same `by`: on the same connection.
    """

    def __init__(self, by: ByDriver, statement: Select[Any], column: Column[Any]) -> None:
        self._engine, self._asked = by.engine, by
        dialect = by.engine.dialect
        types = [each.type.dialect_impl(dialect) for each in statement.selected_columns]
        self._converters = [each.result_processor(dialect, None) for each in types]
        if self._asked.is_sqlite:
            many = statement.where(column.in_(bindparam("keys", expanding=True)))
            self.sql = {
                number: many.params(keys=[b""] * number)
                .compile(dialect=dialect, compile_kwargs={"render_postcompile": True})
                .string
                for number in _NUMBERS
            }
        else:
            keys = bindparam("keys", type_=ARRAY(column.type))
            self.sql = {0: statement.where(column == any_(keys)).compile(dialect=dialect).string}

    def __call__(self, keys: Sequence[bytes]) -> list[tuple[Any, ...]]:
        """Returns the rows of all keys, in no order among keys. Raises like `statements`."""
        if not keys:
            return []
        with bounded(self._engine), translated(self._engine):
            found = [
                row for sql, values in self._asked_in(keys) for row in self._asked.rows(sql, values)
            ]
        return [self._converted(row) for row in found] if found else found

    def _asked_in(self, keys: Sequence[bytes]) -> Iterator[tuple[str, Any]]:
        if not self._asked.is_sqlite:
            yield self.sql[0], {"keys": keys}
            return
        for first in range(0, len(keys), _NUMBERS[-1]):
            some = keys[first : first + _NUMBERS[-1]]
            number = next(each for each in _NUMBERS if each >= len(some))
            yield self.sql[number], (*some, *[some[-1]] * (number - len(some)))

    def _converted(self, row: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(
            value if convert is None else convert(value)
            for value, convert in zip(row, self._converters, strict=True)
        )
