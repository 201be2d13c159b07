"""The `Subscriptions` port on a database: what subscribers want to be told of."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, Engine

from gateway.adapters.sql import idempotency
from gateway.adapters.sql.consent_log import log, places
from gateway.adapters.sql.consent_log.log import Said
from gateway.adapters.sql.engine import statements
from gateway.adapters.sql.handler_tables import subscriptions
from gateway.adapters.sql.sealed_columns import SUBSCRIPTIONS
from gateway.adapters.sql.sms import consents
from gateway.adapters.sql.upserts import insert_or_update
from gateway.adapters.system.keyring import Keyring
from gateway.domain.faults_and_errors.errors import NoWayBySms
from gateway.domain.handler_contract.service_call import ServiceCall
from gateway.domain.telecom.consent import ConsentState
from gateway.use_cases.ports import ConsentChange

_ADD = insert_or_update(subscriptions, "language")


class SqlSubscriptions:
    """Subscriptions in a database. All methods raise StoreUnavailable."""

    def __init__(self, engine: Engine, keyring: Keyring) -> None:
        self._engine = engine
        self._keyring = keyring

    def add(self, call: ServiceCall, topic: str, scope: str = "") -> None:
        """Subscribes, in the language spoken; it also consents to the topic.

        Raises NoWayBySms where no SMS can come.
        """
        if not call.by_sms:
            raise NoWayBySms("No SMS can reach who subscribes.")
        key = {"msisdn_index": self._index(call), "topic": topic, "scope": scope}
        subscriber = call.subscriber.as_stored
        row = {
            **key,
            "msisdn_sealed": SUBSCRIPTIONS.seal(self._keyring, "msisdn_sealed", key, subscriber),
            "language": call.language,
            "since": call.at,
        }
        consent = ConsentChange(
            subscriber=call.subscriber,
            topic=topic,
            state=ConsentState.OPTED_IN,
            source=f"subscription {call.handler}",
            channel=call.channel,
            institution=call.institution,
        )

        def write(connection: Connection) -> int:
            connection.execute(_ADD[connection.dialect.name], row)
            consents.keep(connection, self._keyring, [consent], call.at)
            return 1

        words = ("subscribe", topic, scope)
        idempotency.once(self._engine, self._keyring, call, *words, write=write)

    def remove(self, call: ServiceCall, topic: str, scope: str = "") -> bool:
        """Ends a subscription, and keeps the proof of it; returns whether there was one."""
        refusal = ConsentChange(
            subscriber=call.subscriber,
            topic=topic,
            state=ConsentState.OPTED_OUT,
            source=f"subscription {call.handler}",
            channel=call.channel,
            institution=call.institution,
            place=scope,
        )

        def write(connection: Connection) -> int:
            ended = places.end(connection, self._index(call), topic, scope)
            if ended and scope:
                said = Said.of(self._keyring, refusal, call.at)
                log.note(connection, self._keyring, [said], call.at)
            return ended

        words = ("unsubscribe", topic, scope)
        return bool(idempotency.once(self._engine, self._keyring, call, *words, write=write))

    def of(self, call: ServiceCall) -> Sequence[tuple[str, str]]:
        """Returns topic and scope of each subscription, in order."""
        with statements(self._engine) as connection:
            return places.of(connection, self._index(call))

    def _index(self, call: ServiceCall) -> bytes:
        return self._keyring.index_of(call.subscriber)
