"""How much one subscriber may leave for people to work on: more than anybody has to say."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import Column, Connection, Select, Table, bindparam, func, select

from gateway.domain.faults_and_errors.errors import TooOften
from gateway.domain.handler_contract.service_call import ServiceCall

#: A family reports and asks a few things in a day; a script that dials leaves no end of them.
MOST = 10
WITHIN = timedelta(hours=24)


def newest_of(table: Table, opened_at: Column[Any]) -> Select[int]:
    """Returns the question how many rows a subscriber has opened of late, as far as it matters."""
    rows = (
        select(opened_at)
        .where(table.c.msisdn_index == bindparam("of_index"), opened_at > bindparam("since"))
        .limit(MOST)
    )
    return select(func.count()).select_from(rows.subquery())


def hold_to(connection: Connection, query: Select[int], index: bytes, call: ServiceCall) -> None:
    """Raises TooOften when the subscriber has opened as many as one may."""
    asked = {"of_index": index, "since": call.at - WITHIN}
    if connection.execute(query, asked).scalar_one() >= MOST:
        raise TooOften(f"A subscriber has opened {MOST} within {WITHIN.days} day.")
