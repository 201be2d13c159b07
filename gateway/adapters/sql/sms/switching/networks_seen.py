"""The `NetworksSeen` port on a database: on which network subscribers have dialled last."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import Connection, Engine, bindparam, select

from gateway.adapters.sql.engine import statements
from gateway.adapters.sql.sms.switching.tables import networks_seen
from gateway.adapters.sql.upserts import insert_or_update
from gateway.adapters.system.keyring import Keyring
from gateway.domain.telecom.identity import Identity
from gateway.use_cases.ports import TurnRecord

_seen = networks_seen.c
_OF = select(_seen.msisdn_index, _seen.network_code).where(
    _seen.msisdn_index.in_(bindparam("indexes", expanding=True))
)
_SEE = insert_or_update(
    networks_seen, "network_code", "seen_at", unless_older_than=networks_seen.c.seen_at
)


class SqlNetworksSeen:
    """Fits the `NetworksSeen` port. All methods raise StoreUnavailable."""

    def __init__(self, engine: Engine, keyring: Keyring) -> None:
        self._engine = engine
        self._keyring = keyring

    def of(self, subscribers: Sequence[Identity]) -> Mapping[Identity, str]:
        """Returns the network codes of those of whom one is known."""
        by_index = {self._keyring.index_of(each): each for each in subscribers}
        with statements(self._engine) as connection:
            rows = connection.execute(_OF, {"indexes": list(by_index)}).all()
        return {by_index[row.msisdn_index]: row.network_code for row in rows}


def see(connection: Connection, records: Iterable[TurnRecord]) -> None:
    """Keeps the networks that turns came from, within a transaction of the caller."""
    newest = {
        record.caller: {
            "msisdn_index": bytes.fromhex(record.caller),
            "network_code": record.network_code,
            "seen_at": record.at,
        }
        for record in sorted(records, key=lambda each: each.at)
        if record.caller and record.network_code
    }
    if newest:
        # In one order, so that of two who store the same callers none waits for the other.
        rows = [newest[index] for index in sorted(newest)]
        connection.execute(_SEE[connection.dialect.name], rows)
