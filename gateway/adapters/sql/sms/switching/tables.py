"""The tables of choosing channels."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, Integer, LargeBinary, String, Table

from gateway.adapters.sql.tables import Instant, metadata

#: How channels stand, why, and since when: a row a channel. `by` is the person who decided; empty
#: where the gateway did. `seen` are the calls of late as JSON: [second, made, failed, slow].
channel_states = Table(
    "channel_states",
    metadata,
    Column("name", String, primary_key=True),
    Column("standing", String, nullable=False),
    Column("reason", String, nullable=False),
    Column("since", Instant),
    Column("by", String, nullable=False),
    Column("trial_at", Instant),
    Column("tried", Boolean, nullable=False),
    Column("rest_seconds", Integer, nullable=False),
    Column("seen", String, nullable=False),
)

#: The network (MCC and MNC) that each subscriber's newest session came from, where it was told.
networks_seen = Table(
    "networks_seen",
    metadata,
    Column("msisdn_index", LargeBinary, primary_key=True),
    Column("network_code", String, nullable=False),
    Column("seen_at", Instant, nullable=False),
)
Index("ix_networks_seen_at", networks_seen.c.seen_at)
