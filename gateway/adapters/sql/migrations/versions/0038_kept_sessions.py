"""How each session went, found by a number; which turns are stored; and who works on a case."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Makes the tables; sessions are kept from the next one on."""
    op.create_table(
        "kept_sessions",
        sa.Column("id", _ID, nullable=False),
        sa.Column("session_key", sa.LargeBinary, nullable=False),
        sa.Column("began_at", sa.BigInteger, nullable=False),
        sa.Column("institution", sa.String, nullable=False),
        sa.Column("msisdn_index", sa.LargeBinary, nullable=False),
        sa.Column("channel", sa.String, nullable=False),
        sa.Column("network_code", sa.String, nullable=False),
        sa.Column("last_at", sa.BigInteger, nullable=False),
        sa.Column("course_sealed", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_kept_sessions"),
        sa.UniqueConstraint(
            "session_key",
            "began_at",
            "institution",
            name="uq_kept_sessions_session_key_began_at_institution",
        ),
        sqlite_autoincrement=True,
    )
    for name, columns in (
        ("ix_kept_sessions_subscriber", ["msisdn_index", "id"]),
        ("ix_kept_sessions_institution", ["institution", "id"]),
    ):
        op.create_index(name, "kept_sessions", columns)
    op.create_table(
        "stored_turns",
        sa.Column("stream", sa.String, nullable=False),
        sa.Column("first_id", sa.String, nullable=False),
        sa.Column("last_id", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("stream", name="pk_stored_turns"),
    )
    for table in ("cases", "help_desk_messages"):
        op.add_column(table, sa.Column("assigned_to", sa.String, nullable=False, server_default=""))
    waits = sa.text("status = 'received' OR status = 'in_progress'")
    for name, columns in (
        ("ix_cases_waiting", ["institution", "id"]),
        ("ix_cases_waiting_id", ["id"]),
    ):
        op.create_index(name, "cases", columns, sqlite_where=waits, postgresql_where=waits)
    op.create_index(
        "ix_help_desk_messages_institution", "help_desk_messages", ["institution", "status", "id"]
    )
    op.create_index("ix_cases_institution", "cases", ["institution", "id"])


def downgrade() -> None:
    """Drops them."""
    op.drop_index("ix_help_desk_messages_institution", "help_desk_messages")
    for name in ("ix_cases_institution", "ix_cases_waiting_id", "ix_cases_waiting"):
        op.drop_index(name, "cases")
    for table in ("help_desk_messages", "cases"):
        op.drop_column(table, "assigned_to")
    op.drop_table("stored_turns")
    op.drop_table("kept_sessions")
