"""The table of slow calls."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Makes the table."""
    op.create_table(
        "slow_calls",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), nullable=False),
        sa.Column("key_index", sa.LargeBinary, nullable=False),
        sa.Column("channel", sa.String, nullable=False),
        sa.Column("back_end", sa.String, nullable=False),
        sa.Column("call_sealed", sa.LargeBinary),
        sa.Column("dialogue_sealed", sa.LargeBinary, nullable=False),
        sa.Column("result_sealed", sa.LargeBinary),
        sa.Column("claim", sa.String),
        sa.Column("due_at", sa.BigInteger),
        sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
        sa.Column("deadline_at", sa.BigInteger, nullable=False),
        sa.Column("delivered_at", sa.BigInteger),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_slow_calls"),
        sa.UniqueConstraint("key_index", name="uq_slow_calls_key_index"),
        sqlite_autoincrement=True,
    )
    is_open = sa.text("delivered_at IS NULL")
    op.create_index(
        "ix_slow_calls_open", "slow_calls", ["due_at"],
        sqlite_where=is_open, postgresql_where=is_open,
    )  # fmt: skip


def downgrade() -> None:
    """Drops it, with the calls that wait."""
    op.drop_table("slow_calls")
