"""Which phones have proven whose data they ask for, and how often others got it wrong."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Makes both tables, empty: nobody has proven anything yet as they count it."""
    op.create_table(
        "proofs",
        sa.Column("what_index", sa.LargeBinary, nullable=False),
        sa.Column("msisdn_index", sa.LargeBinary, nullable=False),
        sa.Column("msisdn_sealed", sa.LargeBinary, nullable=False),
        sa.Column("channel", sa.String, nullable=False),
        sa.Column("language", sa.String, nullable=False),
        sa.Column("proved_at", sa.BigInteger, nullable=False),
        sa.Column("told_at", sa.BigInteger, nullable=True),
        sa.PrimaryKeyConstraint("what_index", "msisdn_index", name="pk_proofs"),
    )
    op.create_index("ix_proofs_proved_at", "proofs", ["proved_at"])
    op.create_index("ix_proofs_msisdn_index", "proofs", ["msisdn_index"])
    op.create_table(
        "proof_tries",
        sa.Column("scope_index", sa.LargeBinary, nullable=False),
        sa.Column("wrong", sa.Integer, nullable=False),
        sa.Column("last_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("scope_index", name="pk_proof_tries"),
    )
    op.create_index("ix_proof_tries_last_at", "proof_tries", ["last_at"])


def downgrade() -> None:
    """Drops them, with what they hold."""
    op.drop_table("proof_tries")
    op.drop_table("proofs")
