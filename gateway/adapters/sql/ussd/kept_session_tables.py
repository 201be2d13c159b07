"""The tables of what is kept of sessions, and of which turns are stored already."""

from __future__ import annotations

from sqlalchemy import Column, Index, LargeBinary, String, Table, UniqueConstraint

from gateway.adapters.sql.tables import Id, Instant, Institution, metadata

#: How a session went on at one institution's screens: a row for each, so that none sees another's.
#: Whose session it is can be found by a number, and not be read.
kept_sessions = Table(
    "kept_sessions",
    metadata,
    Column("id", Id, primary_key=True),
    Column("session_key", LargeBinary, nullable=False),
    Column("began_at", Instant, nullable=False),
    Column("institution", Institution, nullable=False),
    Column("msisdn_index", LargeBinary, nullable=False),
    Column("channel", String, nullable=False),
    Column("network_code", String, nullable=False),
    Column("last_at", Instant, nullable=False),
    Column("course_sealed", LargeBinary, nullable=False),
    UniqueConstraint("session_key", "began_at", "institution"),
    sqlite_autoincrement=True,  # URLs carry ids
)
Index("ix_kept_sessions_subscriber", kept_sessions.c.msisdn_index, kept_sessions.c.id)
Index("ix_kept_sessions_institution", kept_sessions.c.institution, kept_sessions.c.id)

#: The newest turns of the stream that are stored: from which entry to which.
stored_turns = Table(
    "stored_turns",
    metadata,
    Column("stream", String, primary_key=True),
    Column("first_id", String, nullable=False),
    Column("last_id", String, nullable=False),
)
