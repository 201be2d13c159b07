"""The `RecipientLists` port on a database: the rows of lists that were uploaded for a broadcast."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Engine, bindparam, delete, select, tuple_, update

from gateway.adapters.sql.broadcast.broadcast_tables import broadcast_recipients, broadcasts
from gateway.adapters.sql.engine import statements, transaction
from gateway.adapters.sql.sealed_columns import BROADCAST_RECIPIENTS
from gateway.adapters.sql.upserts import insert_new
from gateway.adapters.system.keyring import Keyring
from gateway.use_cases.ports.sms.broadcasts import ListRow

_row = broadcast_recipients.c
_ADD = insert_new(broadcast_recipients, returning=(_row.msisdn_index,))
_KEY = tuple_(_row.broadcast_id, _row.msisdn_index)
_SOME = (
    select(_row.broadcast_id, _row.msisdn_index)
    .where(_row.broadcast_id == bindparam("of_id"))
    .limit(bindparam("most"))
)
_DISCARD = delete(broadcast_recipients).where(_KEY.in_(_SOME))
_COMPLETE = (
    update(broadcasts)
    .where(broadcasts.c.id == bindparam("of_id"))
    .values(list_rows=bindparam("rows"), changed_at=bindparam("now"))
)


class SqlRecipientLists:
    """Fits the `RecipientLists` port. All methods raise StoreUnavailable."""

    def __init__(self, engine: Engine, keyring: Keyring) -> None:
        self._engine = engine
        self._keyring = keyring

    def add(self, broadcast: int, rows: Sequence[ListRow], now: datetime) -> int:
        """Stores rows; returns how many were new: a number stands once in a list."""
        if not rows:
            return 0
        plain: dict[bytes, dict[str, object]] = {}
        for each in rows:  # of two rows in one step the first counts, as it does between steps
            index = self._keyring.index_of(each.number)
            plain.setdefault(index, self._to_row(broadcast, index, each, now))
        with transaction(self._engine) as connection:
            new = connection.scalars(_ADD[connection.dialect.name], list(plain.values())).all()
        return len(new)

    def complete(self, broadcast: int, rows: int, now: datetime) -> None:
        """Notes that the list is whole. Until then nothing is sent to it."""
        with statements(self._engine) as connection:
            connection.execute(_COMPLETE, {"of_id": broadcast, "rows": rows, "now": now})

    def discard(self, broadcast: int, most: int) -> int:
        """Removes up to `most` rows of a list; returns how many they were."""
        with statements(self._engine) as connection:
            return connection.execute(_DISCARD, {"of_id": broadcast, "most": most}).rowcount

    def _to_row(
        self, broadcast: int, index: bytes, each: ListRow, now: datetime
    ) -> dict[str, object]:
        key = {"broadcast_id": broadcast, "msisdn_index": index}
        number = each.number.as_stored
        values = json.dumps(dict(each.values), ensure_ascii=False)
        seal = BROADCAST_RECIPIENTS.seal
        return {
            **key,
            "msisdn_sealed": seal(self._keyring, "msisdn_sealed", key, number),
            "values_sealed": seal(self._keyring, "values_sealed", key, values),
            "language": each.language,
            "loaded_at": now,
        }
