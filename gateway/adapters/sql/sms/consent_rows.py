"""Consents as rows, for the stores that write or read them within a transaction of their own."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection

from gateway.adapters.sql.tables import consents
from gateway.adapters.sql.upserts import insert_or_update
from gateway.adapters.system.keyring import Keyring
from gateway.domain.telecom.consent import EVERYTHING, ConsentState
from gateway.use_cases.ports import ConsentChange

_KEEP = insert_or_update(
    consents, "state", "source", "changed_at", unless_older_than=consents.c.changed_at
)


def keep(
    connection: Connection, keyring: Keyring, changes: Iterable[ConsentChange], now: datetime
) -> None:
    """Stores what subscribers said; what was said later stays."""
    rows = [
        {
            "msisdn_index": keyring.index("msisdn", change.msisdn.e164),
            "msisdn_sealed": keyring.seal("msisdn", change.msisdn.e164),
            "topic": change.topic,
            "state": change.state.value,
            "source": change.source,
            "changed_at": now,
        }
        for change in changes
    ]
    # One by one: PostgreSQL refuses to touch the same row twice in one INSERT.
    for row in rows:
        connection.execute(_KEEP[connection.dialect.name], row)


def keep_network_opt_out(
    connection: Connection, msisdn_index: bytes, msisdn_sealed: bytes, source: str, now: datetime
) -> None:
    """Stores that the network holds an opt-out of the subscriber of an MT, from everything."""
    row = {
        "msisdn_index": msisdn_index,
        "msisdn_sealed": msisdn_sealed,
        "topic": EVERYTHING,
        "state": ConsentState.OPTED_OUT.value,
        "source": source,
        "changed_at": now,
    }
    connection.execute(_KEEP[connection.dialect.name], row)
