"""Which session asked a subscriber for the language: its first answer is not the home screen's."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds the column; who has chosen before was not asked."""
    op.add_column("subscribers", sa.Column("asked_in", sa.LargeBinary, nullable=True))


def downgrade() -> None:
    """Drops it again."""
    with op.batch_alter_table("subscribers") as table:
        table.drop_column("asked_in")
