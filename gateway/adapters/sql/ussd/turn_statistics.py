"""What USSD turns leave in the database; `RedisTurnLog` brings them here in bulk."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, tzinfo

from sqlalchemy import Connection, Engine, bindparam, insert, select, update

from gateway.adapters.sql.analytics import turn_sums
from gateway.adapters.sql.engine import statements, transaction
from gateway.adapters.sql.sms.switching.networks_seen import see
from gateway.adapters.sql.tables import turns
from gateway.adapters.sql.upserts import insert_new
from gateway.adapters.sql.ussd import kept_sessions
from gateway.adapters.sql.ussd.kept_session_tables import stored_turns
from gateway.adapters.system.keyring import Keyring
from gateway.use_cases.ports import TurnRecord

_INSERT = insert(turns)
_mark = stored_turns.c
_STREAM = "turns"
#: Before any entry: nothing was stored yet.
NOTHING = ("0-0", "0-0")
_NEWEST = select(_mark.first_id, _mark.last_id).where(_mark.stream == bindparam("of_stream"))
_BEGIN = insert_new(stored_turns)
_MOVE = (
    update(stored_turns)
    .where(
        _mark.stream == bindparam("of_stream"),
        _mark.first_id == bindparam("first_was"),
        _mark.last_id == bindparam("last_was"),
    )
    .values(first_id=bindparam("first"), last_id=bindparam("last"))
)


class SqlTurns:
    """Turns in a database, and their sums, of which a day is one of the `zone`.

    With a `keyring` it is kept how each session went, too, of which the turns name theirs.
    """

    def __init__(self, engine: Engine, zone: tzinfo = UTC, keyring: Keyring | None = None) -> None:
        self._engine = engine
        self._zone = zone
        self._keyring = keyring

    def newest(self) -> tuple[str, str]:
        """Returns the first and the last entry of the stream that were stored last."""
        with statements(self._engine) as connection:
            row = connection.execute(_NEWEST, {"of_stream": _STREAM}).first()
        return NOTHING if row is None else (row.first_id, row.last_id)

    def store(
        self,
        records: Sequence[TurnRecord],
        entries: tuple[str, str] = NOTHING,
        was: tuple[str, str] = NOTHING,
    ) -> bool:
        """Stores turns, their sums, the networks they came from, and how their sessions went.

        All of it in one transaction, together with `entries`, which says where in the stream they
        stand; returns False, with nothing stored, unless `was` is still what was stored last.
        Raises StoreUnavailable.
        """
        rows = [
            {
                "at": record.at,
                "channel": record.channel,
                "service": record.service,
                "screen": record.screen,
                "event": record.event,
                "language": record.language,
                "milliseconds": record.milliseconds,
                "network_code": record.network_code,
                "institution": record.institution,
                "lasted": record.lasted,
                "lasted_before": record.lasted_before,
            }
            for record in records
        ]
        with transaction(self._engine) as connection:
            if entries != NOTHING and not _moved(connection, entries, was):
                return False
            if not rows:
                return True
            connection.execute(_INSERT, rows)
            turn_sums.add(connection, records, self._zone)
            see(connection, records)
            if self._keyring is not None:
                kept_sessions.keep(connection, self._keyring, records)
        return True


def _moved(connection: Connection, entries: tuple[str, str], was: tuple[str, str]) -> bool:
    """Returns whether the mark was still where it is said to be, and stands behind these now."""
    if was == NOTHING:
        begin = {"stream": _STREAM, "first_id": was[0], "last_id": was[1]}
        connection.execute(_BEGIN[connection.dialect.name], begin)
    stretch = {"first_was": was[0], "last_was": was[1], "first": entries[0], "last": entries[1]}
    return connection.execute(_MOVE, {"of_stream": _STREAM, **stretch}).rowcount == 1
