"""The tables of signing in: passwords and codes, one-time links, and who is in the console."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, LargeBinary, String, Table

from gateway.adapters.sql.tables import Instant, metadata

#: `password_hash` is scrypt's, with its salt. The secret of the one-time codes is sealed: it must
#: be read again. `last_step` is the step of the newest code that was taken.
credentials = Table(
    "credentials",
    metadata,
    Column("name", String, primary_key=True),
    Column("password_hash", String, nullable=False),
    Column("secret_sealed", LargeBinary, nullable=False),
    Column("last_step", BigInteger, nullable=False),
    Column("set_at", Instant, nullable=False),
)

#: Keyed hashes of codes for who has lost the telephone with the others; a used one is removed.
recovery_codes = Table(
    "recovery_codes",
    metadata,
    Column("name", String, primary_key=True),
    Column("code_index", LargeBinary, primary_key=True),
)

#: Links by which a person sets a password, by the keyed hash of what stands in them.
one_time_links = Table(
    "one_time_links",
    metadata,
    Column("key_index", LargeBinary, primary_key=True),
    Column("name", String, nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
)
Index("ix_one_time_links_expires_at", one_time_links.c.expires_at)
Index("ix_one_time_links_name", one_time_links.c.name)

#: Who is in the console, by the keyed hash of what their browser keeps.
console_sessions = Table(
    "console_sessions",
    metadata,
    Column("key_index", LargeBinary, primary_key=True),
    Column("name", String, nullable=False),
    Column("begun_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
    Column("proven_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
)
Index("ix_console_sessions_expires_at", console_sessions.c.expires_at)
Index("ix_console_sessions_name", console_sessions.c.name)
