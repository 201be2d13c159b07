"""The table of slow calls: what a worker has to do, and who delivers the answer."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, LargeBinary, String, Table

from gateway.adapters.sql.tables import Id, Instant, metadata

#: `call_sealed` holds a citizen's answers, secrets too, and is null as soon as the result is there.
#: `claim` is null until somebody is to deliver: `screen` or `sms`, and never another afterwards.
slow_calls = Table(
    "slow_calls",
    metadata,
    Column("id", Id, primary_key=True),
    Column("key_index", LargeBinary, nullable=False, unique=True),
    Column("msisdn_index", LargeBinary),  # null in rows that are older than the column
    Column("channel", String, nullable=False),
    Column("back_end", String, nullable=False),
    Column("call_sealed", LargeBinary),
    Column("dialogue_sealed", LargeBinary, nullable=False),
    Column("result_sealed", LargeBinary),
    Column("claim", String),
    # When to run it, or when the lease of who runs it ends; null once the result is there.
    Column("due_at", Instant),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("deadline_at", Instant, nullable=False),
    Column("delivered_at", Instant),
    Column("created_at", Instant, nullable=False),
    sqlite_autoincrement=True,
)
_open = slow_calls.c.delivered_at.is_(None)
Index("ix_slow_calls_created_at", slow_calls.c.created_at)
Index("ix_slow_calls_open", slow_calls.c.due_at, sqlite_where=_open, postgresql_where=_open)
