"""What a PIN guards stands in its key: an ID number's own PIN, on a phone that people share."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Makes the table of PINs anew.

    What the earlier ones guarded is not known: their owners prove once more whose they are.
    """
    op.drop_table("pins")
    _pins(("msisdn_index", "service", "of_index"))


def downgrade() -> None:
    """Makes it as it was, and empty."""
    op.drop_table("pins")
    _pins(("msisdn_index", "service"))


def _pins(key: tuple[str, ...]) -> None:
    kinds = {"msisdn_index": sa.LargeBinary, "service": sa.String, "of_index": sa.LargeBinary}
    op.create_table(
        "pins",
        *(sa.Column(name, kinds[name], nullable=False) for name in key),
        sa.Column("hash", sa.LargeBinary, nullable=False),
        sa.Column("wrong", sa.Integer, nullable=False),
        sa.Column("changed_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint(*key, name="pk_pins"),
    )
