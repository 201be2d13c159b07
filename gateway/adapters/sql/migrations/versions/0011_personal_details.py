"""Details of a case that go when its subscriber erases, apart from those that stay."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds the column; what earlier cases hold is not told apart any more."""
    op.add_column("cases", sa.Column("personal_sealed", sa.LargeBinary))


def downgrade() -> None:
    """Drops it, with what it holds."""
    with op.batch_alter_table("cases") as table:
        table.drop_column("personal_sealed")
