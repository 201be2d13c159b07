"""What USSD turns leave in the database; `RedisTurnLog` brings them here in bulk."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, tzinfo

from sqlalchemy import Engine, insert

from gateway.adapters.sql.analytics import turn_sums
from gateway.adapters.sql.engine import transaction
from gateway.adapters.sql.sms.switching.networks_seen import see
from gateway.adapters.sql.tables import turns
from gateway.use_cases.ports import TurnRecord

_INSERT = insert(turns)


class SqlTurns:
    """Turns in a database, and their sums, of which a day is one of the `zone`."""

    def __init__(self, engine: Engine, zone: tzinfo = UTC) -> None:
        self._engine = engine
        self._zone = zone

    def store(self, records: Sequence[TurnRecord]) -> None:
        """Stores turns, their sums, and the networks they came from; raises StoreUnavailable."""
        if not records:
            return
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
            connection.execute(_INSERT, rows)
            turn_sums.add(connection, records, self._zone)
            see(connection, records)
