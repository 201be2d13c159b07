"""Why a broadcast is as it is, as a sentence for each language; and since when it is counted."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0052"
down_revision = "0050"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds the columns. What was said before stays English."""
    op.add_column("broadcasts", sa.Column("why_kept", sa.String, nullable=False, server_default=""))
    op.add_column("broadcasts", sa.Column("checking_since", sa.BigInteger))


def downgrade() -> None:
    """Drops them."""
    with op.batch_alter_table("broadcasts") as changed:
        for name in ("why_kept", "checking_since"):
            changed.drop_column(name)
