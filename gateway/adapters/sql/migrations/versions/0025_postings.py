"""Stored rows that go on to another system, until that one has taken them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

_INDEXES = {
    "due_at": ["due_at"],
    "form": ["form", "due_at"],
    "msisdn_index": ["msisdn_index"],
    "noted_at": ["noted_at"],
}


def upgrade() -> None:
    """Makes the table, empty: what was stored before is not posted."""
    op.create_table(
        "postings",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), nullable=False),
        sa.Column("form", sa.String, nullable=False),
        sa.Column("row", sa.String, nullable=False),
        sa.Column("call_key", sa.String, nullable=False),
        sa.Column("msisdn_index", sa.LargeBinary, nullable=False),
        sa.Column("msisdn_sealed", sa.LargeBinary, nullable=False),
        sa.Column("channel", sa.String, nullable=False),
        sa.Column("language", sa.String, nullable=False),
        sa.Column("noted_at", sa.BigInteger, nullable=False),
        sa.Column("due_at", sa.BigInteger),
        sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
        sa.Column("last_failure", sa.String, nullable=False, server_default=""),
        sa.PrimaryKeyConstraint("id", name="pk_postings"),
        sa.UniqueConstraint("form", "row", name="uq_postings_form_row"),
        sqlite_autoincrement=True,
    )
    for name, columns in _INDEXES.items():
        op.create_index(f"ix_postings_{name}", "postings", columns)


def downgrade() -> None:
    """Drops it, with what waits in it."""
    op.drop_table("postings")
