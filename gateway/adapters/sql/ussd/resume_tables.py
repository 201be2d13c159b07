"""The tables of coming back: dialogues that a code goes on with, and sessions Redis knows not."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, LargeBinary, String, Table

from gateway.adapters.sql.tables import Instant, metadata

#: A row is good for the one session that used it, until it was guessed at too often or has
#: expired. The turn is sealed; the code stands here as its keyed hash only, and so does the second
#: fact.
resume_points = Table(
    "resume_points",
    metadata,
    Column("code_index", LargeBinary, primary_key=True),
    # Null in rows that are older than these two columns.
    Column("msisdn_index", LargeBinary),
    Column("created_at", Instant),
    Column("service", String, nullable=False),
    Column("fact_index", LargeBinary, nullable=False),
    Column("turn_sealed", LargeBinary, nullable=False),
    Column("misses", Integer, nullable=False, server_default="0"),
    Column("expires_at", Instant, nullable=False),
    Column("used_in", LargeBinary, nullable=True),
)
Index("ix_resume_points_expires_at", resume_points.c.expires_at)

#: Sessions of which the first answers were given to an offer, and so not to the home screen.
offered_sessions = Table(
    "offered_sessions",
    metadata,
    Column("session_key", LargeBinary, primary_key=True),
    Column("expires_at", Instant, nullable=False),
)
Index("ix_offered_sessions_expires_at", offered_sessions.c.expires_at)

#: Sessions whose newest turn Redis could not take. One row each, which a further turn replaces.
spare_sessions = Table(
    "spare_sessions",
    metadata,
    Column("session_key", LargeBinary, primary_key=True),
    Column("turn_sealed", LargeBinary, nullable=False),
    Column("expires_at", Instant, nullable=False),
)
Index("ix_spare_sessions_expires_at", spare_sessions.c.expires_at)
