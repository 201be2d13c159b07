"""Who took a public warning from a file: somebody else approves what it drafts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds the column; of those that came before nobody knows it."""
    op.add_column("alerts", sa.Column("brought_by", sa.String, nullable=False, server_default=""))


def downgrade() -> None:
    """Drops the column."""
    op.drop_column("alerts", "brought_by")
