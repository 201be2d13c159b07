"""Which back ends were not asked, by five minutes: the overview shows the last day of each."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0050"
down_revision = "0051"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds the table. What was before is not known."""
    op.create_table(
        "breaker_minutes",
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("back_end", sa.String, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("at", "back_end", name="pk_breaker_minutes"),
    )


def downgrade() -> None:
    """Drops it."""
    op.drop_table("breaker_minutes")
