"""The index by which expired conversations are found holds the open ones only."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_INDEX, _TABLE = "ix_conversations_expires_at", "conversations"
_OPEN = sa.text("session_sealed IS NOT NULL")


def upgrade() -> None:
    """Makes it anew: closed rows stay for good and would be read at each sweep."""
    op.drop_index(_INDEX, _TABLE)
    op.create_index(_INDEX, _TABLE, ["expires_at"], sqlite_where=_OPEN, postgresql_where=_OPEN)


def downgrade() -> None:
    """Makes it as it was, over all rows."""
    op.drop_index(_INDEX, _TABLE)
    op.create_index(_INDEX, _TABLE, ["expires_at"])
