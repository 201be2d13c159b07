"""Whose it is: what a PIN guards, and the subscriber of a resume point and of a slow call."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Makes the table of PINs anew, and adds the columns by which a subscriber's rows are found.

    What earlier PINs guarded is not known: their owners prove once more whose they are. Earlier
    rows of the others keep no owner; they go within hours.
    """
    op.drop_table("pins")
    _pins(("msisdn_index", "service", "of_index"))
    op.add_column("resume_points", sa.Column("msisdn_index", sa.LargeBinary))
    op.add_column("resume_points", sa.Column("created_at", sa.BigInteger))
    op.add_column("slow_calls", sa.Column("msisdn_index", sa.LargeBinary))


def downgrade() -> None:
    """Takes the columns away; the table of PINs is as it was, and empty."""
    op.drop_column("slow_calls", "msisdn_index")
    op.drop_column("resume_points", "created_at")
    op.drop_column("resume_points", "msisdn_index")
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
