"""The `LeaderLock` port on a database: one ticker works at a time, over all nodes."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta

from sqlalchemy import Engine, bindparam, or_, update

from gateway.adapters.sql.engine import statements
from gateway.adapters.sql.tables import leader_locks
from gateway.adapters.sql.upserts import insert_new
from gateway.domain.faults_and_errors.errors import StoreUnavailable
from gateway.use_cases.ports import Clock

#: The lock of the one ticker that sweeps.
TICKER = "ticker"

_lock = leader_locks.c
_BY_NAME = _lock.name == bindparam("of_name")

_TAKE_OVER = (
    update(leader_locks)
    .where(_BY_NAME, or_(_lock.until <= bindparam("now"), _lock.until > bindparam("lapses")))
    .values(holder=bindparam("who"), until=bindparam("lapses"))
)
_TAKE = insert_new(leader_locks, returning=(_lock.name,))
_KEEP_UNTIL = (
    update(leader_locks)
    .where(_BY_NAME, _lock.holder == bindparam("who"))
    .values(until=bindparam("lapses"))
)


class SqlLeaderLock:
    """Rows that lapse: the lock of a node that died is free again after the seconds it named.

    A row that has lapsed stays, and says until when the lock was last held. One that would lapse
    later than a lock taken now was taken by a clock that was wrong: it is void.
    """

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock

    @contextmanager
    def hold(self, name: str, seconds: float) -> Iterator[Callable[[], bool]]:
        """Yields what says whether we hold the lock, and renews it; gives it back at the end.

        Whoever has not asked for `seconds` may have lost it. Both raise StoreUnavailable.
        """
        holder = secrets.token_hex(8)
        held = self._take(name, holder, seconds)
        try:
            yield lambda: held and self._keep(name, holder, seconds)
        finally:
            if held:
                with suppress(StoreUnavailable):
                    self._keep(name, holder, 0)

    def _keep(self, name: str, holder: str, seconds: float) -> bool:
        """Returns whether the lock is still ours, for so long from now."""
        lapses = self._clock.now() + timedelta(seconds=seconds)
        mine = {"of_name": name, "who": holder, "lapses": lapses}
        with statements(self._engine) as connection:
            return connection.execute(_KEEP_UNTIL, mine).rowcount == 1

    def _take(self, name: str, holder: str, seconds: float) -> bool:
        now = self._clock.now()
        lapses = now + timedelta(seconds=seconds)
        new = {"name": name, "holder": holder, "until": lapses}
        lapsed = {"of_name": name, "now": now, "who": holder, "lapses": lapses}
        with statements(self._engine) as connection:
            if connection.scalar(_TAKE[connection.dialect.name], new) is not None:
                return True
            return connection.execute(_TAKE_OVER, lapsed).rowcount == 1
