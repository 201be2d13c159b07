"""Changes tables of PostgreSQL that others read meanwhile, without holding those others up.

Whoever waits for a table to change it stands in a queue, and all who only want to read it stand
behind: a statement of a second, behind a backup of an hour, keeps every citizen from their answer
for that hour (PostgreSQL's manual, "Explicit Locking").
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import Connection, Engine, text

from gateway.adapters.sql.engine import statements, transaction
from gateway.domain.faults_and_errors.errors import StoreUnavailable
from gateway.use_cases.ports.time_left import seconds_left

T = TypeVar("T")

#: How long a table is waited for: less than a turn waits for the database (`waiting/limits.py`).
WAIT_MILLISECONDS = 1000
#: How long those behind are let go first, before it is tried again.
REST_SECONDS = 4.0
#: How often it is tried: for less than a ticker holds its lock.
TRIES = 3
#: The same where a person waits, and much would be to do again.
PATIENT_TRIES = 12

_NOT_AVAILABLE = "55P03"

# Of other roles nobody but a superuser is told since when.
_HOLDER = text(
    "SELECT pid, application_name, to_char(now() - xact_start, 'HH24:MI:SS') "
    "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "
    "AND xact_start IS NOT NULL ORDER BY xact_start LIMIT 1"
)


def change(
    engine: Engine,
    work: Callable[[Connection], T],
    *,
    tries: int = TRIES,
    tell: Callable[[str], object] = lambda sentence: None,
) -> T:
    """Returns what `work` does in a transaction, which is begun anew while somebody holds a table.

    `work` may be called several times; what it did before is undone each time. In a turn it is
    called once. `tell` is told once who is waited for. Raises StoreUnavailable, also when the table
    is still held at last.
    """
    if seconds_left() is not None:
        tries = 1
    for number in range(1, tries + 1):
        try:
            with transaction(engine) as connection:
                wait_shortly(connection)
                return work(connection)
        except StoreUnavailable as error:
            if not _is_held(error):
                raise
            if number == tries:
                raise StoreUnavailable(
                    f"{_who_holds(engine)} Nothing was changed. Run it again when that has ended."
                ) from error
            if number == 1:
                tell(f"{_who_holds(engine)} It is tried again every few seconds.")
        threading.Event().wait(REST_SECONDS)
    raise AssertionError("there is one try at least")


def wait_shortly(connection: Connection) -> None:
    """Has the statements of this transaction wait for a table for a second at most."""
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"SET LOCAL lock_timeout = {WAIT_MILLISECONDS}"))


def _is_held(error: StoreUnavailable) -> bool:
    cause = error.__cause__
    return getattr(getattr(cause, "orig", cause), "sqlstate", None) == _NOT_AVAILABLE


def _who_holds(engine: Engine) -> str:
    with statements(engine) as connection:
        found = connection.execute(_HOLDER).first()
    if found is None:
        return "A table is held by another program."
    pid, program, since = found
    named = f" ({program})" if program else ""
    return f"A table is held, perhaps by process {pid}{named}, at work for {since}."
