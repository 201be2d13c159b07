"""The MOs that are due, seen without taking them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Engine, select

from gateway.adapters.sql.engine import statements
from gateway.adapters.sql.tables import inbound_sms


def due_mos(engine: Engine, now: datetime) -> list[int]:
    """Returns the ids of the MOs that wait and are not leased, oldest first."""
    due = select(inbound_sms.c.id).where(inbound_sms.c.due_at <= now).order_by(inbound_sms.c.id)
    with statements(engine) as connection:
        return list(connection.scalars(due))
