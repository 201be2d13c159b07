"""Every table of the gateway: importing `metadata` from here makes sure that none is missing."""

from gateway.adapters.database import (
    call_tables,
    desk_tables,
    help_desk_tables,
    release_tables,
    resume_tables,
)
from gateway.adapters.database.tables import metadata

#: The modules that add tables to `metadata`, one for each area.
AREAS = (call_tables, desk_tables, help_desk_tables, release_tables, resume_tables)

__all__ = ["AREAS", "metadata"]
