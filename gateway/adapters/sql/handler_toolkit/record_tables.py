"""A table for each one that the deployment declares, made from its declaration and widened by it.

Beside the declared columns a row has its owner, the time it was first put there, and a keyed hash
of owner and key, by which it is replaced; where each call adds a row, one of the call. A personal
column stands sealed, with a keyed hash beside it by which it can be asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import (
    Column,
    Connection,
    Engine,
    Index,
    LargeBinary,
    MetaData,
    String,
    Table,
    inspect,
    text,
)

from gateway.adapters.sql.changing.held_tables import change
from gateway.adapters.sql.engine import statements
from gateway.adapters.sql.sealed_columns import SealedTable
from gateway.adapters.sql.tables import Id, Instant
from gateway.adapters.system.keyring import Keyring
from gateway.domain.datasets.dataset import Table as Declared
from gateway.domain.faults_and_errors.errors import Refused

#: A declared column never has these names: it begins with a letter.
ID, KEY, OWNER, SINCE = "_id", "_key", "_owner", "_since"
#: Nodes that begin together wait for each other; any number that nobody else uses.
_ADVISORY_LOCK = 7402027


@lru_cache(maxsize=512)
def table_of(declared: Declared) -> Table:
    """Returns the table that holds the rows of a declared one.

    It is the same one for the same declaration: statements on it are then compiled once.
    """
    table = Table(
        f"rec_{declared.name}",
        MetaData(),
        Column(ID, Id, primary_key=True),
        Column(KEY, LargeBinary, nullable=False, unique=True),
        Column(OWNER, LargeBinary, nullable=False),
        Column(SINCE, Instant, nullable=False),
        *_declared_columns(declared),
        sqlite_autoincrement=True,
    )
    Index(f"ix_{table.name}_owner", table.c[OWNER])
    if declared.counted_by:
        Index(f"ix_{table.name}_counted", *(table.c[name] for name in declared.counted_by))
    return table


def index_column(name: str) -> str:
    """Returns the name of the column with the keyed hash of a personal one."""
    return f"_of_{name}"


def make(engine: Engine, tables: Iterable[Declared]) -> list[str]:
    """Makes the tables that are missing, and adds columns that were declared since.

    Returns the names of those it changed. Raises StoreUnavailable, and Refused when a column has
    become personal, or is so no longer: its values would have to be sealed or opened first.
    """
    wanted = tuple(tables)
    return change(engine, lambda connection: _made(connection, wanted))


def _made(connection: Connection, tables: Iterable[Declared]) -> list[str]:
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"SELECT pg_advisory_xact_lock({_ADVISORY_LOCK})"))
    changed = []
    inspector = inspect(connection)
    present = set(inspector.get_table_names())
    for declared in tables:
        table = table_of(declared)
        if table.name not in present:
            table.create(connection)
            changed.append(declared.name)
            continue
        columns = {each["name"]: each["type"] for each in inspector.get_columns(table.name)}
        for column in _missing(declared, table, columns):
            kind = column.type.compile(connection.dialect)
            empty = "" if isinstance(column.type, LargeBinary) else " DEFAULT '' NOT NULL"
            connection.execute(
                text(f'ALTER TABLE "{table.name}" ADD COLUMN "{column.name}" {kind}{empty}')
            )
            changed.append(declared.name)
        indexed = {each["name"] for each in inspector.get_indexes(table.name)}
        for index in table.indexes:
            if index.name not in indexed:  # places were declared since
                index.create(connection)
                changed.append(declared.name)
    return list(dict.fromkeys(changed))


@dataclass(frozen=True, slots=True)
class Difference:
    """How a stored table differs from its declaration.

    `absent` says that there is none yet, `added` are columns that it lacks, `left` those that
    nothing declares any more, and `turned` those that have become personal, or are so no longer.
    """

    name: str
    absent: bool = False
    added: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    turned: tuple[str, ...] = ()


def differences(engine: Engine, tables: Iterable[Declared]) -> Iterator[Difference]:
    """Yields how each stored table differs from its declaration; raises StoreUnavailable."""
    with statements(engine) as connection:
        inspector = inspect(connection)
        present = set(inspector.get_table_names())
        for declared in tables:
            table = table_of(declared)
            if table.name not in present:
                yield Difference(declared.name, absent=True)
                continue
            columns = {each["name"]: each["type"] for each in inspector.get_columns(table.name)}
            names = [column.name for column in declared.columns]
            yield Difference(
                declared.name,
                added=tuple(name for name in names if name not in columns),
                left=tuple(
                    name for name in columns if name not in names and not name.startswith("_")
                ),
                turned=tuple(
                    name
                    for name in names
                    if name in columns and _is_turned(table.c[name], columns[name])
                ),
            )


def sealed_as(declared: Declared, column: str) -> str:
    """Returns the purpose under which a personal column is sealed and indexed."""
    return f"record {declared.name}.{column}"


def sealed_of(declared: Declared) -> SealedTable:
    """Returns what is sealed in the table of a declared one, and what binds it to its row."""
    personal = [each.name for each in declared.columns if each.personal]
    return SealedTable(
        f"rec_{declared.name}", (KEY,), {name: sealed_as(declared, name) for name in personal}
    )


def key_of(
    keyring: Keyring, declared: Declared, owner: bytes, row: Mapping[str, str], told: Sequence[str]
) -> bytes:
    """Returns the keyed hash that makes a row the only one of its owner with this key.

    Of a table that has a row for each call, it is what makes `told`, the words of the call, one.
    """
    values = told if declared.many else (owner.hex(), *(row[name] for name in declared.key))
    return keyring.index(f"record {declared.name}", "\0".join(values))


def _declared_columns(declared: Declared) -> Iterator[Column[object]]:
    for each in declared.columns:
        if each.personal:
            # Null in rows that are older than the column.
            yield Column(each.name, LargeBinary)
            yield Column(index_column(each.name), LargeBinary)
        else:
            yield Column(each.name, String, nullable=False, server_default="")


def _missing(
    declared: Declared, table: Table, present: Mapping[str, object]
) -> Iterator[Column[object]]:
    for column in table.columns:
        kind = present.get(column.name)
        if kind is None:
            yield column
        elif _is_turned(column, kind):
            raise Refused(
                f"Column '{column.name}' of table '{declared.name}' was stored before with another "
                "value of `personal`. Give the column a new name."
            )


def _is_turned(column: Column[object], stored: object) -> bool:
    """Returns whether a column has become personal, or is so no longer."""
    return isinstance(column.type, LargeBinary) != isinstance(stored, LargeBinary)
