"""An index by which the MOs of a subscriber are found that nobody has read yet."""

from __future__ import annotations

from alembic import op
from sqlalchemy import text

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

_WAITS = text("due_at IS NOT NULL")


def upgrade() -> None:
    """Makes it in the place of one that nothing asks for any more."""
    op.drop_index("ix_inbound_sms_waiting", "inbound_sms")
    op.create_index(
        "ix_inbound_sms_unread", "inbound_sms", ["msisdn_index"],
        sqlite_where=_WAITS, postgresql_where=_WAITS,
    )  # fmt: skip


def downgrade() -> None:
    """Makes the one before again."""
    op.drop_index("ix_inbound_sms_unread", "inbound_sms")
    op.create_index(
        "ix_inbound_sms_waiting", "inbound_sms", ["id"],
        sqlite_where=_WAITS, postgresql_where=_WAITS,
    )  # fmt: skip
