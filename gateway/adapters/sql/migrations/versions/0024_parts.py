"""The segments of each MT, and the index by which institutions take turns in a lane."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

_NAME = "ix_outbound_sms_active"
_ACTIVE = sa.text("status = 'queued' OR status = 'leased' OR status = 'sending'")
_BEFORE = ("status", "channel", "lane", "due_at", "id")
_NOW = ("status", "channel", "lane", "institution", "due_at", "id")


def upgrade() -> None:
    """Adds the column, and makes the index anew.

    What is there is sealed: of it the provider's own count is taken, or 1 where it told none.
    """
    op.add_column(
        "outbound_sms", sa.Column("parts", sa.Integer, nullable=False, server_default="1")
    )
    op.execute("UPDATE outbound_sms SET parts = segments WHERE segments > 1")
    _index(_NOW)


def downgrade() -> None:
    """Makes the index of before again, and drops the column."""
    _index(_BEFORE)
    op.drop_column("outbound_sms", "parts")


def _index(columns: tuple[str, ...]) -> None:
    op.drop_index(_NAME, "outbound_sms")
    op.create_index(
        _NAME, "outbound_sms", list(columns), sqlite_where=_ACTIVE, postgresql_where=_ACTIVE
    )
