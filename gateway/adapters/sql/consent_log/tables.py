"""The table of what subscribers have said, one row for each time: what stands now is `consents`."""

from __future__ import annotations

from sqlalchemy import Column, Index, LargeBinary, String, Table

from gateway.adapters.sql.tables import Id, Instant, institution, metadata

consent_changes = Table(
    "consent_changes",
    metadata,
    Column("id", Id, primary_key=True),
    # Of whose, what, when and from where it is: the same that is told twice stands once.
    Column("key_index", LargeBinary, nullable=False, unique=True),
    Column("msisdn_index", LargeBinary, nullable=False),
    # Empty where the number of an MT that the network speaks of could not be read.
    Column("msisdn_sealed", LargeBinary, nullable=False),
    Column("topic", String, nullable=False),
    institution(),
    Column("state", String, nullable=False),
    Column("said_at", Instant, nullable=False),
    Column("source", String, nullable=False),
    Column("channel", String, nullable=False, server_default=""),
    # What the subscriber wrote, or where their agreement is written down.
    Column("words_sealed", LargeBinary),
    # The member of staff who has stored it for them.
    Column("by", String, nullable=False, server_default=""),
    Column("stored_at", Instant, nullable=False),
    sqlite_autoincrement=True,
)
Index("ix_consent_changes_subscriber", consent_changes.c.msisdn_index, consent_changes.c.id)
