"""The MOs that are due, seen without taking them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Engine, and_, or_, select

from gateway.adapters.sql.engine import statements
from gateway.adapters.sql.tables import inbound_sms


def due_mos(engine: Engine, now: datetime) -> list[int]:
    """Returns the ids of the MOs that wait and are not leased, oldest first.

    Those behind another of their subscriber are among them.
    """
    mo = inbound_sms.c
    behind = and_(mo.due_at.is_not(None), mo.attempts == 0, mo.error == "")
    due = select(mo.id).where(or_(mo.due_at <= now, behind)).order_by(mo.id)
    with statements(engine) as connection:
        return list(connection.scalars(due))
