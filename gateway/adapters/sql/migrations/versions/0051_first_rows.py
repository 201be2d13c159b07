"""A place for the marks of first rows in the lists that are loaded.

Their rows bear none until they are loaded anew: until then a list goes from value to value.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0051"
down_revision = "0049"
branch_labels = None
depends_on = None

_TEXT = sa.String().with_variant(postgresql.VARCHAR(collation="C"), "postgresql")


def upgrade() -> None:
    """Adds it to each list; that takes no time, however many rows it has."""
    bind = op.get_bind()
    held = sa.inspect(bind)
    loaded = sa.table("datasets", sa.column("name"))
    for name in bind.scalars(sa.select(loaded.c.name)).all():
        table = f"data_{name}"
        if held.has_table(table) and "_firsts" not in {
            each["name"] for each in held.get_columns(table)
        }:
            op.add_column(table, sa.Column("_firsts", _TEXT, nullable=False, server_default=""))


def downgrade() -> None:
    """Leaves it: nobody before asks for it, and indexes may stand on it."""
