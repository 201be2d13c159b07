"""Every table of the gateway: importing `metadata` from here makes sure that none is missing."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Engine, false, select

from gateway.adapters.sql import handler_tables, help_desk_rows
from gateway.adapters.sql.alerts import alert_tables
from gateway.adapters.sql.analytics import tables as analytics_tables
from gateway.adapters.sql.broadcast import broadcast_tables
from gateway.adapters.sql.consent_log import tables as consent_tables
from gateway.adapters.sql.engine import statements
from gateway.adapters.sql.institutions import sign_in_tables
from gateway.adapters.sql.institutions import tables as institution_tables
from gateway.adapters.sql.ledger import ledger_tables
from gateway.adapters.sql.posting import tables as posting_tables
from gateway.adapters.sql.releases import draft_tables
from gateway.adapters.sql.releases import tables as release_tables
from gateway.adapters.sql.sms.settling import tables as outbound_tables
from gateway.adapters.sql.sms.switching import tables as switching_tables
from gateway.adapters.sql.tables import metadata
from gateway.adapters.sql.ussd import (
    kept_question_tables,
    kept_session_tables,
    resume_tables,
    slow_call_tables,
)
from gateway.adapters.sql.waiting.silence import refuses
from gateway.domain.faults_and_errors.errors import StoreUnavailable

#: The modules that add tables to `metadata`, one for each area.
AREAS = (
    alert_tables,
    slow_call_tables,
    handler_tables,
    help_desk_rows,
    release_tables,
    draft_tables,
    resume_tables,
    kept_question_tables,
    kept_session_tables,
    institution_tables,
    ledger_tables,
    broadcast_tables,
    posting_tables,
    outbound_tables,
    switching_tables,
    consent_tables,
    analytics_tables,
    sign_in_tables,
)

__all__ = ["AREAS", "metadata", "probe"]

_PROBES = tuple(select(table).where(false()) for table in metadata.sorted_tables)
#: PostgreSQL refuses this where it takes no writes, though no row is there to be locked.
_PROBE_OF_WRITES = _PROBES[0].with_for_update()


def probe(engine: Engine) -> None:
    """Asks for no row, but every column: raises StoreUnavailable, or Refused when one is missing.

    A column that this release does not know is no fault: nodes are replaced one after the other.
    PostgreSQL is asked whether it takes writes: after a failover a standby answers all the same.
    So does SQLite from a disk that is full.
    """
    if engine.dialect.name == "sqlite" and engine.url.database:
        folder = Path(engine.url.database).absolute().parent
        if reason := refuses(folder):
            raise StoreUnavailable(f"The database takes no writes. {reason} It is in {folder}.")
    with statements(engine) as connection:
        for nothing in (*_PROBES, _PROBE_OF_WRITES):
            connection.execute(nothing)
