"""The table of postings: which stored rows wait to go on to another system."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, LargeBinary, String, Table, UniqueConstraint

from gateway.adapters.sql.tables import Id, Instant, metadata

#: Stored rows that another system has not taken yet. `row` is what its own table knows it by, or
#: the number of its case; the values stay there. `call_key` is of the call that stored it last, and
#: goes with it. `due_at` is when it is tried, or when the lease of who tries it ends;
#: null once it is given up.
postings = Table(
    "postings",
    metadata,
    Column("id", Id, primary_key=True),
    Column("form", String, nullable=False),
    Column("row", String, nullable=False),
    Column("call_key", String, nullable=False),
    Column("msisdn_index", LargeBinary, nullable=False),
    Column("msisdn_sealed", LargeBinary, nullable=False),
    Column("channel", String, nullable=False),
    Column("language", String, nullable=False),
    Column("noted_at", Instant, nullable=False),
    Column("due_at", Instant),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("last_failure", String, nullable=False, server_default=""),
    UniqueConstraint("form", "row"),
    sqlite_autoincrement=True,
)
Index("ix_postings_due_at", postings.c.due_at)
Index("ix_postings_form", postings.c.form, postings.c.due_at)
Index("ix_postings_msisdn_index", postings.c.msisdn_index)
Index("ix_postings_noted_at", postings.c.noted_at)
