"""Notes who has looked at what belongs to a subscriber; nothing of what was read stands here."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, Engine

from gateway.adapters.sql.engine import transaction
from gateway.adapters.sql.handler_tables import audit
from gateway.adapters.sql.upserts import insert_new
from gateway.adapters.system.keyring import Keyring
from gateway.domain.telecom.identity import Identity

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


class SqlLooks:
    """Fits the `Looks` port."""

    def __init__(self, engine: Engine, keyring: Keyring) -> None:
        self._engine = engine
        self._keyring = keyring

    def note(self, subscribers: Iterable[Identity], who: str, what: str, at: datetime) -> None:
        """Notes that somebody has read something of subscribers; raises StoreUnavailable.

        `who` is a person or an office, as its citizens read it.
        """
        owners = [self._keyring.index_of(each) for each in subscribers]
        with transaction(self._engine) as connection:
            note(
                connection,
                self._keyring,
                owners=owners,
                who=who,
                what=what,
                look=at.isoformat(),
                at=at,
            )
