"""The `ChannelStates` port on a database: a row a channel, changed by one at a time."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import Engine, Row, bindparam, select, update

from gateway.adapters.sql.engine import statements, transaction
from gateway.adapters.sql.institutions.audit_chain import append
from gateway.adapters.sql.sms.switching.tables import channel_states
from gateway.adapters.sql.upserts import insert_new
from gateway.adapters.system.keyring import Keyring
from gateway.domain.outbound.channel_state import Calls, ChannelState, Standing
from gateway.use_cases.ports.sms.switching import Decide, Told

_ALL = select(channel_states).order_by(channel_states.c.name)
_BEGIN = insert_new(channel_states)
# SQLite ignores the lock: a transaction there has the one writer's place.
_ONE = select(channel_states).where(channel_states.c.name == bindparam("of_name")).with_for_update()
_PUT = (
    update(channel_states)
    .where(channel_states.c.name == bindparam("of_name"))
    .values({
        column.name: bindparam(f"new_{column.name}")
        for column in channel_states.columns if not column.primary_key
    })
)  # fmt: skip


class SqlChannelStates:
    """Fits the `ChannelStates` port. All methods raise StoreUnavailable."""

    def __init__(self, engine: Engine, keyring: Keyring) -> None:
        self._engine = engine
        self._keyring = keyring

    def all(self) -> Mapping[str, ChannelState]:
        """Returns those of which something is known; all others are open."""
        with statements(self._engine) as connection:
            return {row.name: _state(row) for row in connection.execute(_ALL)}

    def change(self, name: str, decide: Decide, told: Told) -> tuple[ChannelState, ChannelState]:
        """Changes how a channel stands; returns how it stood, and stands."""
        with transaction(self._engine) as connection:
            row = connection.execute(_ONE, {"of_name": name}).first()
            if row is None:
                first = _row(ChannelState(name=name))
                connection.execute(_BEGIN[connection.dialect.name], {"name": name, **first})
                row = connection.execute(_ONE, {"of_name": name}).one()
            before = _state(row)
            after = decide(before)
            if after != before:
                new = {f"new_{key}": value for key, value in _row(after).items()}
                connection.execute(_PUT, {"of_name": name, **new})
            if entry := told(before, after):
                append(connection, self._keyring, [entry])
        return before, after


def _row(state: ChannelState) -> dict[str, object]:
    return {
        "standing": state.standing.value,
        "reason": state.reason,
        "since": state.since,
        "by": state.by,
        "trial_at": state.trial_at,
        "tried": state.tried,
        "rest_seconds": int(state.rest.total_seconds()),
        "seen": json.dumps([[at, each.made, each.failed, each.slow] for at, each in state.seen]),
    }


def _state(row: Row[*tuple[Any, ...]]) -> ChannelState:
    return ChannelState(
        name=row.name,
        standing=Standing(row.standing),
        reason=row.reason,
        since=row.since,
        by=row.by,
        trial_at=row.trial_at,
        tried=row.tried,
        rest=timedelta(seconds=row.rest_seconds),
        seen=tuple(
            (at, Calls(made=made, failed=failed, slow=slow))
            for at, made, failed, slow in json.loads(row.seen)
        ),
    )
