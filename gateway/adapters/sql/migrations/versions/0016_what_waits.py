"""Indexes for what is asked every few seconds, whatever is kept and however much waits."""

from __future__ import annotations

from alembic import op
from sqlalchemy import text

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_WAITS = text("due_at IS NOT NULL")


def upgrade() -> None:
    """Makes them."""
    op.create_index("ix_early_reports_received_at", "early_reports", ["received_at"])
    op.create_index("ix_slow_calls_created_at", "slow_calls", ["created_at"])
    op.create_index(
        "ix_inbound_sms_due", "inbound_sms", ["due_at"],
        sqlite_where=_WAITS, postgresql_where=_WAITS,
    )  # fmt: skip


def downgrade() -> None:
    """Drops them."""
    op.drop_index("ix_inbound_sms_due", "inbound_sms")
    op.drop_index("ix_slow_calls_created_at", "slow_calls")
    op.drop_index("ix_early_reports_received_at", "early_reports")
