"""Notes who has looked at what belongs to a subscriber; nothing of what was read stands here.

What services do in a dialogue is noted here alone. What people do and see is recorded in the audit
(`institutions/audit_chain.py`), which notes it here, too: one record, and citizens read their part.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection

from gateway.adapters.sql.handler_tables import audit
from gateway.adapters.sql.upserts import insert_new
from gateway.adapters.system.keyring import Keyring

_INSERT = insert_new(audit)


def note(
    connection: Connection,
    keyring: Keyring,
    *,
    owners: Iterable[bytes],
    who: str,
    what: str,
    look: str,
    at: datetime,
) -> None:
    """Notes that `who` has seen (or changed) `what` of each owner (a number's index).

    `look` names the one occasion: the same look again is one note.
    """
    rows = [
        {
            "look_index": keyring.index("look", f"{look}\0{who}\0{what}\0{owner.hex()}"),
            "msisdn_index": owner,
            "who": who,
            "what": what,
            "at": at,
        }
        for owner in dict.fromkeys(owners)
    ]
    if rows:
        connection.execute(_INSERT[connection.dialect.name], rows)
