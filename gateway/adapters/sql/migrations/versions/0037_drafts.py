"""Drafts of menus, the dialogues of releases, and which files a publication came on top of."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0035"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Makes the table. Releases of before have no dialogues: those of the files stand in."""
    op.create_table(
        "drafts",
        sa.Column("id", _ID, nullable=False),
        sa.Column("title", sa.String, nullable=False),
        sa.Column("owner", sa.String, nullable=False),
        sa.Column("handed_to", sa.String, nullable=False, server_default=""),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("base", sa.String, nullable=False),
        sa.Column("begun_at", sa.BigInteger, nullable=False),
        sa.Column("changed_at", sa.BigInteger, nullable=False),
        sa.Column("base_files", sa.LargeBinary, nullable=False),
        sa.Column("changes", sa.LargeBinary, nullable=False),
        sa.Column("authors", sa.String, nullable=False, server_default="[]"),
        sa.Column("services", sa.String, nullable=False, server_default=""),
        sa.Column("approved_by", sa.String, nullable=False, server_default=""),
        sa.Column("approved_at", sa.BigInteger),
        sa.Column("release_id", sa.String, nullable=False, server_default=""),
        sa.Column("live_at", sa.BigInteger),
        sa.Column("note", sa.String, nullable=False, server_default=""),
        sa.Column("trying_since", sa.BigInteger),
        sa.Column("trial", sa.LargeBinary),
        sa.PrimaryKeyConstraint("id", name="pk_drafts"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_drafts_changed_at", "drafts", ["changed_at"])
    op.add_column("releases", sa.Column("dialogues", sa.LargeBinary))
    op.add_column("publications", sa.Column("files", sa.String, nullable=False, server_default=""))


def downgrade() -> None:
    """Drops them: what was not published is lost."""
    op.drop_column("publications", "files")
    op.drop_column("releases", "dialogues")
    op.drop_table("drafts")
