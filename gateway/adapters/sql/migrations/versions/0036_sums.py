"""Sums of turns and SMS by stretches of time; they count from this step on."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0030"
branch_labels = None
depends_on = None

_COURSE = ("entered", "moved_on", "completed", "given_up", "failed", "refused", "turns", "seconds")
_VOLUME = ("turns", "begun", "entered", "completed", "given_up", "failed", "refused", "late")
_TABLES = (
    ("turn_sums", ("span", "at", "institution", "channel"), _VOLUME),
    ("answer_times", ("span", "at", "institution", "channel", "bucket"), ("number",)),
    ("service_days", ("at", "institution", "service", "language", "network_code"), _COURSE),
    ("screen_days", ("at", "institution", "service", "screen"), _COURSE),
    ("refusal_days", ("at", "institution", "service", "screen", "refused_as"), ("number",)),
    ("sms_sums", ("span", "at", "institution", "channel", "look", "status"),
     ("number", "segments")),
)  # fmt: skip
_KINDS: dict[str, sa.types.TypeEngine[Any]] = {"at": sa.BigInteger(), "bucket": sa.Integer()}
_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Makes them. What was before is not summed: no turn of then says where it came from.

    SMS are looked at from the next one on: how older ones stood at their time nobody knows.
    """
    for name, keys, sums in _TABLES:
        op.create_table(
            name,
            *(sa.Column(key, _KINDS.get(key, sa.String()), nullable=False) for key in keys),
            *(sa.Column(each, sa.BigInteger, nullable=False, server_default="0") for each in sums),
            sa.PrimaryKeyConstraint(*keys, name=f"pk_{name}"),
        )
    short = sa.text("span != 'day'")
    for name in ("turn_sums", "answer_times", "sms_sums"):
        op.create_index(f"ix_{name}_at", name, ["at"], sqlite_where=short, postgresql_where=short)
    op.create_table(
        "sms_looks",
        sa.Column("look", sa.String, nullable=False),
        sa.Column("last_id", _ID, nullable=False),
        sa.PrimaryKeyConstraint("look", name="pk_sms_looks"),
    )
    op.execute(
        "INSERT INTO sms_looks SELECT look, (SELECT coalesce(max(id), 0) FROM inbound_sms) "
        "FROM (SELECT 'came' AS look UNION ALL SELECT 'routed') AS looks"
    )
    op.execute(
        "INSERT INTO sms_looks SELECT look, (SELECT coalesce(max(id), 0) FROM outbound_sms) FROM "
        "(SELECT 'accepted' AS look UNION ALL SELECT 'quarter' UNION ALL SELECT 'day') AS looks"
    )


def downgrade() -> None:
    """Drops them."""
    op.drop_table("sms_looks")
    for name, _, _ in reversed(_TABLES):
        op.drop_table(name)
