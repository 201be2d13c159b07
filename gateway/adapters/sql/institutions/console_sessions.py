"""The `ConsoleSessions` port on a database."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, Row, bindparam, delete, insert, select, update

from gateway.adapters.sql.engine import statements
from gateway.adapters.sql.institutions.sign_in_tables import console_sessions
from gateway.use_cases.ports.sign_in.credentials import ConsoleSession

_c = console_sessions.c
_ONE = select(console_sessions).where(_c.key_index == bindparam("key"))
_MOVE = (
    update(console_sessions)
    .where(_c.key_index == bindparam("key"))
    .values(seen_at=bindparam("seen"), expires_at=bindparam("ends"))
)
_PROVE = (
    update(console_sessions)
    .where(_c.key_index == bindparam("key"))
    .values(proven_at=bindparam("proven"))
)


class SqlConsoleSessions:
    """Fits the `ConsoleSessions` port. All methods raise StoreUnavailable."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def begin(self, session: ConsoleSession) -> None:
        """Keeps a session."""
        row = {
            "key_index": session.key,
            "name": session.name,
            "begun_at": session.begun_at,
            "seen_at": session.seen_at,
            "proven_at": session.proven_at,
            "expires_at": session.expires_at,
        }
        with statements(self._engine) as connection:
            connection.execute(insert(console_sessions), row)

    def find(self, key: bytes) -> ConsoleSession | None:
        """Returns a session, expired or not; None once it has ended."""
        with statements(self._engine) as connection:
            row = connection.execute(_ONE, {"key": key}).first()
        return None if row is None else _session(row)

    def move(self, key: bytes, seen_at: datetime, expires_at: datetime) -> None:
        """Keeps that somebody is still there."""
        with statements(self._engine) as connection:
            connection.execute(_MOVE, {"key": key, "seen": seen_at, "ends": expires_at})

    def prove(self, key: bytes, proven_at: datetime) -> None:
        """Keeps that somebody has shown anew who they are."""
        with statements(self._engine) as connection:
            connection.execute(_PROVE, {"key": key, "proven": proven_at})

    def all(self, names: Sequence[str]) -> Sequence[ConsoleSession]:
        """Returns the sessions of people, the newest first."""
        found = select(console_sessions).where(_c.name.in_(sorted(names)))
        with statements(self._engine) as connection:
            rows = connection.execute(found.order_by(_c.begun_at.desc(), _c.key_index)).all()
        return [_session(row) for row in rows]

    def end(self, name: str, *, but: bytes = b"", only: bytes = b"") -> int:
        """Ends a person's sessions: all, all but one, or one; returns how many they were."""
        ended = delete(console_sessions).where(_c.name == name)
        if but:
            ended = ended.where(_c.key_index != but)
        if only:
            ended = ended.where(_c.key_index == only)
        with statements(self._engine) as connection:
            return connection.execute(ended).rowcount


def _session(row: Row[Any]) -> ConsoleSession:
    return ConsoleSession(
        key=row.key_index,
        name=row.name,
        begun_at=row.begun_at,
        seen_at=row.seen_at,
        proven_at=row.proven_at,
        expires_at=row.expires_at,
    )
