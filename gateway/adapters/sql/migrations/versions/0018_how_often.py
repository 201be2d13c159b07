"""Indexes by which it is seen how much a subscriber has left for people of late."""

from __future__ import annotations

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_MESSAGES = "ix_help_desk_messages_subscriber"


def upgrade() -> None:
    """Makes them, in the place of one by the subscriber alone."""
    op.drop_index(_MESSAGES, "help_desk_messages")
    op.create_index(_MESSAGES, "help_desk_messages", ["msisdn_index", "opened_at"])
    op.create_index("ix_cases_subscriber", "cases", ["msisdn_index", "opened_at"])


def downgrade() -> None:
    """Goes back."""
    op.drop_index("ix_cases_subscriber", "cases")
    op.drop_index(_MESSAGES, "help_desk_messages")
    op.create_index(_MESSAGES, "help_desk_messages", ["msisdn_index"])
