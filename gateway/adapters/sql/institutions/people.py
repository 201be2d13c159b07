"""The `People` port on a database."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, Row, bindparam, delete, exists, inspect, select, update

from gateway.adapters.sql.engine import statements, transaction
from gateway.adapters.sql.institutions.audit_chain import append
from gateway.adapters.sql.institutions.tables import people, people_roles
from gateway.adapters.sql.institutions.what_lets_in import forget, take_back_links
from gateway.adapters.sql.upserts import insert_new, insert_or_update
from gateway.adapters.system.keyring import Keyring
from gateway.domain.faults_and_errors.errors import Refused
from gateway.domain.faults_and_errors.sentence import Sentence
from gateway.domain.institutions.person import Person
from gateway.domain.institutions.roles import EVERYWHERE, Role
from gateway.use_cases.ports.institutions import AuditEntry, RoleChange

_ANYBODY = select(exists().select_from(people))
_ALL = select(people).order_by(people.c.name)
_ONE = select(people).where(people.c.name == bindparam("of_name"))
_ROLES = select(people_roles.c.name, people_roles.c.institution, people_roles.c.role)
_ROLES_OF = _ROLES.where(people_roles.c.name == bindparam("of_name"))

_PUT = insert_or_update(people, "known_as", "added_at", "added_by", "removed_at")
_GIVE = insert_new(people_roles)
_TAKE_ALL = delete(people_roles).where(people_roles.c.name == bindparam("of_name"))
_TAKE = _TAKE_ALL.where(
    people_roles.c.institution == bindparam("of_institution"),
    people_roles.c.role == bindparam("of_role"),
)
_OF_NAME = update(people).where(people.c.name == bindparam("of_name"))
_CALL = _OF_NAME.values(known_as=bindparam("new"))
_REMOVE = _OF_NAME.values(removed_at=bindparam("now"), removed_by=bindparam("by"))
#: Two who change people at the same moment do so one after the other: they are few.
_LOCK = select(people.c.name).with_for_update()
_ADMINISTERED = select(
    exists().where(
        people_roles.c.institution == EVERYWHERE,
        people_roles.c.role == Role.ADMINISTRATOR.value,
    )
)
_FIRST = Sentence(
    "The first person has to be an administrator of every institution, who can then add the "
    "others.",
    by_command="See: gateway people add NAME --role administrator --everywhere",
)
_LAST = Sentence(
    "Then nobody could administer every institution any more. Give that role to somebody else "
    "before.",
    by_command="See: gateway people roles NAME --give administrator --everywhere",
)


class SqlPeople:
    """Fits the `People` port. All methods raise StoreUnavailable."""

    def __init__(self, engine: Engine, keyring: Keyring) -> None:
        self._engine = engine
        self._keyring = keyring

    def anybody(self) -> bool:
        """Returns whether a person was ever added; until then every name may act."""
        with statements(self._engine) as connection:
            return bool(connection.scalar(_ANYBODY))

    def find(self, name: str) -> Person | None:
        """Returns a person by the short name, removed or not; None where nobody is called so."""
        with statements(self._engine) as connection:
            return read(connection, name)

    def add(self, person: Person, entry: AuditEntry) -> bool:
        """Adds a person with their roles; brings back who was removed. False: the name is taken."""
        with self._changing(entry) as connection:
            known = read(connection, person.name)
            if known is not None and known.removed_at is None:
                return False
            _put(connection, person, entry)
        return True

    def change(
        self, name: str, changes: Sequence[RoleChange], known_as: str, entry: AuditEntry
    ) -> None:
        """Gives roles and takes them back, and links too; keeps `known_as`, where one is given."""
        with self._changing(entry) as connection:
            for each in changes:
                key = {"name": name, "institution": each.institution, "role": each.role.value}
                if each.given:
                    given = {**key, "given_at": entry.at, "given_by": entry.by}
                    connection.execute(_GIVE[connection.dialect.name], given)
                else:
                    connection.execute(_TAKE, {f"of_{part}": key[part] for part in key})
            take_back_links(connection, name)
            if known_as:
                connection.execute(_CALL, {"of_name": name, "new": known_as})

    def remove(self, name: str, entry: AuditEntry) -> None:
        """Takes all roles from a person, who acts no more; the name stays theirs."""
        with self._changing(entry) as connection:
            connection.execute(_TAKE_ALL, {"of_name": name})
            forget(connection, name)
            gone = {"of_name": name, "now": entry.at, "by": entry.by}
            connection.execute(_REMOVE, gone)

    @contextmanager
    def _changing(self, entry: AuditEntry) -> Iterator[Connection]:
        """Yields a transaction that ends with a line of the audit.

        Raises Refused where nobody would be left who may administer every institution.
        """
        with transaction(self._engine) as connection:
            before = connection.execute(_LOCK).all()
            yield connection
            if not connection.scalar(_ADMINISTERED):
                raise Refused(_FIRST if not before else _LAST)
            append(connection, self._keyring, [entry])

    def all(self) -> Sequence[Person]:
        """Returns everybody by name, those who were removed, too."""
        with statements(self._engine) as connection:
            rows = connection.execute(_ALL).all()
            roles = _by_name(connection.execute(_ROLES).all())
        return [_person(row, roles[row.name]) for row in rows]


def add_first(connection: Connection, keyring: Keyring, person: Person, entry: AuditEntry) -> bool:
    """Adds the first person within a transaction of the caller's; False where there is anybody."""
    if connection.scalar(_ANYBODY):
        return False
    _put(connection, person, entry)
    append(connection, keyring, [entry])
    return True


def _put(connection: Connection, person: Person, entry: AuditEntry) -> None:
    row = {"name": person.name, "known_as": person.known_as, "added_at": entry.at,
           "added_by": entry.by, "removed_at": None}  # fmt: skip
    roles = [
        {"name": person.name, "institution": where, "role": role.value, "given_at": entry.at,
         "given_by": entry.by}
        for where, held in person.roles.items() for role in sorted(held)
    ]  # fmt: skip
    connection.execute(_PUT[connection.dialect.name], row)
    connection.execute(_GIVE[connection.dialect.name], roles)


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


def are_kept(engine: Engine) -> bool:
    """Returns whether there is a table of people; raises StoreUnavailable."""
    with statements(engine) as connection:
        return inspect(connection).has_table(people.name)
