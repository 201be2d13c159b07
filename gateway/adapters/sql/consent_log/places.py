"""What subscribers have asked for, place by place, such as a district: read, and ended."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, bindparam, delete, select

from gateway.adapters.sql.handler_tables import subscriptions

_row = subscriptions.c
_REMOVE = delete(subscriptions).where(
    _row.msisdn_index == bindparam("of_index"),
    _row.topic == bindparam("of_topic"),
    _row.scope == bindparam("of_scope"),
)
_OF = (
    select(_row.topic, _row.scope)
    .where(_row.msisdn_index == bindparam("of_index"))
    .order_by(_row.topic, _row.scope)
)


def of(connection: Connection, msisdn_index: bytes) -> Sequence[tuple[str, str]]:
    """Returns topic and scope of each subscription; a scope is a place, or empty for all."""
    rows = connection.execute(_OF, {"of_index": msisdn_index}).all()
    return [(topic, scope) for topic, scope in rows]


def end(connection: Connection, msisdn_index: bytes, topic: str, scope: str) -> int:
    """Ends a subscription; returns how many there were, one or none."""
    values = {"of_index": msisdn_index, "of_topic": topic, "of_scope": scope}
    return connection.execute(_REMOVE, values).rowcount
