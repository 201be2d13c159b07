"""The ledger, what of an MT and a turn it is reckoned from, and the kept report of a broadcast."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0032"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_KEYS = ("month", "day", "institution", "service", "channel", "kind", "language", "unicode",
         "standing", "currency", "priced")  # fmt: skip


def upgrade() -> None:
    """Makes it, with the segments that were counted before; of these only the day is known."""
    for column in ("service", "language"):
        op.add_column(
            "outbound_sms", sa.Column(column, sa.String, nullable=False, server_default="")
        )
    op.add_column("outbound_sms", sa.Column("unicode_parts", sa.Integer))
    for column in ("lasted", "lasted_before"):
        op.add_column("turns", sa.Column(column, sa.Integer))
    op.create_table(
        "ledger_lines", *_columns(), sa.PrimaryKeyConstraint(*_KEYS, name="pk_ledger_lines")
    )
    op.create_index("ix_ledger_lines_institution", "ledger_lines", ["institution", "day"])
    op.create_table(
        "ledger_open",
        sa.Column("sms_id", _ID, nullable=False, autoincrement=False),
        *_columns(),
        sa.PrimaryKeyConstraint("sms_id", name="pk_ledger_open"),
    )
    op.create_table(
        "ledger_marks",
        sa.Column("name", sa.String, nullable=False),
        sa.Column("last_id", _ID, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_ledger_marks"),
    )
    op.create_table(
        "ledger_months",
        sa.Column("month", sa.String, nullable=False),
        sa.Column("closed_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("month", name="pk_ledger_months"),
    )
    op.execute(
        "INSERT INTO ledger_lines SELECT substr(day, 1, 7), day, institution, '', '', 'sms', '', "
        "false, 'left', '', 'none', 0, segments, 0, 0 FROM spent_segments"
    )
    op.add_column("broadcasts", sa.Column("report", sa.String, nullable=False, server_default=""))
    without = sa.text("closed_at IS NOT NULL AND report = ''")
    op.create_index(
        "ix_broadcasts_without_report", "broadcasts", ["closed_at"],
        sqlite_where=without, postgresql_where=without,
    )  # fmt: skip
    op.execute("INSERT INTO ledger_marks SELECT name, outbound_id FROM spent_until")
    op.drop_table("spent_until")
    op.drop_table("spent_segments")


def downgrade() -> None:
    """Makes the sums of segments again, and drops the rest: money is lost."""
    op.create_table(
        "spent_segments",
        sa.Column("institution", sa.String, nullable=False),
        sa.Column("day", sa.String, nullable=False),
        sa.Column("segments", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("institution", "day", name="pk_spent_segments"),
    )
    op.create_table(
        "spent_until",
        sa.Column("name", sa.String, nullable=False),
        sa.Column("outbound_id", _ID, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_spent_until"),
    )
    op.execute(
        "INSERT INTO spent_segments SELECT institution, day, CAST(sum(units) AS BIGINT) "
        "FROM ledger_lines WHERE kind = 'sms' GROUP BY institution, day"
    )
    op.execute(
        "INSERT INTO spent_until SELECT name, last_id FROM ledger_marks WHERE name = 'outbound_sms'"
    )
    op.drop_index("ix_broadcasts_without_report", "broadcasts")
    op.drop_column("broadcasts", "report")
    for table in ("ledger_months", "ledger_marks", "ledger_open", "ledger_lines"):
        op.drop_table(table)
    for column in ("lasted_before", "lasted"):
        op.drop_column("turns", column)
    for column in ("unicode_parts", "language", "service"):
        op.drop_column("outbound_sms", column)


def _columns() -> list[sa.Column[Any]]:
    names: list[sa.Column[Any]] = [
        sa.Column(name, sa.String, nullable=False) for name in _KEYS if name != "unicode"
    ]
    names.insert(7, sa.Column("unicode", sa.Boolean(create_constraint=False), nullable=False))
    sums = ("number", "units", "extra", "millionths")
    return [*names, *(sa.Column(name, sa.BigInteger, nullable=False) for name in sums)]
