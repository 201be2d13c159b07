"""What later releases need: whose it is, how long it holds, and the keys that seal it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

#: Their rows are those of an institution; messages to the help desk had the column before.
_OF_INSTITUTIONS = ("consents", "inbound_sms", "conversations", "outbound_sms", "cases", "turns")


def upgrade() -> None:
    """Adds the columns and the table of master keys.

    No row is written: both databases keep a default beside the table, so that a million rows take
    no longer than one. Earlier rows are the deployment's as a whole. What is sealed stays readable,
    and is bound to its row by `gateway keys reseal`.
    """
    for table in _OF_INSTITUTIONS:
        op.add_column(table, sa.Column("institution", sa.String, nullable=False, server_default=""))
    op.add_column("outbound_sms", sa.Column("valid_until", sa.BigInteger))
    op.add_column(
        "outbound_sms", sa.Column("template_id", sa.String, nullable=False, server_default="")
    )
    op.add_column(
        "outbound_sms",
        sa.Column("resend_of", sa.BigInteger().with_variant(sa.Integer, "sqlite")),
    )
    op.create_table(
        "master_keys",
        sa.Column("key_id", sa.String, nullable=False),
        sa.Column("index_key_sealed", sa.LargeBinary, nullable=False),
        sa.Column("since", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("key_id", name="pk_master_keys"),
    )


def downgrade() -> None:
    """Drops them. What was bound to its row by then, the release before cannot open."""
    op.drop_table("master_keys")
    for column in ("resend_of", "template_id", "valid_until"):
        op.drop_column("outbound_sms", column)
    for table in _OF_INSTITUTIONS:
        op.drop_column(table, "institution")
