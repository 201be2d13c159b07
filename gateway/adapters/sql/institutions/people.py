"""The `People` port on a database."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Engine, Row, bindparam, exists, select

from gateway.adapters.sql.engine import statements
from gateway.adapters.sql.institutions.tables import people, people_roles
from gateway.domain.institutions.person import Person
from gateway.domain.institutions.roles import Role

_ANYBODY = select(exists().select_from(people))
_ALL = select(people).order_by(people.c.name)
_ONE = select(people).where(people.c.name == bindparam("of_name"))
_ROLES = select(people_roles.c.name, people_roles.c.institution, people_roles.c.role)
_ROLES_OF = _ROLES.where(people_roles.c.name == bindparam("of_name"))


class SqlPeople:
    """Fits the `People` port. All methods raise StoreUnavailable."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def anybody(self) -> bool:
        """Returns whether a person was ever added; until then every name may act."""
        with statements(self._engine) as connection:
            return bool(connection.scalar(_ANYBODY))

    def find(self, name: str) -> Person | None:
        """Returns a person by the short name, removed or not; None where nobody is called so."""
        with statements(self._engine) as connection:
            return read(connection, name)

    def all(self) -> Sequence[Person]:
        """Returns everybody by name, those who were removed, too."""
        with statements(self._engine) as connection:
            rows = connection.execute(_ALL).all()
            roles = _by_name(connection.execute(_ROLES).all())
        return [_person(row, roles[row.name]) for row in rows]


def read(connection: Connection, name: str) -> Person | None:
    """Returns a person, within a transaction of the caller's."""
    row = connection.execute(_ONE, {"of_name": name}).first()
    if row is None:
        return None
    return _person(row, _by_name(connection.execute(_ROLES_OF, {"of_name": name}).all())[name])


_Roles = dict[str, set[Role]]


def _by_name(rows: Sequence[Row[*tuple[Any, ...]]]) -> dict[str, _Roles]:
    roles: dict[str, _Roles] = defaultdict(lambda: defaultdict(set))
    for row in rows:
        roles[row.name][row.institution].add(Role(row.role))
    return roles


def _person(row: Row[Any], roles: _Roles) -> Person:
    return Person(
        name=row.name,
        known_as=row.known_as,
        roles={where: frozenset(held) for where, held in sorted(roles.items())},
        added_at=row.added_at,
        removed_at=row.removed_at,
    )
