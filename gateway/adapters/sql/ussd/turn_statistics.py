"""What USSD turns leave in the database; `RedisTurnLog` brings them here in bulk."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Engine, insert

from gateway.adapters.sql.engine import transaction
from gateway.adapters.sql.sms.switching.networks_seen import see
from gateway.adapters.sql.tables import turns
from gateway.use_cases.ports import TurnRecord

_INSERT = insert(turns)


class SqlTurns:
    """Turns in a database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def store(self, records: Sequence[TurnRecord]) -> None:
        """Stores turns, and the networks they came from; raises StoreUnavailable."""
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
            see(connection, records)
