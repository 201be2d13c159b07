"""Broadcasts, the lists that are uploaded for them, and which broadcast an MT is of."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy import text

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

_OPEN = text("closed_at IS NULL")
_OF_ONE = text("broadcast_id IS NOT NULL")


def upgrade() -> None:
    """Makes the tables, empty, and the indexes by which audiences are walked."""
    whole_number = sa.BigInteger().with_variant(sa.Integer, "sqlite")
    op.create_table(
        "broadcasts",
        sa.Column("id", whole_number, nullable=False),
        sa.Column("key_index", sa.LargeBinary, nullable=False),
        sa.Column("institution", sa.String, nullable=False, server_default=""),
        sa.Column("topic", sa.String, nullable=False),
        sa.Column("title", sa.String, nullable=False),
        sa.Column("lane", sa.String, nullable=False),
        sa.Column("channel", sa.String, nullable=False),
        sa.Column("audience", sa.String, nullable=False),
        sa.Column("texts_sealed", sa.LargeBinary, nullable=False),
        sa.Column("fallback", sa.String, nullable=False),
        sa.Column("per_minute", sa.Integer, nullable=False),
        sa.Column("service_code", sa.String, nullable=False),
        sa.Column("valid_until", sa.BigInteger),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("why", sa.String, nullable=False, server_default=""),
        sa.Column("created_by", sa.String, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("changed_at", sa.BigInteger, nullable=False),
        sa.Column("version", sa.Integer, nullable=False, server_default="0"),
        sa.Column("estimate", sa.String, nullable=False, server_default=""),
        sa.Column("approved_by", sa.String, nullable=False, server_default=""),
        sa.Column("approved_at", sa.BigInteger),
        sa.Column("start_at", sa.BigInteger),
        sa.Column("cursor", sa.String, nullable=False, server_default=""),
        sa.Column("filled", sa.Integer, nullable=False, server_default="0"),
        sa.Column("left_out", sa.String, nullable=False, server_default=""),
        sa.Column("next_at", sa.BigInteger),
        sa.Column("held", sa.Boolean(create_constraint=False), nullable=False),
        sa.Column("filled_at", sa.BigInteger),
        sa.Column("list_rows", sa.Integer),
        sa.Column("closed_at", sa.BigInteger),
        sa.PrimaryKeyConstraint("id", name="pk_broadcasts"),
        sa.UniqueConstraint("key_index", name="uq_broadcasts_key_index"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_broadcasts_open", "broadcasts", ["id"], sqlite_where=_OPEN, postgresql_where=_OPEN
    )
    op.create_table(
        "broadcast_recipients",
        sa.Column("broadcast_id", whole_number, nullable=False),
        sa.Column("msisdn_index", sa.LargeBinary, nullable=False),
        sa.Column("msisdn_sealed", sa.LargeBinary, nullable=False),
        sa.Column("values_sealed", sa.LargeBinary, nullable=False),
        sa.Column("language", sa.String, nullable=False),
        sa.Column("loaded_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("broadcast_id", "msisdn_index", name="pk_broadcast_recipients"),
    )
    for column in ("msisdn_index", "loaded_at"):
        op.create_index(f"ix_broadcast_recipients_{column}", "broadcast_recipients", [column])
    op.add_column("outbound_sms", sa.Column("broadcast_id", whole_number))
    op.create_index(
        "ix_outbound_sms_broadcast", "outbound_sms", ["broadcast_id", "status", "due_at"],
        sqlite_where=_OF_ONE, postgresql_where=_OF_ONE,
    )  # fmt: skip
    op.drop_index("ix_subscriptions_topic", "subscriptions")
    op.create_index(
        "ix_subscriptions_audience", "subscriptions", ["topic", "scope", "msisdn_index"]
    )
    op.create_index("ix_consents_topic", "consents", ["topic", "msisdn_index"])
    op.create_index("ix_consents_institution", "consents", ["institution", "msisdn_index"])


def downgrade() -> None:
    """Drops them; drafts and lists are lost, MTs stay."""
    op.drop_index("ix_consents_institution", "consents")
    op.drop_index("ix_consents_topic", "consents")
    op.drop_index("ix_subscriptions_audience", "subscriptions")
    op.create_index("ix_subscriptions_topic", "subscriptions", ["topic", "scope"])
    op.drop_index("ix_outbound_sms_broadcast", "outbound_sms")
    op.drop_column("outbound_sms", "broadcast_id")
    op.drop_table("broadcast_recipients")
    op.drop_table("broadcasts")
