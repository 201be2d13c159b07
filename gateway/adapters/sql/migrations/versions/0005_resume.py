"""Tables for coming back: dialogues that a code goes on with."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Makes the table."""
    op.create_table(
        "resume_points",
        sa.Column("code_index", sa.LargeBinary, nullable=False),
        sa.Column("service", sa.String, nullable=False),
        sa.Column("fact_index", sa.LargeBinary, nullable=False),
        sa.Column("turn_sealed", sa.LargeBinary, nullable=False),
        sa.Column("misses", sa.Integer, nullable=False, server_default="0"),
        sa.Column("expires_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("code_index", name="pk_resume_points"),
    )
    op.create_index("ix_resume_points_expires_at", "resume_points", ["expires_at"])


def downgrade() -> None:
    """Drops it, with what it holds."""
    op.drop_table("resume_points")
