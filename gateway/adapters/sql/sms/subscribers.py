"""The `Subscribers` port on a database."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, Engine, bindparam, select

from gateway.adapters.sql.by_driver.look_up import LookUp
from gateway.adapters.sql.engine import statements
from gateway.adapters.sql.sealed_columns import SUBSCRIBERS
from gateway.adapters.sql.tables import subscribers
from gateway.adapters.sql.upserts import insert_or_update
from gateway.adapters.system.keyring import Keyring
from gateway.domain.telecom.identity import Identity

_LANGUAGE = select(subscribers.c.language, subscribers.c.language_used).where(
    subscribers.c.msisdn_index == bindparam("of_index")
)
_ASKED_IN = select(subscribers.c.asked_in).where(
    subscribers.c.msisdn_index == bindparam("of_index")
)
_CHOOSE = insert_or_update(
    subscribers, "language", "changed_at", unless_older_than=subscribers.c.changed_at
)
_USE = insert_or_update(subscribers, "language_used")


class SqlSubscribers:
    """What is remembered of subscribers. All methods raise StoreUnavailable."""

    def __init__(self, engine: Engine, keyring: Keyring) -> None:
        self._engine = engine
        self._keyring = keyring
        self._language = LookUp(engine, _LANGUAGE)

    def language(self, subscriber: Identity) -> str:
        """Returns the chosen language, else the one last used, or an empty text."""
        row = self._language(self._keyring.index_of(subscriber))
        return "" if row is None else row[0] or row[1] or ""

    def asked_in(self, subscriber: Identity) -> bytes:
        """Returns the key of the session that asked for the language; empty when none did."""
        values = {"of_index": self._keyring.index_of(subscriber)}
        with statements(self._engine) as connection:
            return connection.scalar(_ASKED_IN, values) or b""

    def choose_language(
        self, subscriber: Identity, language: str, now: datetime, asked_in: bytes = b""
    ) -> None:
        """Keeps the choice; one that was made later stays, and the session that asked first."""
        with statements(self._engine) as connection:
            keep_language(connection, self._keyring, subscriber, language, now, asked_in)

    def use_language(self, subscriber: Identity, language: str, now: datetime) -> None:
        """Keeps the language of a whole dialogue, for who chooses none."""
        with statements(self._engine) as connection:
            keep_used(connection, self._keyring, [(subscriber, language)], now)


def keep_language(
    connection: Connection,
    keyring: Keyring,
    subscriber: Identity,
    language: str,
    now: datetime,
    asked_in: bytes = b"",
) -> None:
    """Stores a subscriber's language, within a transaction of the caller."""
    key = {"msisdn_index": keyring.index_of(subscriber)}
    row = {
        **key,
        "msisdn_sealed": SUBSCRIBERS.seal(keyring, "msisdn_sealed", key, subscriber.as_stored),
        "language": language,
        "changed_at": now,
        "asked_in": asked_in or None,
    }
    connection.execute(_CHOOSE[connection.dialect.name], row)


def keep_used(
    connection: Connection, keyring: Keyring, used: Sequence[tuple[Identity, str]], now: datetime
) -> None:
    """Stores the languages that subscribers have used, within a transaction of the caller."""
    rows = []
    for subscriber, language in used:
        key = {"msisdn_index": keyring.index_of(subscriber)}
        sealed = SUBSCRIBERS.seal(keyring, "msisdn_sealed", key, subscriber.as_stored)
        rows.append(
            {
                **key,
                "msisdn_sealed": sealed,
                "language": "",
                "changed_at": now,
                "language_used": language,
            }
        )
    if rows:
        connection.execute(_USE[connection.dialect.name], rows)
