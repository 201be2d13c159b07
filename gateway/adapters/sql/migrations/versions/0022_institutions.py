"""Institutions, people and their roles, the audit as a chain, and what was spent."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

_OF_LINE = sa.text("chain IS NOT NULL")


def upgrade() -> None:
    """Makes the tables, empty; what citizens read of looks stays as it is."""
    whole_number = sa.BigInteger().with_variant(sa.Integer, "sqlite")
    op.create_table(
        "institutions",
        sa.Column("name", sa.String, nullable=False),
        sa.Column("title", sa.String, nullable=False),
        sa.Column("sender_ids", sa.String, nullable=False),
        sa.Column("channels", sa.String, nullable=False),
        sa.Column("topics", sa.String, nullable=False),
        sa.Column("daily_limit", sa.BigInteger),
        sa.Column("monthly_limit", sa.BigInteger),
        sa.Column("budget_segments", sa.BigInteger),
        sa.Column("budget_money", sa.String),
        sa.Column("price", sa.String),
        sa.Column("currency", sa.String, nullable=False),
        sa.Column("budget_from", sa.String),
        sa.Column("warn_percent", sa.Integer, nullable=False),
        sa.Column("changed_at", sa.BigInteger, nullable=False),
        sa.Column("changed_by", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_institutions"),
    )
    op.create_table(
        "people",
        sa.Column("name", sa.String, nullable=False),
        sa.Column("known_as", sa.String, nullable=False),
        sa.Column("added_at", sa.BigInteger, nullable=False),
        sa.Column("added_by", sa.String, nullable=False),
        sa.Column("removed_at", sa.BigInteger),
        sa.Column("removed_by", sa.String, nullable=False, server_default=""),
        sa.PrimaryKeyConstraint("name", name="pk_people"),
    )
    op.create_table(
        "people_roles",
        sa.Column("name", sa.String, nullable=False),
        sa.Column("institution", sa.String, nullable=False),
        sa.Column("role", sa.String, nullable=False),
        sa.Column("given_at", sa.BigInteger, nullable=False),
        sa.Column("given_by", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("name", "institution", "role", name="pk_people_roles"),
    )
    op.create_table(
        "audit_trail",
        sa.Column("institution", sa.String, nullable=False),
        sa.Column("line", sa.BigInteger, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("who", sa.String, nullable=False),
        sa.Column("act", sa.String, nullable=False),
        sa.Column("what", sa.String, nullable=False),
        sa.Column("reason_sealed", sa.LargeBinary),
        sa.Column("mac", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("institution", "line", name="pk_audit_trail"),
    )
    op.create_index("ix_audit_trail_at", "audit_trail", ["at"])
    op.create_index("ix_audit_trail_institution", "audit_trail", ["institution", "at"])
    op.create_index("ix_audit_trail_who", "audit_trail", ["who", "at"])
    op.create_table(
        "audit_heads",
        sa.Column("institution", sa.String, nullable=False),
        sa.Column("line", sa.BigInteger, nullable=False),
        sa.Column("mac", sa.LargeBinary, nullable=False),
        sa.Column("first_line", sa.BigInteger, nullable=False),
        sa.Column("first_mac", sa.LargeBinary, nullable=False),
        sa.Column("seal", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("institution", name="pk_audit_heads"),
    )
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
        sa.Column("outbound_id", whole_number, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_spent_until"),
    )
    op.add_column("audit", sa.Column("chain", sa.String))
    op.add_column("audit", sa.Column("line", sa.BigInteger))
    op.create_index(
        "ix_audit_line", "audit", ["chain", "line"],
        sqlite_where=_OF_LINE, postgresql_where=_OF_LINE,
    )  # fmt: skip


def downgrade() -> None:
    """Drops them, with what they hold."""
    op.drop_index("ix_audit_line", "audit")
    op.drop_column("audit", "line")
    op.drop_column("audit", "chain")
    for table in (
        "spent_until", "spent_segments", "audit_heads", "audit_trail", "people_roles", "people",
        "institutions",
    ):  # fmt: skip
        op.drop_table(table)
