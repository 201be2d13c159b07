"""Writes that are done once for a call: the same call again gets the result it got at first."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, delete, select, update

from gateway.adapters.database.desk_tables import desk_calls
from gateway.adapters.database.inserts import insert_new
from gateway.adapters.keyring import Keyring
from gateway.domain.service_call import ServiceCall

#: No turn, MO or job is tried again after so long.
REMEMBERED_FOR = timedelta(days=7)

_row = desk_calls.c
_BEGIN = insert_new(desk_calls, returning=(_row.call_index,))
_RESULT = select(_row.result).where(_row.call_index == bindparam("of_index"))
_KEEP = update(desk_calls).where(_row.call_index == bindparam("of_index"))
_FORGET = delete(desk_calls).where(_row.at < bindparam("before"))


def call_index(keyring: Keyring, call: ServiceCall, *what: str) -> bytes:
    """Returns the key of one write of a call; `what` tells the writes of a call apart."""
    return keyring.index("desk call", "\0".join((call.key, *what)))


def begin(connection: Connection, index: bytes, at: datetime) -> str | None:
    """Notes a write that begins; returns None when it is new, else the result noted so far."""
    row = {"call_index": index, "result": "", "at": at}
    if connection.scalar(_BEGIN[connection.dialect.name], row) is not None:
        return None
    return connection.scalar(_RESULT, {"of_index": index}) or ""


def keep(connection: Connection, index: bytes, result: str) -> None:
    """Notes what a write came to."""
    connection.execute(_KEEP.values(result=result), {"of_index": index})


def once(connection: Connection, index: bytes, at: datetime, write: Callable[[], int]) -> int:
    """Returns what `write` returns, or what it returned the first time.

    It runs within a transaction of the caller, so that a write and its note are kept together.
    """
    noted = begin(connection, index, at)
    if noted is not None:
        return int(noted or 0)
    result = write()
    keep(connection, index, str(result))
    return result


def forget(connection: Connection, now: datetime) -> None:
    """Removes the notes that nobody will ask for any more."""
    connection.execute(_FORGET, {"before": now - REMEMBERED_FOR})
