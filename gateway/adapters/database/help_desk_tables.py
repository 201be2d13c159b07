"""The table of messages to the help desk."""

from __future__ import annotations

from sqlalchemy import Column, Index, LargeBinary, String, Table

from gateway.adapters.database.tables import Id, Instant, metadata

help_desk_messages = Table(
    "help_desk_messages",
    metadata,
    Column("id", Id, primary_key=True),
    Column("key_index", LargeBinary, nullable=False, unique=True),
    Column("channel", String, nullable=False),
    Column("sender", String, nullable=False),
    Column("link_id", String, nullable=False),
    Column("in_reply_to", Id),
    Column("institution", String, nullable=False),
    Column("language", String, nullable=False),
    Column("msisdn_index", LargeBinary, nullable=False),
    Column("msisdn_sealed", LargeBinary, nullable=False),
    Column("text_sealed", LargeBinary, nullable=False),
    Column("answer_sealed", LargeBinary),
    Column("status", String, nullable=False),
    Column("opened_at", Instant, nullable=False),
    Column("changed_at", Instant, nullable=False),
    sqlite_autoincrement=True,  # an id is a citizen's reference and is never given again
)
Index("ix_help_desk_messages_status", help_desk_messages.c.status, help_desk_messages.c.id)
Index("ix_help_desk_messages_subscriber", help_desk_messages.c.msisdn_index)
