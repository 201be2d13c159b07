"""Sums by one thing at a time: by service, language, network and, where it is asked, district.

By the three together there were as many rows in a day as sessions, until there were many.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0049"
down_revision = "0046"
branch_labels = None
depends_on = None

_COURSE = ("entered", "moved_on", "completed", "given_up", "failed", "refused", "turns", "seconds")
_PLACE = ("at", "institution", "service", "language", "network_code")
_GROUP = ("at", "institution", "kind", "name")
#: What leads to services, and is none.
_WAYS_IN = ("home", "language")


def _table(name: str, keys: tuple[str, ...]) -> None:
    op.create_table(
        name,
        *(
            sa.Column(key, sa.BigInteger() if key == "at" else sa.String(), nullable=False)
            for key in keys
        ),
        *(sa.Column(each, sa.BigInteger, nullable=False, server_default="0") for each in _COURSE),
        sa.PrimaryKeyConstraint(*keys, name=f"pk_{name}"),
    )


def _sums(name: str, keys: tuple[str, ...]) -> sa.TableClause:
    return sa.table(name, *map(sa.column, (*keys, *_COURSE)))


def upgrade() -> None:
    """Makes them of the sums that are there; no version that was released reads those."""
    _table("group_days", _GROUP)
    old, new = _sums("service_days", _PLACE), _sums("group_days", _GROUP)
    for kind, name in (
        ("service", old.c.service), ("language", old.c.language), ("network", old.c.network_code),
    ):  # fmt: skip
        found = (
            sa.select(
                old.c.at, old.c.institution, sa.literal(kind), name,
                *(sa.func.sum(old.c[each]) for each in _COURSE),
            )
            .where(old.c.service.not_in(_WAYS_IN))
            .group_by(old.c.at, old.c.institution, name)
        )  # fmt: skip
        op.execute(new.insert().from_select([*_GROUP, *_COURSE], found))
    op.drop_table("service_days")


def downgrade() -> None:
    """Keeps the sums by service: those by language and network would be counted once more."""
    _table("service_days", _PLACE)
    old, new = _sums("service_days", _PLACE), _sums("group_days", _GROUP)
    found = sa.select(
        new.c.at, new.c.institution, new.c.name, sa.literal(""), sa.literal(""),
        *(new.c[each] for each in _COURSE),
    ).where(new.c.kind == "service")  # fmt: skip
    op.execute(old.insert().from_select([*_PLACE, *_COURSE], found))
    op.drop_table("group_days")
