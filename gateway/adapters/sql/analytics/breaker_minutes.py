"""The `BreakerMinutes` port on a database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Engine, bindparam, select

from gateway.adapters.sql.analytics.tables import breaker_minutes
from gateway.adapters.sql.engine import statements, transaction
from gateway.adapters.sql.upserts import insert_or_update
from gateway.use_cases.ports.analytics.breakers import SeenBreaker
from gateway.use_cases.ports.calls import BreakerState

_minute = breaker_minutes.c
_AT = select(_minute.back_end, _minute.state).where(_minute.at == bindparam("of_at"))
_SINCE = (
    select(_minute.at, _minute.back_end, _minute.state)
    .where(_minute.at >= bindparam("since", type_=_minute.at.type))
    .order_by(_minute.at, _minute.back_end)
)
_KEEP = insert_or_update(breaker_minutes, "state")


class SqlBreakerMinutes:
    """Fits the port. One ticker writes at a time."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def note(self, at: datetime, states: Mapping[str, BreakerState]) -> None:
        """Keeps of each the worse of this state and the one that stands there."""
        with transaction(self._engine) as connection:
            found = {row.back_end: row.state for row in connection.execute(_AT, {"of_at": at})}
            worse = [
                {"at": at, "back_end": name, "state": state.value}
                for name, state in states.items()
                if found.get(name) not in (state.value, BreakerState.OPEN.value)
            ]
            if worse:
                connection.execute(_KEEP[connection.dialect.name], worse)

    def since(self, at: datetime) -> Sequence[SeenBreaker]:
        """Returns what was seen from then on, in the order of time."""
        with statements(self._engine) as connection:
            rows = connection.execute(_SINCE, {"since": at}).all()
        return [SeenBreaker(row.at, row.back_end, BreakerState(row.state)) for row in rows]
