"""Sessions whose newest turn Redis could not take."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Makes the table."""
    op.create_table(
        "spare_sessions",
        sa.Column("session_key", sa.LargeBinary, nullable=False),
        sa.Column("turn_sealed", sa.LargeBinary, nullable=False),
        sa.Column("expires_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("session_key", name="pk_spare_sessions"),
    )
    op.create_index("ix_spare_sessions_expires_at", "spare_sessions", ["expires_at"])


def downgrade() -> None:
    """Drops it, with what it holds for minutes."""
    op.drop_table("spare_sessions")
