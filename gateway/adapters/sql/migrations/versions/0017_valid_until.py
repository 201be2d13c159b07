"""Whose a reminder is, and an index by which MTs are found that are no longer valid."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy import text

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_LAPSES = text("status = 'queued' AND valid_until IS NOT NULL")


def upgrade() -> None:
    """Adds both; earlier reminders are the deployment's own."""
    op.add_column(
        "reminders", sa.Column("institution", sa.String, nullable=False, server_default="")
    )
    op.create_index(
        "ix_outbound_sms_valid_until", "outbound_sms", ["valid_until"],
        sqlite_where=_LAPSES, postgresql_where=_LAPSES,
    )  # fmt: skip


def downgrade() -> None:
    """Drops both."""
    op.drop_index("ix_outbound_sms_valid_until", "outbound_sms")
    op.drop_column("reminders", "institution")
