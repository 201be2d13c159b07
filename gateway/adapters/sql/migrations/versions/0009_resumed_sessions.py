"""Sessions that began with an offer, and which session has used a resume code."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Makes the table, and adds the column; a code that was used before has left no row."""
    op.create_table(
        "offered_sessions",
        sa.Column("session_key", sa.LargeBinary, nullable=False),
        sa.Column("expires_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("session_key", name="pk_offered_sessions"),
    )
    op.create_index("ix_offered_sessions_expires_at", "offered_sessions", ["expires_at"])
    op.add_column("resume_points", sa.Column("used_in", sa.LargeBinary, nullable=True))


def downgrade() -> None:
    """Drops both; codes that were used go, so that they cannot be used again."""
    op.execute("DELETE FROM resume_points WHERE used_in IS NOT NULL")
    with op.batch_alter_table("resume_points") as table:
        table.drop_column("used_in")
    op.drop_table("offered_sessions")
