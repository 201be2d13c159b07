"""Writes that are done once for a call: the same call again gets the result it got at first.

A call may write more than once, and the same words again. Each run of its handler counts them, so
that the second of the same words is known as the second, in this run and in the next.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import Connection, Engine, bindparam, select, update

from gateway.adapters.handler_calls.current_call import count_write, times_written
from gateway.adapters.sql.engine import transaction
from gateway.adapters.sql.handler_tables import desk_calls
from gateway.adapters.sql.upserts import insert_new
from gateway.adapters.system.keyring import Keyring
from gateway.domain.handler_contract.service_call import ServiceCall

_row = desk_calls.c
_BEGIN = insert_new(desk_calls, returning=(_row.call_index,))
_RESULT = select(_row.result).where(_row.call_index == bindparam("of_index"))
_KEEP = update(desk_calls).where(_row.call_index == bindparam("of_index"))


def call_index(keyring: Keyring, call: ServiceCall, *what: str) -> bytes:
    """Returns the key of what a call does once at most, however often it asks for it."""
    return keyring.index("desk call", "\0".join((call.key, *what)))


def begin(connection: Connection, index: bytes, at: datetime) -> str | None:
    """Notes a write that begins; returns None when it is new, else the result noted so far."""
    row = {"call_index": index, "result": "", "at": at}
    if connection.scalar(_BEGIN[connection.dialect.name], row) is not None:
        return None
    return connection.scalar(_RESULT, {"of_index": index}) or ""


def noted(connection: Connection, index: bytes) -> str | None:
    """Returns the result of a write that was done; None of one that was not."""
    return connection.scalar(_RESULT, {"of_index": index})


def keep(connection: Connection, index: bytes, result: str) -> None:
    """Notes what a write came to."""
    connection.execute(_KEEP.values(result=result), {"of_index": index})


@contextmanager
def one_write(
    engine: Engine, keyring: Keyring, call: ServiceCall, *what: str
) -> Iterator[tuple[Connection, bytes]]:
    """Yields a transaction, and the key of this write among those of its call.

    `what` is the write in words. It counts when it is committed: one that failed can be tried
    again under the same key.
    """
    words = (call.key, *what)
    index = call_index(keyring, call, *what, str(times_written(words)))
    with transaction(engine) as connection:
        yield connection, index
    count_write(words)


def once(
    engine: Engine,
    keyring: Keyring,
    call: ServiceCall,
    *what: str,
    write: Callable[[Connection], int],
) -> int:
    """Returns what `write` returns, or what it returned when the call did this the first time.

    A write and its note are kept together, in one transaction.
    """
    with one_write(engine, keyring, call, *what) as (connection, index):
        noted = begin(connection, index, call.at)
        if noted is not None:
            return int(noted or 0)
        result = write(connection)
        keep(connection, index, str(result))
        return result
