"""The `Audiences` port on a database: who wants to be told, and who stands in a list.

Each source is walked in the order of an index, from a cursor on. Whoever stands in it more than
once is found once: by the first of the districts, or of the topics, that they stand in.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, assert_never

from sqlalchemy import (
    ColumnElement,
    Engine,
    Row,
    Select,
    bindparam,
    exists,
    select,
)

from gateway.adapters.sql.broadcast.broadcast_tables import broadcast_recipients
from gateway.adapters.sql.engine import statements
from gateway.adapters.sql.handler_tables import subscriptions
from gateway.adapters.sql.sealed_columns import (
    BROADCAST_RECIPIENTS,
    CONSENTS,
    SUBSCRIPTIONS,
    SealedTable,
)
from gateway.adapters.sql.sms import consents
from gateway.adapters.sql.tables import named, subscribers
from gateway.adapters.system.keyring import Keyring
from gateway.domain.broadcast.audience import Source
from gateway.domain.broadcast.broadcast import Broadcast
from gateway.domain.broadcast.wording import DISTRICT
from gateway.domain.faults_and_errors.errors import Refused
from gateway.domain.telecom.consent import EVERYTHING, is_stopped
from gateway.use_cases.ports.sms.broadcasts import Member, Members

_sub, _row = subscriptions.c, broadcast_recipients.c


def _with_language(query: Select[Any], index: ColumnElement[bytes]) -> Select[Any]:
    known = (subscribers.c.language.label("chosen"), subscribers.c.language_used.label("used"))
    return query.add_columns(*known).outerjoin(subscribers, subscribers.c.msisdn_index == index)


def _of_district() -> Select[Any]:
    """Returns the subscribers of a district who are in none that was walked before it."""
    before = subscriptions.alias("before")
    was_found = exists().where(
        before.c.msisdn_index == _sub.msisdn_index,
        before.c.topic == bindparam("of_topic"),
        before.c.scope.in_(bindparam("walked", expanding=True)),
    )
    query = select(
        _sub.msisdn_index, _sub.topic, _sub.scope, _sub.msisdn_sealed, _sub.language
    ).where(
        _sub.topic == bindparam("of_topic"),
        _sub.scope == bindparam("of_scope"),
        _sub.msisdn_index > bindparam("after"),
        ~was_found,
    )
    return (
        _with_language(query, _sub.msisdn_index)
        .order_by(_sub.msisdn_index)
        .limit(bindparam("most"))
    )


_OF_DISTRICT = _of_district()
_OF_LIST = (
    _with_language(
        select(
            _row.broadcast_id,
            _row.msisdn_index,
            _row.msisdn_sealed,
            _row.values_sealed,
            _row.language,
        ),
        _row.msisdn_index,
    )
    .where(_row.broadcast_id == bindparam("of_id"), _row.msisdn_index > bindparam("after"))
    .order_by(_row.msisdn_index)
    .limit(bindparam("most"))
)
_OF_TOPIC = _with_language(consents.WANT_TOPIC, consents.INDEX)
_OF_INSTITUTION = _with_language(consents.WANT_INSTITUTION, consents.INDEX)
_NEXT_DISTRICT = (
    select(_sub.scope)
    .where(_sub.topic == bindparam("of_topic"), _sub.scope > bindparam("after"))
    .order_by(_sub.scope)
    .limit(1)
)
_NEXT_TOPIC = (
    select(_sub.topic).where(_sub.topic > bindparam("after")).order_by(_sub.topic).limit(1)
)


class SqlAudiences:
    """Fits the `Audiences` port. All methods raise StoreUnavailable."""

    def __init__(self, engine: Engine, keyring: Keyring) -> None:
        self._engine = engine
        self._keyring = keyring

    def members(self, broadcast: Broadcast, after: str, most: int) -> Members:
        """Returns the next recipients in a fixed order, each once; `after` is empty at first."""
        audience = broadcast.audience
        values: dict[str, Any] = {"most": most, "of_topic": audience.topic}
        match audience.source:
            case Source.LIST:
                found = self._step(_OF_LIST, {**values, "of_id": broadcast.id}, after)
                sealed = BROADCAST_RECIPIENTS
            case Source.INSTITUTION:
                place = {**values, "of_institution": broadcast.institution}
                found, sealed = self._step(_OF_INSTITUTION, place, after), CONSENTS
            case Source.TOPIC if audience.districts:
                return self._of_districts(broadcast, after, most)
            case Source.TOPIC:
                found, sealed = self._step(_OF_TOPIC, values, after), CONSENTS
            case _:
                assert_never(audience.source)
        cursor = found[-1].msisdn_index.hex() if found else after
        return self._opened(broadcast, found, sealed, cursor, ends=len(found) < most)

    def districts(self, topic: str) -> Sequence[str]:
        """Returns the scopes of a topic that anybody has subscribed to, in order."""
        return self._walk(_NEXT_DISTRICT, {"of_topic": topic})

    def topics(self) -> Sequence[str]:
        """Returns the topics that anybody has subscribed to, or said something about, in order."""
        subscribed, said = self._walk(_NEXT_TOPIC, {}), self._walk(consents.NEXT_TOPIC, {})
        return sorted(topic for topic in {*subscribed, *said} if not topic.startswith(EVERYTHING))

    def _walk(self, query: Select[Any], place: Mapping[str, str]) -> list[str]:
        """Returns what an index holds, each once, by seeks: however many rows have it."""
        found: list[str] = []
        with statements(self._engine) as connection:
            while True:
                after = {**place, "after": found[-1] if found else ""}
                value = connection.scalar(query, after)
                if value is None:
                    return found
                found.append(value)

    def _of_districts(self, broadcast: Broadcast, after: str, most: int) -> Members:
        """Walks one district after the other; the cursor is the place of the one, and an index."""
        districts = sorted(set(broadcast.audience.districts))
        place, _, last = (after or "0:").partition(":")
        at = int(place)
        values = {
            "most": most,
            "of_topic": broadcast.audience.topic,
            "of_scope": districts[at],
            "walked": districts[:at],
        }
        found = self._step(_OF_DISTRICT, values, last)
        is_over = len(found) < most
        ends = is_over and at + 1 == len(districts)
        cursor = f"{at + 1}:" if is_over and not ends else f"{at}:{_last(found, last)}"
        return self._opened(broadcast, found, SUBSCRIPTIONS, cursor, ends=ends)

    def _step(
        self, query: Select[Any], values: Mapping[str, Any], after: str
    ) -> Sequence[Row[Any]]:
        with statements(self._engine) as connection:
            return connection.execute(query, {**values, "after": bytes.fromhex(after)}).all()

    def _opened(
        self,
        broadcast: Broadcast,
        rows: Sequence[Row[Any]],
        sealed: SealedTable,
        cursor: str,
        *,
        ends: bool,
    ) -> Members:
        with statements(self._engine) as connection:
            said = consents.read(connection, [row.msisdn_index for row in rows]) if rows else {}
            whose = named(connection, broadcast.institution)
        members, unreadable = [], 0
        for row in rows:
            stored = row._mapping
            try:
                subscriber = sealed.open_subscriber(self._keyring, stored)
                values = self._values(stored, sealed)
            except (Refused, ValueError):
                unreadable += 1
                continue
            members.append(
                Member(
                    subscriber=subscriber,
                    index=row.msisdn_index,
                    language=row.chosen or row.used or stored.get("language") or "",
                    values=values,
                    stopped=is_stopped(broadcast.topic, said.get(row.msisdn_index, {}), whose),
                )
            )
        return Members(members, cursor, ends, unreadable)

    def _values(self, stored: Mapping[Any, Any], sealed: SealedTable) -> Mapping[str, str]:
        if sealed is BROADCAST_RECIPIENTS:
            text = sealed.open_text(self._keyring, "values_sealed", stored)
            values: dict[str, str] = json.loads(text)
            return values
        return {DISTRICT: stored["scope"]} if sealed is SUBSCRIPTIONS else {}


def _last(found: Sequence[Row[Any]], before: str) -> str:
    return found[-1].msisdn_index.hex() if found else before
