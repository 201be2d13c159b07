"""Tables for: help desk."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Makes the tables."""
    op.create_table(
        "help_desk_messages",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("key_index", sa.LargeBinary, nullable=False),
        sa.Column("channel", sa.String, nullable=False),
        sa.Column("sender", sa.String, nullable=False),
        sa.Column("link_id", sa.String, nullable=False),
        sa.Column("in_reply_to", _BIG),
        sa.Column("institution", sa.String, nullable=False),
        sa.Column("language", sa.String, nullable=False),
        sa.Column("msisdn_index", sa.LargeBinary, nullable=False),
        sa.Column("msisdn_sealed", sa.LargeBinary, nullable=False),
        sa.Column("text_sealed", sa.LargeBinary, nullable=False),
        sa.Column("answer_sealed", sa.LargeBinary),
        sa.Column("status", sa.String, nullable=False),
        sa.Column("opened_at", sa.BigInteger, nullable=False),
        sa.Column("changed_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_help_desk_messages"),
        sa.UniqueConstraint("key_index", name="uq_help_desk_messages_key_index"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_help_desk_messages_status", "help_desk_messages", ["status", "id"])
    op.create_index("ix_help_desk_messages_subscriber", "help_desk_messages", ["msisdn_index"])


def downgrade() -> None:
    """Removes the tables, with what they hold."""
    op.drop_table("help_desk_messages")
