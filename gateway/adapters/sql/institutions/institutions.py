"""The `Institutions` port on a database."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Engine, Row, bindparam, select

from gateway.adapters.sql.engine import statements, transaction
from gateway.adapters.sql.institutions.audit_chain import append
from gateway.adapters.sql.institutions.tables import institutions
from gateway.adapters.sql.upserts import insert_or_update
from gateway.adapters.system.keyring import Keyring
from gateway.domain.institutions.institution import Institution
from gateway.use_cases.ports.institutions import AuditEntry

_ALL = select(institutions).order_by(institutions.c.name)
_ONE = select(institutions).where(institutions.c.name == bindparam("of_name"))
_PUT = insert_or_update(
    institutions, *(each.name for each in institutions.columns if not each.primary_key)
)


class SqlInstitutions:
    """Fits the `Institutions` port. All methods raise StoreUnavailable."""

    def __init__(self, engine: Engine, keyring: Keyring) -> None:
        self._engine = engine
        self._keyring = keyring

    def find(self, name: str) -> Institution | None:
        """Returns an institution; None where nothing was set of it."""
        with statements(self._engine) as connection:
            row = connection.execute(_ONE, {"of_name": name}).first()
        return None if row is None else _institution(row)

    def all(self) -> Sequence[Institution]:
        """Returns those of which something was set, by name."""
        with statements(self._engine) as connection:
            return [_institution(row) for row in connection.execute(_ALL)]

    def put(self, institution: Institution, entry: AuditEntry) -> None:
        """Keeps what is set, in the place of what was, and who did so, in one transaction."""
        with transaction(self._engine) as connection:
            connection.execute(_PUT[connection.dialect.name], _row(institution, entry))
            append(connection, self._keyring, [entry])


def _row(institution: Institution, entry: AuditEntry) -> dict[str, object]:
    return {
        "name": institution.name,
        "title": institution.title,
        "sender_ids": json.dumps(institution.sender_ids),
        "channels": json.dumps(institution.channels),
        "topics": json.dumps(institution.topics),
        "daily_limit": institution.daily_limit,
        "monthly_limit": institution.monthly_limit,
        "budget_segments": institution.budget_segments,
        "budget_money": _text(institution.budget_money),
        "price": _text(institution.price),
        "currency": institution.currency,
        "budget_from": institution.budget_from.isoformat() if institution.budget_from else None,
        "warn_percent": institution.warn_percent,
        "changed_at": entry.at,
        "changed_by": entry.by,
    }


def _institution(row: Row[*tuple[Any, ...]]) -> Institution:
    return Institution(
        name=row.name,
        title=row.title,
        sender_ids=tuple(json.loads(row.sender_ids)),
        channels=tuple(json.loads(row.channels)),
        topics=tuple(json.loads(row.topics)),
        daily_limit=row.daily_limit,
        monthly_limit=row.monthly_limit,
        budget_segments=row.budget_segments,
        budget_money=None if row.budget_money is None else Decimal(row.budget_money),
        price=None if row.price is None else Decimal(row.price),
        currency=row.currency,
        budget_from=date.fromisoformat(row.budget_from) if row.budget_from else None,
        warn_percent=row.warn_percent,
    )


def _text(amount: Decimal | None) -> str | None:
    return None if amount is None else f"{amount:f}"
