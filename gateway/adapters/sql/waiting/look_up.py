"""Reads one row by its key on the way of a turn, without SQLAlchemy between pool and driver.

The rest of a look-up costs five times as much as the look-up: a connection's object, its events,
the statement's compilation found again, a result's. Nothing else is worth it.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine, Select

from gateway.adapters.sql.engine import bounded, translated


class LookUp:
    """A statement with one parameter, of columns that need no translation: texts and numbers."""

    def __init__(self, engine: Engine, statement: Select[Any]) -> None:
        self._engine = engine
        compiled = statement.compile(dialect=engine.dialect)
        (self.parameter,) = compiled.params
        self.sql = compiled.string

    def __call__(self, key: bytes) -> tuple[Any, ...] | None:
        """Returns the first row; None when there is none. Raises like `statements`."""
        engine = self._engine
        with bounded(engine), translated(engine):
            pooled = engine.raw_connection()
            connection: Any = pooled.driver_connection
            try:
                row = self._ask(connection, key)
            except engine.dialect.loaded_dbapi.Error as error:
                pooled.invalidate()
                if engine.dialect.is_disconnect(error, connection, None):
                    engine.dispose()  # its neighbours in the pool are as dead
                raise
            pooled.close()
            return row

    def _ask(self, connection: Any, key: bytes) -> tuple[Any, ...] | None:
        row: tuple[Any, ...] | None
        if self._engine.dialect.name == "sqlite":
            row = connection.execute(self.sql, (key,)).fetchone()
            return row
        connection.autocommit = True  # or the driver begins a transaction, a round trip more
        row = connection.execute(self.sql, {self.parameter: key}).fetchone()
        connection.autocommit = False
        return row
