"""Who has declared a broadcast an emergency, which goes to those who said STOP, too, and when."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds the columns; nothing that was there is an emergency."""
    op.add_column(
        "broadcasts", sa.Column("emergency_by", sa.String, nullable=False, server_default="")
    )
    op.add_column("broadcasts", sa.Column("emergency_at", sa.BigInteger))


def downgrade() -> None:
    """Drops the columns."""
    op.drop_column("broadcasts", "emergency_at")
    op.drop_column("broadcasts", "emergency_by")
