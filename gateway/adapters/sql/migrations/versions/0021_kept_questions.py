"""Look-ups without an answer yet, which are asked again until there is one."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

_INDEXES = {
    "msisdn_index": ["msisdn_index"],
    "ask_at": ["ask_at", "service"],
    "service": ["service", "ask_at"],
    "screen": ["screen", "asked_at"],
    "expires_at": ["expires_at"],
}


def upgrade() -> None:
    """Makes the table, empty."""
    whole_number = sa.BigInteger().with_variant(sa.Integer, "sqlite")
    op.create_table(
        "kept_questions",
        sa.Column("id", whole_number, nullable=False),
        sa.Column("question_index", sa.LargeBinary, nullable=False),
        sa.Column("msisdn_index", sa.LargeBinary, nullable=False),
        sa.Column("msisdn_sealed", sa.LargeBinary, nullable=False),
        sa.Column("channel", sa.String, nullable=False),
        sa.Column("service", sa.String, nullable=False),
        sa.Column("screen", sa.String, nullable=False),
        sa.Column("dialogue_sealed", sa.LargeBinary, nullable=False),
        sa.Column("kept_at", sa.BigInteger, nullable=False),
        sa.Column("expires_at", sa.BigInteger, nullable=False),
        sa.Column("ask_at", sa.BigInteger, nullable=False),
        sa.Column("asked_at", sa.BigInteger, nullable=False),
        sa.Column("asks", sa.Integer, nullable=False, server_default="0"),
        sa.Column("failures", sa.Integer, nullable=False, server_default="0"),
        sa.Column("institution", sa.String, nullable=False, server_default=""),
        sa.PrimaryKeyConstraint("id", name="pk_kept_questions"),
        sa.UniqueConstraint("question_index", name="uq_kept_questions_question_index"),
        sqlite_autoincrement=True,
    )
    for name, columns in _INDEXES.items():
        op.create_index(f"ix_kept_questions_{name}", "kept_questions", columns)


def downgrade() -> None:
    """Drops it, with what it holds."""
    op.drop_table("kept_questions")
