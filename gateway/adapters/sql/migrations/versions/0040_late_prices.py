"""When to ask for the price of an MT, and which text of the menu an amount of the ledger is for."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0038"
branch_labels = None
depends_on = None

_KEYS = ("month", "day", "institution", "service", "channel", "kind", "language", "unicode",
         "standing", "currency", "priced")  # fmt: skip
_DUE = sa.text("price_due_at IS NOT NULL")


def upgrade() -> None:
    """Adds them; of what was entered before, no text is known."""
    op.add_column("outbound_sms", sa.Column("price_due_at", sa.BigInteger))
    op.create_index(
        "ix_outbound_sms_price_due", "outbound_sms", ["price_due_at"],
        sqlite_where=_DUE, postgresql_where=_DUE,
    )  # fmt: skip
    for table in ("ledger_lines", "ledger_open"):
        op.add_column(table, sa.Column("template", sa.String, nullable=False, server_default=""))
    _key_lines_by(*_KEYS, "template")


def downgrade() -> None:
    """Drops them; the sums of texts become those of their services again."""
    columns = ", ".join(_KEYS)
    sums = ("number", "units", "extra", "millionths")
    added = ", ".join(f"CAST(sum({name}) AS BIGINT) AS {name}" for name in sums)
    op.execute(
        f"CREATE TABLE ledger_summed AS SELECT {columns}, {added} "  # noqa: S608 - our own names
        f"FROM ledger_lines GROUP BY {columns}"
    )
    op.execute("DELETE FROM ledger_lines")
    with op.batch_alter_table("ledger_lines") as table:
        table.drop_constraint("pk_ledger_lines", type_="primary")
        table.drop_column("template")
        table.create_primary_key("pk_ledger_lines", list(_KEYS))
    names = ", ".join((*_KEYS, *sums))
    op.execute(
        f"INSERT INTO ledger_lines ({names}) SELECT {names} FROM ledger_summed"  # noqa: S608
    )
    op.drop_table("ledger_summed")
    with op.batch_alter_table("ledger_open") as table:
        table.drop_column("template")
    op.drop_index("ix_outbound_sms_price_due", "outbound_sms")
    op.drop_column("outbound_sms", "price_due_at")


def _key_lines_by(*columns: str) -> None:
    with op.batch_alter_table("ledger_lines") as table:
        table.drop_constraint("pk_ledger_lines", type_="primary")
        table.create_primary_key("pk_ledger_lines", list(columns))
