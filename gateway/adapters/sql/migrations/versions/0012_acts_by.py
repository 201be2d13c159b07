"""Who has moved a case, who has settled a message, and who has loaded a dataset."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_NEW = (("case_events", "by"), ("help_desk_messages", "settled_by"), ("datasets", "loaded_by"))


def upgrade() -> None:
    """Adds the columns; of what was done before, and by older nodes, nobody is known."""
    for table, name in _NEW:
        op.add_column(table, sa.Column(name, sa.String, nullable=False, server_default=""))


def downgrade() -> None:
    """Drops them, with what they hold."""
    for table, name in _NEW:
        with op.batch_alter_table(table) as changed:
            changed.drop_column(name)
