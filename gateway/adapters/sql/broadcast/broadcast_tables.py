"""The tables of broadcasts, and of the lists that were uploaded for them."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, Integer, LargeBinary, String, Table, and_

from gateway.adapters.sql.tables import Id, Instant, institution, metadata

broadcasts = Table(
    "broadcasts",
    metadata,
    Column("id", Id, primary_key=True),
    Column("key_index", LargeBinary, nullable=False, unique=True),
    institution(),
    Column("topic", String, nullable=False),
    Column("title", String, nullable=False),
    Column("lane", String, nullable=False),
    Column("channel", String, nullable=False),
    Column("audience", String, nullable=False),
    Column("texts_sealed", LargeBinary, nullable=False),
    Column("fallback", String, nullable=False),
    Column("per_minute", Integer, nullable=False),
    Column("service_code", String, nullable=False),
    Column("valid_until", Instant),
    Column("state", String, nullable=False),
    Column("why", String, nullable=False, server_default=""),
    # The same as a sentence with its values apart, as JSON; empty where it is none.
    Column("why_kept", String, nullable=False, server_default=""),
    # Since when a worker was asked to count whom it reaches; null while none is.
    Column("checking_since", Instant),
    Column("created_by", String, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("changed_at", Instant, nullable=False),
    Column("version", Integer, nullable=False, server_default="0"),
    # What the check has found, as JSON; empty before.
    Column("estimate", String, nullable=False, server_default=""),
    Column("approved_by", String, nullable=False, server_default=""),
    Column("approved_at", Instant),
    Column("start_at", Instant),
    # Who is in the outbox: all up to here.
    Column("cursor", String, nullable=False, server_default=""),
    Column("filled", Integer, nullable=False, server_default="0"),
    Column("left_out", String, nullable=False, server_default=""),
    Column("next_at", Instant),
    Column("held", Boolean(create_constraint=False), nullable=False),
    Column("filled_at", Instant),
    # Null until the whole list is there, or where there is none.
    Column("list_rows", Integer),
    # Null while the ticker, or a person, may have something to do with it.
    Column("closed_at", Instant),
    # What came of it, as JSON, once its MTs may be removed; empty before.
    Column("report", String, nullable=False, server_default=""),
    # Who has declared it an emergency, and when; empty and null for every other.
    Column("emergency_by", String, nullable=False, server_default=""),
    Column("emergency_at", Instant),
    sqlite_autoincrement=True,
)
_open = broadcasts.c.closed_at.is_(None)
Index("ix_broadcasts_open", broadcasts.c.id, sqlite_where=_open, postgresql_where=_open)
_without_report = and_(broadcasts.c.closed_at.is_not(None), broadcasts.c.report == "")
Index(
    "ix_broadcasts_without_report",
    broadcasts.c.closed_at,
    sqlite_where=_without_report,
    postgresql_where=_without_report,
)

broadcast_recipients = Table(
    "broadcast_recipients",
    metadata,
    Column("broadcast_id", Id, primary_key=True),
    Column("msisdn_index", LargeBinary, primary_key=True),
    Column("msisdn_sealed", LargeBinary, nullable=False),
    Column("values_sealed", LargeBinary, nullable=False),
    Column("language", String, nullable=False),
    Column("loaded_at", Instant, nullable=False),
)
Index("ix_broadcast_recipients_msisdn_index", broadcast_recipients.c.msisdn_index)
Index("ix_broadcast_recipients_loaded_at", broadcast_recipients.c.loaded_at)
