"""The `SpareSessions` port on a database: what turns left while Redis did not answer."""

from __future__ import annotations

import logging
from datetime import datetime

from sqlalchemy import Engine, bindparam, select

from gateway.adapters.redis import turn_codec
from gateway.adapters.sql.engine import statements
from gateway.adapters.sql.sealed_columns import SPARE_SESSIONS
from gateway.adapters.sql.upserts import insert_or_update
from gateway.adapters.sql.ussd.resume_tables import spare_sessions
from gateway.adapters.system.keyring import Keyring
from gateway.domain.dialogue.session import StoredTurn
from gateway.domain.faults_and_errors.errors import Refused

log = logging.getLogger(__name__)

_row = spare_sessions.c
_LOAD = select(_row.session_key, _row.turn_sealed).where(
    _row.session_key == bindparam("of_session"), _row.expires_at > bindparam("now")
)
_SAVE = insert_or_update(
    spare_sessions, "turn_sealed", "expires_at", unless_older_than=_row.expires_at
)


class SqlSpareSessions:
    """Sessions in a database, sealed. All methods raise StoreUnavailable."""

    def __init__(self, engine: Engine, keyring: Keyring) -> None:
        self._engine = engine
        self._keyring = keyring

    def load(self, key: bytes, now: datetime) -> StoredTurn | None:
        """Returns the newest turn of a session; None when there is none, or it has expired."""
        with statements(self._engine) as connection:
            row = connection.execute(_LOAD, {"of_session": key, "now": now}).first()
        if row is None:
            return None
        try:
            sealed = SPARE_SESSIONS.open(self._keyring, "turn_sealed", row._mapping)
            return turn_codec.decode(sealed)
        except (Refused, ValueError, TypeError) as error:
            # Sealed with a key that is gone, or written by another version.
            log.warning("A spare session cannot be read: %s", type(error).__name__)
            return None

    def save(self, key: bytes, stored: StoredTurn, expires_at: datetime) -> None:
        """Stores the newest turn of a session."""
        row = {"session_key": key}
        turn = turn_codec.encode(stored)
        sealed = SPARE_SESSIONS.seal(self._keyring, "turn_sealed", row, turn)
        values = {**row, "turn_sealed": sealed, "expires_at": expires_at}
        with statements(self._engine) as connection:
            connection.execute(_SAVE[connection.dialect.name], values)
