"""The table of drafts: menus that people are changing."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, LargeBinary, String, Table

from gateway.adapters.sql.tables import Id, Instant, metadata

#: `base_files` are the files it began at, `changes` what was made of some of them, each with its
#: version: a draft goes from version to version in one statement. `services` are those it changes,
#: for lists, which read no files.
drafts = Table(
    "drafts",
    metadata,
    Column("id", Id, primary_key=True),
    Column("title", String, nullable=False),
    Column("owner", String, nullable=False),
    Column("handed_to", String, nullable=False, server_default=""),
    Column("state", String, nullable=False),
    Column("version", Integer, nullable=False),
    Column("base", String, nullable=False),
    Column("begun_at", Instant, nullable=False),
    Column("changed_at", Instant, nullable=False),
    Column("base_files", LargeBinary, nullable=False),
    Column("changes", LargeBinary, nullable=False),
    Column("authors", String, nullable=False, server_default="[]"),
    Column("services", String, nullable=False, server_default=""),
    Column("approved_by", String, nullable=False, server_default=""),
    Column("approved_at", Instant),
    Column("release_id", String, nullable=False, server_default=""),
    Column("live_at", Instant),
    Column("note", String, nullable=False, server_default=""),
    # When its dialogues were asked to be played, until they are; and how they went.
    Column("trying_since", Instant),
    Column("trial", LargeBinary),
    sqlite_autoincrement=True,
)
Index("ix_drafts_changed_at", drafts.c.changed_at)
