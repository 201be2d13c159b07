"""The language that a subscriber has used, for who has chosen none."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds the column, empty for all."""
    op.add_column("subscribers", sa.Column("language_used", sa.String, nullable=True))


def downgrade() -> None:
    """Goes back; who has chosen no language has a row for nothing then."""
    op.execute("DELETE FROM subscribers WHERE language = ''")
    op.drop_column("subscribers", "language_used")
