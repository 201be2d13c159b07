"""The `AuditTrail` port on a database."""

from __future__ import annotations

from sqlalchemy import Engine

from gateway.adapters.sql.engine import transaction
from gateway.adapters.sql.institutions.audit_chain import append
from gateway.adapters.system.keyring import Keyring
from gateway.use_cases.ports.institutions import AuditEntry


class SqlAuditTrail:
    """Fits the `AuditTrail` port. All methods raise StoreUnavailable."""

    def __init__(self, engine: Engine, keyring: Keyring) -> None:
        self._engine = engine
        self._keyring = keyring

    def record(self, entry: AuditEntry) -> None:
        """Adds a line to the chain of the entry's institution."""
        with transaction(self._engine) as connection:
            append(connection, self._keyring, [entry])
