"""The tables of institutions: what each may spend, who works there, and who did and saw what."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, String, Table

from gateway.adapters.sql.tables import Instant, Institution, metadata

#: What was set of an institution; the lists are JSON. Those that the menu alone names have no row.
institutions = Table(
    "institutions",
    metadata,
    Column("name", Institution, primary_key=True),
    Column("title", String, nullable=False),
    Column("sender_ids", String, nullable=False),
    Column("channels", String, nullable=False),
    Column("topics", String, nullable=False),
    # In segments; null is no limit. Amounts are decimals as they are written.
    Column("daily_limit", BigInteger),
    Column("monthly_limit", BigInteger),
    Column("budget_segments", BigInteger),
    Column("budget_money", String),
    Column("price", String),
    Column("currency", String, nullable=False),
    # The first day that counts for the budget, as 2026-07-01.
    Column("budget_from", String),
    Column("warn_percent", Integer, nullable=False),
    Column("changed_at", Instant, nullable=False),
    Column("changed_by", String, nullable=False),
)

#: Who works with the gateway. A row stays when somebody leaves: what they did is under its name.
people = Table(
    "people",
    metadata,
    Column("name", String, primary_key=True),
    Column("known_as", String, nullable=False),
    Column("added_at", Instant, nullable=False),
    Column("added_by", String, nullable=False),
    Column("removed_at", Instant),
    Column("removed_by", String, nullable=False, server_default=""),
)

#: What somebody is where. The institution `*` stands for every one.
people_roles = Table(
    "people_roles",
    metadata,
    Column("name", String, primary_key=True),
    Column("institution", Institution, primary_key=True),
    Column("role", String, primary_key=True),
    Column("given_at", Instant, nullable=False),
    Column("given_by", String, nullable=False),
)

#: The lines of each institution's chain, from 1 on. `mac` is keyed, and made of the line and of the
#: `mac` before it. Whose it was stands in the table `audit`, which citizens read.
audit_trail = Table(
    "audit_trail",
    metadata,
    Column("institution", Institution, primary_key=True),
    Column("line", BigInteger, primary_key=True, autoincrement=False),
    Column("at", Instant, nullable=False),
    Column("who", String, nullable=False),
    Column("act", String, nullable=False),
    Column("what", String, nullable=False),
    Column("reason_sealed", LargeBinary),
    Column("mac", LargeBinary, nullable=False),
)
Index("ix_audit_trail_at", audit_trail.c.at)
Index("ix_audit_trail_institution", audit_trail.c.institution, audit_trail.c.at)
Index("ix_audit_trail_who", audit_trail.c.who, audit_trail.c.at)

#: The last line of each chain, and what stands in the place of the lines before `first_line`, which
#: were removed by their age: the `mac` of the last of them. `seal` is keyed, and made of the rest.
audit_heads = Table(
    "audit_heads",
    metadata,
    Column("institution", Institution, primary_key=True),
    Column("line", BigInteger, nullable=False),
    Column("mac", LargeBinary, nullable=False),
    Column("first_line", BigInteger, nullable=False),
    Column("first_mac", LargeBinary, nullable=False),
    Column("seal", LargeBinary, nullable=False),
)
