"""Which master keys a database was sealed with, and the index key that outlives them.

The index key is made from a master key only once. From then on it stands here, sealed with each
key that is in use: numbers, and who has said STOP, are found after any rotation. The copies are
also what tells a wrong key from a right one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Engine, RowMapping, delete, func, select

from gateway.adapters.sql.engine import statements, transaction
from gateway.adapters.sql.schema import metadata
from gateway.adapters.sql.sealed_columns import SEALED, SealedTable
from gateway.adapters.sql.tables import master_keys
from gateway.adapters.sql.upserts import insert_new
from gateway.adapters.system.keyring import Keyring
from gateway.domain.faults_and_errors.errors import Refused
from gateway.domain.text.secret_comparison import same_secret

_row = master_keys.c
_ALL = select(_row.key_id, _row.index_key_sealed, _row.since).order_by(_row.since, _row.key_id)
_ADD = insert_new(master_keys)

_LACKING = (
    "Put it into GATEWAY_KEY again, behind the newest and a comma. It is no longer needed once "
    "'gateway keys reseal' has ended."
)


@dataclass(frozen=True, slots=True)
class MasterKey:
    """A key by its public name; `held` tells whether this deployment has it."""

    id: str
    since: datetime | None
    held: bool
    newest: bool


def index_key(engine: Engine, keyring: Keyring) -> bytes:
    """Returns the key of the index; raises StoreUnavailable, and Refused for a wrong master key."""
    try:
        with statements(engine) as connection:
            copies = _copies(connection)
    except Refused:  # the table is not there yet: the index is still made from the oldest key
        copies = {}
    return _unwrapped(keyring, copies) or keyring.oldest_index_key


def settle(engine: Engine, keyring: Keyring, now: datetime) -> None:
    """Notes the newest key, when the database is seen to be one of this deployment's keys.

    Raises StoreUnavailable, and Refused when `GATEWAY_KEY` is wrong or lacks a key that is needed.
    """
    with statements(engine) as connection:
        copies = _copies(connection)
        if not copies:
            _check_samples(connection, keyring)
    _check(keyring, copies)
    if keyring.key_ids[0] in copies:
        return
    stored = _unwrapped(keyring, copies) or keyring.oldest_index_key
    new = keyring.each_alone() if not copies else keyring.each_alone()[:1]
    rows = [
        {
            "key_id": each.key_ids[0],
            "index_key_sealed": each.wrap_index_key(stored),
            "since": now,
        }
        for each in new
    ]
    with transaction(engine) as connection:
        connection.execute(_ADD[connection.dialect.name], rows)


def listed(engine: Engine, keyring: Keyring) -> Sequence[MasterKey]:
    """Returns the keys of the database and of the deployment, the newest first."""
    with statements(engine) as connection:
        since = {row.key_id: row.since for row in connection.execute(_ALL)}
    names = [*keyring.key_ids, *(each for each in since if each not in keyring.key_ids)]
    return [
        MasterKey(
            id=each,
            since=since.get(each),
            held=each in keyring.key_ids,
            newest=each == keyring.key_ids[0],
        )
        for each in names
    ]


def forget_others(connection: Connection, keyring: Keyring) -> int:
    """Takes away all keys but the newest, within a transaction; returns how many they were."""
    others = delete(master_keys).where(_row.key_id != keyring.key_ids[0])
    return connection.execute(others).rowcount


def _copies(connection: Connection) -> dict[str, bytes]:
    return {row.key_id: row.index_key_sealed for row in connection.execute(_ALL)}


def _unwrapped(keyring: Keyring, copies: Mapping[str, bytes]) -> bytes | None:
    found = keyring.unwrap_index_key(copies)
    if found is None and copies:
        raise Refused(_wrong(copies))
    return found


def _wrong(copies: Mapping[str, bytes]) -> str:
    return (
        f"GATEWAY_KEY is not a key of this database, which was sealed with key "
        f"{', '.join(copies)}. Nothing in it can be read. Set the key that belongs to it, or "
        "another database_url."
    )


def _check(keyring: Keyring, copies: Mapping[str, bytes]) -> None:
    _unwrapped(keyring, copies)
    missing = [each for each in copies if each not in keyring.key_ids]
    if missing:
        raise Refused(
            f"The database still holds what key {', '.join(missing)} has sealed, and GATEWAY_KEY "
            f"lacks it. {_LACKING}"
        )


def _check_samples(connection: Connection, keyring: Keyring) -> None:
    """Tries what earlier versions have sealed, which have noted no key."""
    opened = unopened = 0
    for sealed, column, row in _samples(connection):
        if not keyring.knows(row[column]):
            raise Refused(
                f"A value in {sealed.name} was sealed with a key that GATEWAY_KEY lacks. {_LACKING}"
            )
        try:
            text = sealed.open_text(keyring, column, row)
        except Refused:
            unopened += 1
            continue
        opened += 1
        if (
            column == "msisdn_sealed"
            and row["msisdn_index"]
            and not same_secret(row["msisdn_index"], keyring.index_of_oldest("msisdn", text))
        ):
            raise Refused(f"The index was made with a key that GATEWAY_KEY lacks. {_LACKING}")
    if unopened and not opened:
        raise Refused(
            "GATEWAY_KEY is not the key of this database: nothing in it can be read. Set the key "
            "that belongs to it, or another database_url."
        )


def _samples(connection: Connection) -> Iterator[tuple[SealedTable, str, RowMapping]]:
    for sealed in SEALED.values():
        table = metadata.tables[sealed.name]
        for column in sealed.purposes:
            filled = select(table).where(func.length(table.c[column]) > 0).limit(1)
            for order in (
                table.primary_key.columns,
                [each.desc() for each in table.primary_key.columns],
            ):
                row = connection.execute(filled.order_by(*order)).mappings().first()
                if row is not None:
                    yield sealed, column, row
