"""How channels stand, and on which network subscribers were last."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds the tables."""
    op.create_table(
        "channel_states",
        sa.Column("name", sa.String, nullable=False),
        sa.Column("standing", sa.String, nullable=False),
        sa.Column("reason", sa.String, nullable=False),
        sa.Column("since", sa.BigInteger),
        sa.Column("by", sa.String, nullable=False),
        sa.Column("trial_at", sa.BigInteger),
        sa.Column("tried", sa.Boolean, nullable=False),
        sa.Column("rest_seconds", sa.Integer, nullable=False),
        sa.Column("seen", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_channel_states"),
    )
    op.create_table(
        "networks_seen",
        sa.Column("msisdn_index", sa.LargeBinary, nullable=False),
        sa.Column("network_code", sa.String, nullable=False),
        sa.Column("seen_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("msisdn_index", name="pk_networks_seen"),
    )
    op.create_index("ix_networks_seen_at", "networks_seen", ["seen_at"])


def downgrade() -> None:
    """Drops them."""
    op.drop_index("ix_networks_seen_at", table_name="networks_seen")
    op.drop_table("networks_seen")
    op.drop_table("channel_states")
