"""Every table of the gateway: importing `metadata` from here makes sure that none is missing."""

from __future__ import annotations

from sqlalchemy import Engine, false, select

from gateway.adapters.database import (
    call_tables,
    desk_tables,
    help_desk_tables,
    release_tables,
    resume_tables,
)
from gateway.adapters.database.engine import statements
from gateway.adapters.database.tables import metadata

#: The modules that add tables to `metadata`, one for each area.
AREAS = (call_tables, desk_tables, help_desk_tables, release_tables, resume_tables)

__all__ = ["AREAS", "metadata", "probe"]

_PROBES = tuple(select(table).where(false()) for table in metadata.sorted_tables)


def probe(engine: Engine) -> None:
    """Asks for no row, but every column: raises StoreUnavailable, or Refused when one is missing.

    A column that this release does not know is no fault: nodes are replaced one after the other.
    """
    with statements(engine) as connection:
        for nothing in _PROBES:
            connection.execute(nothing)
