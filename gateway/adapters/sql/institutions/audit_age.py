"""The audit's oldest lines go: the hash of the last of them stays in the head, for what follows."""

from __future__ import annotations

from datetime import datetime
from itertools import takewhile

from sqlalchemy import Engine, bindparam, delete, select, update

from gateway.adapters.sql.engine import statements, transaction
from gateway.adapters.sql.handler_tables import audit as looks
from gateway.adapters.sql.institutions.audit_check import read_head
from gateway.adapters.sql.institutions.tables import audit_heads, audit_trail
from gateway.adapters.system.keyring import Keyring
from gateway.domain.institutions.roles import EVERYWHERE

_line, _head = audit_trail.c, audit_heads.c
#: The chain of every institution stays: it tells who was given which role, and which chains began.
_DUE = (
    select(_head.institution)
    .join(
        audit_trail,
        (_line.institution == _head.institution) & (_line.line == _head.first_line),
    )
    .where(_head.institution != EVERYWHERE, _line.at < bindparam("before"), _head.line > _line.line)
)
_LOCK = select(_head.line).where(_head.institution == bindparam("of_institution")).with_for_update()
_OLDEST = (
    select(_line.line, _line.at, _line.mac)
    .where(
        _line.institution == bindparam("of_institution"),
        _line.line >= bindparam("first"),
        _line.line < bindparam("last"),
    )
    .order_by(_line.line)
    .limit(bindparam("most"))
)
_REMOVE = delete(audit_trail).where(
    _line.institution == bindparam("of_institution"), _line.line <= bindparam("upto")
)
_REMOVE_LOOKS = delete(looks).where(
    looks.c.chain == bindparam("of_institution"), looks.c.line <= bindparam("upto")
)
_BEGIN_AT = (
    update(audit_heads)
    .where(_head.institution == bindparam("of_institution"))
    .values(
        first_line=bindparam("first"), first_mac=bindparam("before_it"), seal=bindparam("new_seal")
    )
)


def shorten(engine: Engine, keyring: Keyring, before: datetime, most: int) -> int:
    """Removes up to `most` of the oldest lines of each chain; returns how many they were.

    The last line of a chain stays. A chain whose head is not ours is left as it is, for who looks.
    """
    with statements(engine) as connection:
        due = connection.scalars(_DUE, {"before": before}).all()
    return sum(_shorten(engine, keyring, name, before, most) for name in due)


def _shorten(
    engine: Engine, keyring: Keyring, institution: str, before: datetime, most: int
) -> int:
    of = {"of_institution": institution}
    with transaction(engine) as connection:
        connection.execute(_LOCK, of)
        found = read_head(connection, institution)
        if found is None or found[1] != found[0].seal(keyring):
            return 0
        head = found[0]
        bounds = {**of, "first": head.first_line, "last": head.line, "most": most}
        rows = connection.execute(_OLDEST, bounds).all()
        old = list(takewhile(lambda row: row.at < before, rows))
        expected = range(head.first_line, head.first_line + len(old))
        if not old or [row.line for row in old] != list(expected):  # one is missing: see `verify`
            return 0
        upto = old[-1]
        connection.execute(_REMOVE, {**of, "upto": upto.line})
        connection.execute(_REMOVE_LOOKS, {**of, "upto": upto.line})
        begins = head.beginning(upto.line + 1, upto.mac)
        connection.execute(_BEGIN_AT, {
            **of, "first": begins.first_line, "before_it": begins.first_mac,
            "new_seal": begins.seal(keyring),
        })  # fmt: skip
    return len(old)
