"""The tables of what became of MTs."""

from __future__ import annotations

from sqlalchemy import Column, Index, String, Table

from gateway.adapters.sql.tables import Id, Instant, metadata

#: What happened to an MT off the straight way: that its outcome is unknown, and what followed. An
#: MT that is sent and reported has no row. Nothing here is about a person but `by`, who has acted,
#: and the reason they gave. `other_id` is the copy that was sent.
sms_steps = Table(
    "sms_steps",
    metadata,
    Column("id", Id, primary_key=True),
    Column("sms_id", Id, nullable=False),
    Column("at", Instant, nullable=False),
    Column("kind", String, nullable=False),
    Column("detail", String, nullable=False, server_default=""),
    Column("by", String, nullable=False, server_default=""),
    Column("other_id", Id),
    sqlite_autoincrement=True,
)
Index("ix_sms_steps_sms", sms_steps.c.sms_id, sms_steps.c.id)

#: How the reports of each channel come: when the last one did, and when the newest MT was begun of
#: which a final one has come.
report_flow = Table(
    "report_flow",
    metadata,
    Column("channel", String, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("through", Instant, nullable=False),
)
