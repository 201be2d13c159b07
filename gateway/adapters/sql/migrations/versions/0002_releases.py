"""Tables for releases: what was published, when it goes live, every shortcut ever given."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Makes the tables."""
    op.create_table(
        "releases",
        sa.Column("id", sa.String, nullable=False),
        sa.Column("sources", sa.LargeBinary, nullable=False),
        sa.Column("compiled", sa.LargeBinary, nullable=False),
        sa.Column("form", sa.String, nullable=False),
        sa.Column("stored_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_releases"),
    )
    op.create_table(
        "publications",
        sa.Column("id", _ID, nullable=False),
        sa.Column("release_id", sa.String, nullable=False),
        sa.Column("live_at", sa.BigInteger, nullable=False),
        sa.Column("published_at", sa.BigInteger, nullable=False),
        sa.Column("published_by", sa.String, nullable=False),
        sa.Column("note", sa.String, nullable=False),
        sa.Column("withdrawn", sa.Boolean(create_constraint=False), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_publications"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_publications_live_at", "publications", ["live_at", "id"])
    op.create_table(
        "published_shortcuts",
        sa.Column("shortcut", sa.String, nullable=False),
        sa.Column("service", sa.String, nullable=False),
        sa.Column("release_id", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("shortcut", name="pk_published_shortcuts"),
    )


def downgrade() -> None:
    """Drops them, with what they hold."""
    for table in ("published_shortcuts", "publications", "releases"):
        op.drop_table(table)
