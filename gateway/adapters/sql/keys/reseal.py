"""Ends a rotation: seals every value with the newest key, bound to its row, while others write.

Rows are read in the order of their keys, some hundred at a time. A value is replaced only while it
is the one that was read, so that nothing newer is lost. What is sealed as it should be is left: a
run that was cut short is run again, and loses nothing but the time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    LargeBinary,
    Table,
    bindparam,
    exists,
    func,
    inspect,
    select,
    tuple_,
    update,
)

from gateway.adapters.sql.engine import statements, transaction
from gateway.adapters.sql.handler_toolkit.record_tables import make, sealed_of, table_of
from gateway.adapters.sql.keys import master_keys
from gateway.adapters.sql.schema import metadata
from gateway.adapters.sql.sealed_columns import SEALED, SealedTable
from gateway.adapters.system.keyring import Keyring
from gateway.domain.datasets.dataset import Table as Declared
from gateway.domain.faults_and_errors.errors import Refused

#: Few enough that an MO which is stored meanwhile hardly waits.
ROWS_AT_ONCE = 500


@dataclass(slots=True)
class Resealed:
    """What a run came to: rows looked at, values sealed anew, and what keeps old keys in use.

    `unreadable` are values that no key opens, by table; `undeclared` are tables of services that
    the deployment no longer declares. `retired` is how many keys are needed no more.
    """

    rows: int = 0
    values: int = 0
    unreadable: dict[str, int] = field(default_factory=dict)
    undeclared: list[str] = field(default_factory=list)
    retired: int = 0
    ended: bool = False


def count(engine: Engine, declared: Mapping[str, Declared]) -> int:
    """Returns how many rows there are to look at; raises StoreUnavailable."""
    make(engine, declared.values())
    with statements(engine) as connection:
        return sum(
            connection.scalar(select(func.count()).select_from(table)) or 0
            for table, _ in _places(declared)
        )


def reseal(
    engine: Engine,
    keyring: Keyring,
    declared: Mapping[str, Declared],
    progress: Callable[[int], object],
) -> Resealed:
    """Seals what is to be sealed anew, and then forgets the keys that nothing needs any more.

    `progress` is told how many rows were looked at since it was told last. Raises StoreUnavailable.
    """
    make(engine, declared.values())
    done = Resealed(undeclared=_undeclared(engine, declared))
    for table, sealed in _places(declared):
        for page in _pages(engine, table, sealed):
            _renew(engine, keyring, table, sealed, page, done)
            done.rows += len(page)
            progress(len(page))
    if not done.unreadable and not done.undeclared:
        with transaction(engine) as connection:
            # A process that was not started anew may have sealed with an old key meanwhile.
            done.ended = not any(_others(connection, keyring, *each) for each in _places(declared))
            if done.ended:
                done.retired = master_keys.forget_others(connection, keyring)
    return done


def _places(declared: Mapping[str, Declared]) -> Iterator[tuple[Table, SealedTable]]:
    for name, sealed in SEALED.items():
        yield metadata.tables[name], sealed
    for each in declared.values():
        if each.is_personal:
            yield table_of(each), sealed_of(each)


def _undeclared(engine: Engine, declared: Mapping[str, Declared]) -> list[str]:
    known = {f"rec_{name}" for name in declared}
    with statements(engine) as connection:
        inspector = inspect(connection)
        return [
            name
            for name in sorted(inspector.get_table_names())
            if name.startswith("rec_")
            and name not in known
            and any(
                isinstance(each["type"], LargeBinary) and not each["name"].startswith("_")
                for each in inspector.get_columns(name)
            )
        ]


def _pages(
    engine: Engine, table: Table, sealed: SealedTable
) -> Iterator[Sequence[Mapping[str, Any]]]:
    key = list(table.primary_key.columns)
    names = dict.fromkeys([*(each.name for each in key), *sealed.key, *sealed.purposes])
    page = select(*(table.c[name] for name in names)).order_by(*key).limit(ROWS_AT_ONCE)
    after = tuple_(*key) > tuple_(
        *(bindparam(f"after_{each.name}", type_=each.type) for each in key)
    )
    values: dict[str, object] = {}
    while True:
        with statements(engine) as connection:
            query = page.where(after) if values else page
            rows = connection.execute(query, values).mappings().all()
        if rows:
            yield [dict(row) for row in rows]
        if len(rows) < ROWS_AT_ONCE:
            return
        values = {f"after_{each.name}": rows[-1][each.name] for each in key}


def _renew(
    engine: Engine,
    keyring: Keyring,
    table: Table,
    sealed: SealedTable,
    page: Sequence[Mapping[str, Any]],
    done: Resealed,
) -> None:
    changes: dict[str, list[dict[str, object]]] = {}
    for row in page:
        for column in sealed.purposes:
            if not row[column] or sealed.is_current(keyring, column, row):
                continue
            try:
                clear = sealed.open(keyring, column, row)
            except Refused:
                done.unreadable[table.name] = done.unreadable.get(table.name, 0) + 1
                continue
            change = {f"of_{each.name}": row[each.name] for each in table.primary_key.columns}
            change |= {"read": row[column], "anew": sealed.seal(keyring, column, row, clear)}
            changes.setdefault(column, []).append(change)
    if not changes:
        return
    with transaction(engine) as connection:
        for column, rows in changes.items():
            connection.execute(_replace(table, column), rows)
            done.values += len(rows)


def _replace(table: Table, column: str) -> Any:
    key = [each == bindparam(f"of_{each.name}") for each in table.primary_key.columns]
    return (
        update(table)
        .where(*key, table.c[column] == bindparam("read"))
        .values({column: bindparam("anew")})
    )


def _others(connection: Connection, keyring: Keyring, table: Table, sealed: SealedTable) -> bool:
    """Returns whether a value in a table names another key than the newest."""
    first: list[ColumnElement[bool]] = [
        (func.length(table.c[column]) > 0)
        & (func.substr(table.c[column], 1, 1, type_=LargeBinary) != keyring.newest_name)
        for column in sealed.purposes
    ]
    return any(connection.scalar(select(exists().where(each))) for each in first)
