"""The tables of the ledger: sums, what of them is not settled yet, and which months are closed."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Index, String, Table

from gateway.adapters.sql.tables import Id, Instant, Institution, metadata


def _entry(*, keys: bool) -> tuple[Column[object], ...]:
    """Returns the columns of an `Entry`, in its order."""
    return (
        # As 2026-11, and as 2026-11-29 in the deployment's time zone.
        Column("month", String, nullable=False, primary_key=keys),
        Column("day", String, nullable=False, primary_key=keys),
        Column("institution", Institution, nullable=False, primary_key=keys),
        Column("service", String, nullable=False, primary_key=keys),
        Column("channel", String, nullable=False, primary_key=keys),
        Column("kind", String, nullable=False, primary_key=keys),
        Column("language", String, nullable=False, primary_key=keys),
        Column("unicode", Boolean(create_constraint=False), nullable=False, primary_key=keys),
        Column("standing", String, nullable=False, primary_key=keys),
        Column("currency", String, nullable=False, primary_key=keys),
        Column("priced", String, nullable=False, primary_key=keys),
        Column("template", String, nullable=False, server_default="", primary_key=keys),
    )


def _sums() -> tuple[Column[object], ...]:
    """Returns the columns of `Sums`, in their order."""
    return (
        Column("number", BigInteger, nullable=False),
        Column("units", BigInteger, nullable=False),
        Column("extra", BigInteger, nullable=False),
        Column("millionths", BigInteger, nullable=False),
    )


#: What was used and what it cost, by day. It stays when the rows that it sums are removed.
ledger_lines = Table("ledger_lines", metadata, *_entry(keys=True), *_sums())
Index("ix_ledger_lines_institution", ledger_lines.c.institution, ledger_lines.c.day)

#: MTs that were counted before it was known whether they leave, and what was written of each.
ledger_open = Table(
    "ledger_open",
    metadata,
    Column("sms_id", Id, primary_key=True, autoincrement=False),
    *_entry(keys=False),
    *_sums(),
)

#: The id up to which the rows of a table are counted.
ledger_marks = Table(
    "ledger_marks",
    metadata,
    Column("name", String, primary_key=True),
    Column("last_id", Id, nullable=False),
)

#: Months whose account changes no more.
ledger_months = Table(
    "ledger_months",
    metadata,
    Column("month", String, primary_key=True),
    Column("closed_at", Instant, nullable=False),
)
