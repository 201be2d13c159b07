"""The `ConsentRecords` port on a database: what stands, what was said, and what is imported."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Engine, Row, Table, bindparam, select

from gateway.adapters.sql.consent_log.tables import consent_changes
from gateway.adapters.sql.engine import statements, transaction
from gateway.adapters.sql.institutions.audit_chain import append
from gateway.adapters.sql.sealed_columns import CONSENT_CHANGES
from gateway.adapters.sql.sms import consents
from gateway.adapters.system.keyring import Keyring
from gateway.domain.faults_and_errors.errors import Refused
from gateway.domain.telecom.consent import ConsentState
from gateway.domain.telecom.identity import Identity, identity_from_stored
from gateway.use_cases.ports.consents import ConsentChange, ConsentLine, ConsentQuery, Taken
from gateway.use_cases.ports.institutions import AuditEntry

#: Rows that are read in one step.
AT_ONCE = 1000

_said = consent_changes.c
_OF_ONE = (
    select(consent_changes)
    .where(_said.msisdn_index == bindparam("of_index"))
    .order_by(_said.said_at.desc(), _said.id.desc())
    .limit(bindparam("most"))
)
_NEWEST = select(consent_changes).order_by(_said.id.desc()).limit(bindparam("most"))


class SqlConsentRecords:
    """Fits the `ConsentRecords` port. All methods raise StoreUnavailable."""

    def __init__(self, engine: Engine, keyring: Keyring) -> None:
        self._engine = engine
        self._keyring = keyring

    def standing(self, subscriber: Identity) -> Sequence[ConsentLine]:
        """Returns what a subscriber last said, by topic."""
        values = {"of_index": self._keyring.index_of(subscriber)}
        with statements(self._engine) as connection:
            rows = connection.execute(consents.OF_ONE, values).all()
        return [_standing(row, subscriber) for row in rows]

    def history(self, subscriber: Identity, most: int) -> Sequence[ConsentLine]:
        """Returns what a subscriber has said, the newest first."""
        values = {"of_index": self._keyring.index_of(subscriber), "most": most}
        with statements(self._engine) as connection:
            return [self._line(row) for row in connection.execute(_OF_ONE, values)]

    def newest(self, query: ConsentQuery, most: int) -> Sequence[ConsentLine]:
        """Returns what was said last and fits, the newest first."""
        wanted = _NEWEST.where(*_conditions(consent_changes, query))
        if query.since is not None:
            wanted = wanted.where(_said.said_at >= query.since)
        with statements(self._engine) as connection:
            return [self._line(row) for row in connection.execute(wanted, {"most": most})]

    def each(self, query: ConsentQuery) -> Iterator[ConsentLine]:
        """Yields all that stands and fits, in the order of a keyed index."""
        table, at = consents.HELD
        wanted = consents.EACH.where(*_conditions(table, query))
        if query.since is not None:
            wanted = wanted.where(at >= query.since)
        after, topic = b"", ""
        while True:
            values = {"after": after, "after_topic": topic, "most": AT_ONCE}
            with statements(self._engine) as connection:
                rows = connection.execute(wanted, values).all()
            for row in rows:
                yield _standing(row, self._number(row))
            if len(rows) < AT_ONCE:
                return
            after, topic = rows[-1].msisdn_index, rows[-1].topic

    def take(
        self, changes: Sequence[ConsentChange], entries: Sequence[AuditEntry], now: datetime
    ) -> Taken:
        """Keeps all of them with their proof, and who did so, in one transaction, or nothing."""
        with transaction(self._engine) as connection:
            counted = consents.keep(connection, self._keyring, changes, now)
            append(connection, self._keyring, entries)
        return Taken(changes=len(changes), overruled=len(changes) - counted)

    def _number(self, row: Row[Any]) -> Identity | None:
        try:
            return identity_from_stored(consents.number_of(self._keyring, row._mapping))
        except (Refused, ValueError):
            return None

    def _line(self, row: Row[Any]) -> ConsentLine:
        stored: Mapping[Any, Any] = row._mapping
        number: Identity | None = None
        words = ""
        try:
            if row.msisdn_sealed:
                number = CONSENT_CHANGES.open_subscriber(self._keyring, stored)
            if row.words_sealed:
                words = CONSENT_CHANGES.open_text(self._keyring, "words_sealed", stored)
        except (Refused, ValueError):
            pass  # no key opens it: that it was said stands all the same
        return ConsentLine(
            subscriber=number,
            topic=row.topic,
            institution=row.institution,
            state=ConsentState(row.state),
            said_at=row.said_at,
            source=row.source,
            channel=row.channel,
            words=words,
            by=stored["by"],
            stored_at=row.stored_at,
        )


def _standing(row: Row[Any], subscriber: Identity | None) -> ConsentLine:
    return ConsentLine(
        subscriber=subscriber,
        topic=row.topic,
        institution=row.institution,
        state=ConsentState(row.state),
        said_at=row.changed_at,
        source=row.source,
    )


def _conditions(table: Table, query: ConsentQuery) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if query.institutions is not None:
        found.append(table.c.institution.in_(sorted(query.institutions)))
    if query.topic:
        found.append(table.c.topic == query.topic)
    if query.state is not None:
        found.append(table.c.state == query.state.value)
    return found
