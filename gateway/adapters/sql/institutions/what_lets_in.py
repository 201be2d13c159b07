"""What lets a person in, and how it is taken away within a transaction of the caller's."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, bindparam, delete, insert

from gateway.adapters.sql.institutions.sign_in_tables import (
    console_sessions,
    credentials,
    one_time_links,
    recovery_codes,
)

#: What is known of a person, and lets them in: gone with them, and when they begin anew.
_OF_NAME = {
    table.name: delete(table).where(table.c.name == bindparam("of_name"))
    for table in (credentials, recovery_codes, one_time_links, console_sessions)
}


def forget(connection: Connection, name: str) -> None:
    """Removes all that lets a person in."""
    for statement in _OF_NAME.values():
        connection.execute(statement, {"of_name": name})


def take_back_links(connection: Connection, name: str) -> None:
    """Removes a person's links.

    Who has one sets the person's password: it must not outlive a change of what they may do.
    """
    connection.execute(_OF_NAME[one_time_links.name], {"of_name": name})


def put_codes(connection: Connection, name: str, codes: Sequence[bytes]) -> None:
    """Keeps a person's recovery codes, in the place of those before."""
    connection.execute(_OF_NAME[recovery_codes.name], {"of_name": name})
    rows = [{"name": name, "code_index": each} for each in codes]
    connection.execute(insert(recovery_codes), rows)
