"""The table of dialogues that a code goes on with."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, LargeBinary, String, Table

from gateway.adapters.database.tables import Instant, metadata

#: A row goes as soon as it was used, guessed at too often, or has expired. The turn is sealed; the
#: code stands here as its keyed hash only, and so does the second fact.
resume_points = Table(
    "resume_points",
    metadata,
    Column("code_index", LargeBinary, primary_key=True),
    Column("service", String, nullable=False),
    Column("fact_index", LargeBinary, nullable=False),
    Column("turn_sealed", LargeBinary, nullable=False),
    Column("misses", Integer, nullable=False, server_default="0"),
    Column("expires_at", Instant, nullable=False),
)
Index("ix_resume_points_expires_at", resume_points.c.expires_at)
