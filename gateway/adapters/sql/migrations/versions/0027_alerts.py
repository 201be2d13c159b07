"""Public warnings that were taken in, and the broadcasts that they became."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy import text

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

_TAKEN = text("state = 'taken'")


def upgrade() -> None:
    """Makes the tables, empty."""
    whole_number = sa.BigInteger().with_variant(sa.Integer, "sqlite")
    op.create_table(
        "alerts",
        sa.Column("id", whole_number, nullable=False),
        sa.Column("source", sa.String, nullable=False),
        sa.Column("sender", sa.String, nullable=False),
        sa.Column("identifier", sa.String, nullable=False),
        sa.Column("sent", sa.BigInteger, nullable=False),
        sa.Column("institution", sa.String, nullable=False, server_default=""),
        sa.Column("status", sa.String, nullable=False),
        sa.Column("message_type", sa.String, nullable=False),
        sa.Column("reading", sa.String, nullable=False),
        sa.Column("references", sa.String, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("received_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_alerts"),
        sa.UniqueConstraint(
            "source", "sender", "identifier", "sent",
            name="uq_alerts_source_sender_identifier_sent",
        ),
        sqlite_autoincrement=True,
    )  # fmt: skip
    op.create_index("ix_alerts_received_at", "alerts", ["received_at"])
    op.create_index(
        "ix_alerts_taken", "alerts", ["id"], sqlite_where=_TAKEN, postgresql_where=_TAKEN
    )
    op.create_table(
        "alert_drafts",
        sa.Column("alert_id", whole_number, nullable=False),
        sa.Column("place", sa.Integer, nullable=False),
        sa.Column("broadcast_id", whole_number, nullable=False),
        sa.Column("drafted_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("alert_id", "place", name="pk_alert_drafts"),
    )
    op.create_index("ix_alert_drafts_drafted_at", "alert_drafts", ["drafted_at"])


def downgrade() -> None:
    """Removes the tables, and what is in them."""
    op.drop_table("alert_drafts")
    op.drop_table("alerts")
