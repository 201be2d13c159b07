"""The steps of MTs whose outcome was unknown, and how reports come; indexes of what may end."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy import text

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def _or(*statuses: str) -> str:
    return " OR ".join(f"status = '{each}'" for each in statuses)


_BEFORE = {
    "ix_outbound_sms_active": (
        ["status", "channel", "lane", "institution", "due_at", "id"],
        _or("queued", "leased", "sending"),
    ),
    "ix_outbound_sms_age": (["status", "created_at"], "status = 'queued'"),
    "ix_outbound_sms_valid_until": (
        ["valid_until"], "status = 'queued' AND valid_until IS NOT NULL",
    ),
}  # fmt: skip
_ENDS = _or("queued", "sent", "unknown")
_AFTER = {
    "ix_outbound_sms_active": (
        ["status", "channel", "lane", "institution", "due_at", "id"],
        _or("queued", "leased", "sending", "unknown"),
    ),
    "ix_outbound_sms_age": (
        ["status", "lane", "created_at"], f"({_ENDS}) AND valid_until IS NULL",
    ),
    "ix_outbound_sms_valid_until": (
        ["status", "valid_until"], f"({_ENDS}) AND valid_until IS NOT NULL",
    ),
    "ix_outbound_sms_resend_of": (["resend_of"], "resend_of IS NOT NULL"),
}  # fmt: skip


def upgrade() -> None:
    """Makes the tables, empty, and the indexes anew: minutes where there are millions of MTs."""
    op.create_table(
        "sms_steps",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("sms_id", _BIG, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("detail", sa.String, nullable=False, server_default=""),
        sa.Column("by", sa.String, nullable=False, server_default=""),
        sa.Column("other_id", _BIG),
        sa.PrimaryKeyConstraint("id", name="pk_sms_steps"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_sms_steps_sms", "sms_steps", ["sms_id", "id"])
    op.create_table(
        "report_flow",
        sa.Column("channel", sa.String, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("through", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("channel", name="pk_report_flow"),
    )
    _replace(_BEFORE, _AFTER)


def downgrade() -> None:
    """Drops the tables, with what they hold, and makes the indexes that were there."""
    _replace(_AFTER, _BEFORE)
    op.drop_table("report_flow")
    op.drop_table("sms_steps")


def _replace(old: dict[str, tuple[list[str], str]], new: dict[str, tuple[list[str], str]]) -> None:
    for name in old:
        op.drop_index(name, "outbound_sms")
    for name, (columns, where) in new.items():
        op.create_index(
            name, "outbound_sms", columns,
            sqlite_where=text(where), postgresql_where=text(where),
        )  # fmt: skip
