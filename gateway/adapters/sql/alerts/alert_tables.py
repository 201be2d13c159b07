"""The tables of public warnings. Their texts are public, so they are not sealed."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, String, Table, UniqueConstraint

from gateway.adapters.sql.tables import Id, Instant, institution, metadata

alerts = Table(
    "alerts",
    metadata,
    Column("id", Id, primary_key=True),
    Column("source", String, nullable=False),
    Column("sender", String, nullable=False),
    Column("identifier", String, nullable=False),
    Column("sent", Instant, nullable=False),
    institution(),
    Column("status", String, nullable=False),
    Column("message_type", String, nullable=False),
    # What it was understood as, and the alerts it refers to, as JSON.
    Column("reading", String, nullable=False),
    Column("references", String, nullable=False),
    Column("state", String, nullable=False),
    Column("received_at", Instant, nullable=False),
    # Who took it from a file; empty where its source brought it.
    Column("brought_by", String, nullable=False, server_default=""),
    UniqueConstraint("source", "sender", "identifier", "sent"),
    sqlite_autoincrement=True,
)
Index("ix_alerts_received_at", alerts.c.received_at)
_taken = alerts.c.state == "taken"
Index("ix_alerts_taken", alerts.c.id, sqlite_where=_taken, postgresql_where=_taken)

#: The broadcast that a warning of an alert became; `place` counts the warnings from 0.
alert_drafts = Table(
    "alert_drafts",
    metadata,
    Column("alert_id", Id, primary_key=True),
    Column("place", Integer, primary_key=True),
    Column("broadcast_id", Id, nullable=False),
    Column("drafted_at", Instant, nullable=False),
)
Index("ix_alert_drafts_drafted_at", alert_drafts.c.drafted_at)
