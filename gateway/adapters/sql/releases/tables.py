"""The tables of releases: what was published, when it goes live, and every shortcut ever given."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, LargeBinary, String, Table

from gateway.adapters.sql.tables import Id, Instant, metadata

#: A row is never changed: its id is the hash of what it holds. `sources` are the menu files,
#: `compiled` is the same release ready to serve, in the form that `form` names. `dialogues` are
#: those it was published with, which are no part of its content; null before there were any kept.
releases = Table(
    "releases",
    metadata,
    Column("id", String, primary_key=True),
    Column("sources", LargeBinary, nullable=False),
    Column("compiled", LargeBinary, nullable=False),
    Column("form", String, nullable=False),
    Column("stored_at", Instant, nullable=False),
    Column("dialogues", LargeBinary),
)

#: What shall be served from when on. The row with the latest `live_at` that has come is current.
#: `files` is the release of the deployment's files at that moment, in development alone: what was
#: published is served there until the files are changed.
publications = Table(
    "publications",
    metadata,
    Column("id", Id, primary_key=True),
    Column("release_id", String, nullable=False),
    Column("live_at", Instant, nullable=False),
    Column("published_at", Instant, nullable=False),
    Column("published_by", String, nullable=False),
    Column("note", String, nullable=False),
    Column("withdrawn", Boolean(create_constraint=False), nullable=False),
    Column("files", String, nullable=False, server_default=""),
    sqlite_autoincrement=True,
)
Index("ix_publications_live_at", publications.c.live_at, publications.c.id)

#: Rows stand under each form that was ever published. `text` is what was published last.
published_forms = Table(
    "published_forms",
    metadata,
    Column("path", String, primary_key=True),
    Column("text", String, nullable=False),
    Column("release_id", String, nullable=False),
)

#: A shortcut stands on posters and cards, so the service it was first given to keeps it for good.
published_shortcuts = Table(
    "published_shortcuts",
    metadata,
    Column("shortcut", String, primary_key=True),
    Column("service", String, nullable=False),
    Column("release_id", String, nullable=False),
)
