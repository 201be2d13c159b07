"""The `HelpDesk` port on a database, and its side towards handlers, the `Help` port."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, Row, bindparam, select, update

from gateway.adapters.sql import idempotency
from gateway.adapters.sql.casework import how_often
from gateway.adapters.sql.engine import statements, transaction
from gateway.adapters.sql.help_desk_rows import add, help_desk_messages
from gateway.adapters.sql.institutions.audit_chain import append
from gateway.adapters.sql.sealed_columns import HELP_DESK
from gateway.adapters.sql.sms import outbound_rows
from gateway.adapters.system.keyring import Keyring
from gateway.domain.faults_and_errors.errors import NoWayBySms, Refused
from gateway.domain.handler_contract.service_call import ServiceCall
from gateway.domain.telecom.help_desk_message import (
    HelpDeskMessage,
    HelpDeskStatus,
    NewHelpDeskMessage,
)
from gateway.domain.telecom.identity import Identity
from gateway.domain.telecom.sms import NewSms
from gateway.use_cases.ports.institutions import AuditEntry

_row = help_desk_messages.c
_OF_KEY = select(_row.id).where(_row.key_index == bindparam("of_key"))
_NEWEST = how_often.newest_of(help_desk_messages, _row.opened_at)
_READ = select(help_desk_messages).where(_row.id == bindparam("of_id"))
_KEY = select(_row.key_index).where(_row.id == bindparam("of_id"))
_ASSIGN = (
    update(help_desk_messages)
    .where(
        _row.id == bindparam("of_id"),
        _row.status == HelpDeskStatus.OPEN.value,
        _row.assigned_to != bindparam("to"),
    )
    .values(assigned_to=bindparam("to"))
)
_SETTLE = (
    update(help_desk_messages)
    .where(_row.id == bindparam("of_id"), _row.status == HelpDeskStatus.OPEN.value)
    .values(
        status=bindparam("becomes"),
        answer_sealed=bindparam("answer"),
        changed_at=bindparam("now"),
        settled_by=bindparam("by"),
    )
)


class SqlHelpDesk:
    """Messages to the help desk; texts and numbers are sealed. Raises StoreUnavailable."""

    def __init__(self, engine: Engine, keyring: Keyring) -> None:
        self._engine = engine
        self._keyring = keyring

    def leave(self, call: ServiceCall, institution: str, text: str) -> str:
        """Stores a message and returns its reference; the same call again returns the same one.

        Raises TooOften for who leaves messages without end, and NoWayBySms for whom no answer can
        reach.
        """
        if not call.by_sms:
            raise NoWayBySms("No SMS can reach who asks.")
        words = ("ask", institution, text)
        with idempotency.one_write(self._engine, self._keyring, call, *words) as (
            connection,
            index,
        ):
            message = NewHelpDeskMessage(
                key=f"call {index.hex()}",
                channel=call.channel,
                subscriber=call.subscriber,
                text=text,
                language=call.language,
                institution=institution,
            )
            key = {"of_key": self._keyring.index("help desk", message.key)}
            known = connection.scalar(_OF_KEY, key)
            if known is None:
                subscriber = self._keyring.index_of(call.subscriber)
                how_often.hold_to(connection, _NEWEST, subscriber, call)
                add(connection, self._keyring, [message], call.at)
                known = connection.scalar(_OF_KEY, key)
            return str(known)

    def newest(
        self,
        status: HelpDeskStatus | None,
        institution: str,
        limit: int,
        within: frozenset[str] | None = None,
        *,
        subscriber: Identity | None = None,
        assigned_to: str | None = None,
        opened_before: datetime | None = None,
        skip: int = 0,
    ) -> Sequence[HelpDeskMessage]:
        """Returns messages: open ones oldest first, since they wait; all others newest first."""
        waits = status is HelpDeskStatus.OPEN
        query = select(help_desk_messages).order_by(_row.id if waits else _row.id.desc())
        if status is not None:
            query = query.where(_row.status == status.value)
        if institution:
            query = query.where(_row.institution == institution)
        if within is not None:
            query = query.where(_row.institution.in_(sorted(within)))
        if subscriber is not None:
            query = query.where(_row.msisdn_index == self._keyring.index_of(subscriber))
        if assigned_to is not None:
            query = query.where(_row.assigned_to == assigned_to)
        if opened_before is not None:
            query = query.where(_row.opened_at < opened_before)
        with statements(self._engine) as connection:
            return [
                self._opened(row) for row in connection.execute(query.limit(limit).offset(skip))
            ]

    def read(self, message_id: int) -> HelpDeskMessage | None:
        """Returns a message, or None."""
        with statements(self._engine) as connection:
            row = connection.execute(_READ, {"of_id": message_id}).first()
        return None if row is None else self._opened(row)

    def answer(self, message_id: int, answer: NewSms, entry: AuditEntry) -> bool:
        """Marks an open message as answered and accepts its answer, in one transaction."""
        with transaction(self._engine) as connection:
            key = connection.execute(_KEY, {"of_id": message_id}).mappings().first()
            if key is None:
                return False
            sealed = HELP_DESK.seal(self._keyring, "answer_sealed", key, answer.text)
            if not _settled(connection, message_id, HelpDeskStatus.ANSWERED, sealed, entry):
                return False
            outbound_rows.add(connection, self._keyring, [answer], entry.at)
            append(connection, self._keyring, [entry])
        return True

    def close(self, message_id: int, entry: AuditEntry) -> bool:
        """Closes an open message without an answer; returns False when it is not open."""
        with transaction(self._engine) as connection:
            if not _settled(connection, message_id, HelpDeskStatus.CLOSED, None, entry):
                return False
            append(connection, self._keyring, [entry])
        return True

    def assign(self, message_id: int, to: str, entry: AuditEntry) -> bool:
        """Says who answers an open message; returns False when that is so, or it is not open."""
        with transaction(self._engine) as connection:
            if connection.execute(_ASSIGN, {"of_id": message_id, "to": to}).rowcount != 1:
                return False
            append(connection, self._keyring, [entry])
        return True

    def _opened(self, row: Row[Any]) -> HelpDeskMessage:
        keyring, stored, told = self._keyring, row._mapping, row.answer_sealed
        try:
            subscriber = HELP_DESK.open_subscriber(keyring, stored)
            text = HELP_DESK.open_text(keyring, "text_sealed", stored)
            answer = HELP_DESK.open_text(keyring, "answer_sealed", stored) if told else ""
        except Refused:  # its key is gone: one such message must not hide the others
            subscriber, text, answer = None, "", ""
        return HelpDeskMessage(
            id=row.id,
            channel=row.channel,
            subscriber=subscriber,
            text=text,
            language=row.language,
            institution=row.institution,
            sender=row.sender,
            link_id=row.link_id,
            in_reply_to=row.in_reply_to,
            status=HelpDeskStatus(row.status),
            answer=answer,
            opened_at=row.opened_at,
            changed_at=row.changed_at,
            settled_by=row.settled_by,
            assigned_to=row.assigned_to,
        )


def _settled(
    connection: Connection,
    message_id: int,
    becomes: HelpDeskStatus,
    answer: bytes | None,
    entry: AuditEntry,
) -> bool:
    """Returns whether a message was open, and is settled now."""
    values = {"of_id": message_id, "becomes": becomes.value, "answer": answer}
    by = {"by": entry.by, "now": entry.at}
    return connection.execute(_SETTLE, {**values, **by}).rowcount == 1
