"""The proof of what subscribers said about our writing to them: each time, for good."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Makes the table, empty: of what was said before, `consents` has the last word alone."""
    op.create_table(
        "consent_changes",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("key_index", sa.LargeBinary, nullable=False),
        sa.Column("msisdn_index", sa.LargeBinary, nullable=False),
        sa.Column("msisdn_sealed", sa.LargeBinary, nullable=False),
        sa.Column("topic", sa.String, nullable=False),
        sa.Column("institution", sa.String, nullable=False, server_default=""),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("said_at", sa.BigInteger, nullable=False),
        sa.Column("source", sa.String, nullable=False),
        sa.Column("channel", sa.String, nullable=False, server_default=""),
        sa.Column("words_sealed", sa.LargeBinary),
        sa.Column("by", sa.String, nullable=False, server_default=""),
        sa.Column("stored_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_consent_changes"),
        sa.UniqueConstraint("key_index", name="uq_consent_changes_key_index"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_consent_changes_subscriber", "consent_changes", ["msisdn_index", "id"])


def downgrade() -> None:
    """Drops the table, with what it holds."""
    op.drop_table("consent_changes")
