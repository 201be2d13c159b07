"""MOs in a database as those see them who help a citizen: found by number, without their words."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Engine, select

from gateway.adapters.sql.engine import statements
from gateway.adapters.sql.tables import inbound_sms
from gateway.adapters.system.keyring import Keyring
from gateway.domain.telecom.identity import Identity
from gateway.use_cases.ports.sms.received import ReceivedSms

_mo = inbound_sms.c
_READ = select(
    _mo.id, _mo.channel, _mo.to_address, _mo.institution, _mo.received_at, _mo.due_at, _mo.outcome
)


class SqlReceived:
    """Fits the `Received` port. Raises StoreUnavailable."""

    def __init__(self, engine: Engine, keyring: Keyring) -> None:
        self._engine = engine
        self._keyring = keyring

    def of(
        self, subscriber: Identity, institutions: frozenset[str] | None, limit: int
    ) -> Sequence[ReceivedSms]:
        """Returns the newest MOs of a subscriber, the newest first."""
        query = _READ.where(_mo.msisdn_index == self._keyring.index_of(subscriber))
        if institutions is not None:
            query = query.where(_mo.institution.in_(sorted(institutions)))
        with statements(self._engine) as connection:
            return [
                ReceivedSms(
                    id=row.id,
                    channel=row.channel,
                    to=row.to_address,
                    institution=row.institution,
                    received_at=row.received_at,
                    waits=row.due_at is not None,
                    outcome=row.outcome,
                )
                for row in connection.execute(query.order_by(_mo.id.desc()).limit(limit))
            ]
