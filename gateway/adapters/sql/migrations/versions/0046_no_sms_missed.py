"""How far ids of SMS had come, and when: none is missed that is stored after a larger one."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0046"
down_revision = "0043"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Adds them. The first look after it sees how far ids have come, and counts nothing yet."""
    op.add_column("sms_looks", sa.Column("whole_id", _ID))
    op.add_column("sms_looks", sa.Column("seen_id", _ID))
    op.add_column("sms_looks", sa.Column("seen_at", sa.BigInteger))


def downgrade() -> None:
    """Drops them."""
    for name in ("seen_at", "seen_id", "whole_id"):
        op.drop_column("sms_looks", name)
