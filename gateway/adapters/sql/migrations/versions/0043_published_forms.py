"""The forms that were ever published: rows stand under them, whatever release is live."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0040"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Makes the table. Releases of before carry no forms: those of each server's folder count."""
    op.create_table(
        "published_forms",
        sa.Column("path", sa.String, nullable=False),
        sa.Column("text", sa.String, nullable=False),
        sa.Column("release_id", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("path", name="pk_published_forms"),
    )


def downgrade() -> None:
    """Drops it: the forms in the folders of the servers count again."""
    op.drop_table("published_forms")
