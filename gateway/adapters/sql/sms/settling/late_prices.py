"""The `LatePrices` port on a database: MTs of which the provider has yet to tell the price."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, Row, bindparam, func, select, update

from gateway.adapters.sql.engine import transaction
from gateway.adapters.sql.many.among import AmongFound
from gateway.adapters.sql.tables import outbound_sms
from gateway.domain.institutions.ledger import standing_of
from gateway.domain.telecom.delivery import DeliveryStatus
from gateway.use_cases.ports.sms.prices import Told, Unpriced

_mt = outbound_sms.c
_due = (
    select(_mt.id)
    .where(_mt.price_due_at.is_not(None), _mt.price_due_at <= bindparam("now"))
    .order_by(_mt.price_due_at)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
    .cte("due")
)
_CLAIM = (
    update(outbound_sms)
    .where(AmongFound(_mt.id, select(_due.c.id)))
    .values(price_due_at=bindparam("until"))
    .returning(
        _mt.id, _mt.channel, _mt.provider_ref, _mt.cost, _mt.status, _mt.due_at, _mt.changed_at
    )
)
# What was told or given up meanwhile stays so.
_ONE = update(outbound_sms).where(_mt.id == bindparam("of_id"), _mt.price_due_at.is_not(None))
_COSTS = _ONE.values(
    cost=bindparam("told"),
    segments=func.coalesce(bindparam("counted"), _mt.segments),
    price_due_at=None,
)
_AGAIN = _ONE.values(price_due_at=bindparam("at"))
_OVER = _ONE.values(price_due_at=None)


class SqlLatePrices:
    """Fits the `LatePrices` port. Each method is one transaction; all raise StoreUnavailable."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def claim(self, now: datetime, until: datetime, most: int) -> Sequence[Unpriced]:
        """Takes those that are due to be asked about, the longest due first."""
        with transaction(self._engine) as connection:
            rows = connection.execute(_CLAIM, {"now": now, "until": until, "most": most}).all()
            over = [{"of_id": row.id} for row in sorted(rows, key=_id) if _is_over(row)]
            if over:
                connection.execute(_OVER, over)
        found = [row for row in rows if not _is_over(row)]
        return [
            Unpriced(id=row.id, channel=row.channel, ref=row.provider_ref, since=_begun(row))
            for row in sorted(found, key=_id)
        ]

    def store(self, told: Told) -> None:
        """Stores what came of asking, in the order in which others take several."""
        changes: list[tuple[int, Any, dict[str, object]]] = [
            (id_, _COSTS, {"told": each.told, "counted": each.segments})
            for id_, each in told.costs.items()
        ]
        changes += [(id_, _AGAIN, {"at": at}) for id_, at in told.ask_at.items()]
        changes += [(id_, _OVER, {}) for id_ in told.over]
        with transaction(self._engine) as connection:
            for id_, change, values in sorted(changes, key=lambda each: each[0]):
                connection.execute(change, {"of_id": id_, **values})


def _id(row: Row[Any]) -> int:
    return int(row.id)


def _is_over(row: Row[Any]) -> bool:
    """Returns whether an MT has its price, or is nothing to be paid for."""
    taken = row.provider_ref is not None
    return bool(row.cost) or standing_of(DeliveryStatus(row.status), taken=taken) is None


def _begun(row: Row[Any]) -> datetime:
    """Returns when it was begun: `due_at` says when to look again while its outcome is unknown."""
    unknown = row.status == DeliveryStatus.UNKNOWN.value
    at: datetime = row.changed_at if unknown else row.due_at
    return at
