"""What people prove themselves with to the console, and who is in it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Makes the tables, empty: nobody was ever let into a console."""
    op.create_table(
        "credentials",
        sa.Column("name", sa.String, nullable=False),
        sa.Column("password_hash", sa.String, nullable=False),
        sa.Column("secret_sealed", sa.LargeBinary, nullable=False),
        sa.Column("last_step", sa.BigInteger, nullable=False),
        sa.Column("set_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_credentials"),
    )
    op.create_table(
        "recovery_codes",
        sa.Column("name", sa.String, nullable=False),
        sa.Column("code_index", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("name", "code_index", name="pk_recovery_codes"),
    )
    op.create_table(
        "one_time_links",
        sa.Column("key_index", sa.LargeBinary, nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("made_at", sa.BigInteger, nullable=False),
        sa.Column("expires_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("key_index", name="pk_one_time_links"),
    )
    op.create_index("ix_one_time_links_expires_at", "one_time_links", ["expires_at"])
    op.create_index("ix_one_time_links_name", "one_time_links", ["name"])
    op.create_table(
        "console_sessions",
        sa.Column("key_index", sa.LargeBinary, nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("begun_at", sa.BigInteger, nullable=False),
        sa.Column("seen_at", sa.BigInteger, nullable=False),
        sa.Column("proven_at", sa.BigInteger, nullable=False),
        sa.Column("expires_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("key_index", name="pk_console_sessions"),
    )
    op.create_index("ix_console_sessions_expires_at", "console_sessions", ["expires_at"])
    op.create_index("ix_console_sessions_name", "console_sessions", ["name"])


def downgrade() -> None:
    """Drops them: everybody has to be let in anew."""
    for table in ("console_sessions", "one_time_links", "recovery_codes", "credentials"):
        op.drop_table(table)
