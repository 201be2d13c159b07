"""The `Inbox` port on a database: each MO stored once, and routed once."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import takewhile
from typing import Any

from sqlalchemy import Engine, Row, bindparam, select, update

from gateway.adapters.sql.casework import help_desk_threads
from gateway.adapters.sql.engine import statements, transaction
from gateway.adapters.sql.sealed_columns import INBOUND
from gateway.adapters.sql.sms import (
    conversations,
    earlier_texts,
    inbound_leases,
    inbound_outcomes,
)
from gateway.adapters.sql.sms.inbound_batch import SqlInboundBatch, to_stored
from gateway.adapters.sql.tables import inbound_sms
from gateway.adapters.sql.upserts import insert_new
from gateway.adapters.system.keyring import Keyring
from gateway.domain.faults_and_errors.errors import Refused
from gateway.domain.telecom.help_desk_message import NewHelpDeskMessage
from gateway.domain.telecom.identity import Identity
from gateway.domain.telecom.retry_schedule import next_delay
from gateway.domain.telecom.sms import InboundSms
from gateway.use_cases.ports import Conversation, Routed, StoredInbound

_mo = inbound_sms.c
_BY_ID = _mo.id == bindparam("of_id")
_WAITS = _mo.due_at.is_not(None)

_ACCEPT = insert_new(inbound_sms, returning=(_mo.id,), values={"due_at": inbound_leases.DUE_AT})
_READ = select(inbound_sms).where(_BY_ID, _WAITS)
_TRIED = select(inbound_sms).where(_BY_ID, _WAITS).with_for_update()
_PUT_OFF = (
    update(inbound_sms)
    .where(_BY_ID)
    .values(
        due_at=bindparam("due"),
        error=bindparam("why"),
        outcome=bindparam("what"),
    )
)


class SqlInbox:
    """MOs in a database. All methods raise StoreUnavailable."""

    def __init__(self, engine: Engine, keyring: Keyring) -> None:
        self._engine = engine
        self._keyring = keyring

    def accept(
        self, channel: str, sms: InboundSms, now: datetime, put_off_to: datetime | None = None
    ) -> int | None:
        """Stores an MO; returns its id, or None when its provider reference is already stored."""
        key = {"channel": channel, "provider_ref": sms.provider_ref}
        index = self._keyring.index_of(sms.subscriber)
        row = {
            **key,
            "msisdn_index": index,
            "msisdn_sealed": INBOUND.seal(
                self._keyring, "msisdn_sealed", key, sms.subscriber.as_stored
            ),
            "to_address": sms.to,
            "text_sealed": INBOUND.seal(self._keyring, "text_sealed", key, sms.text),
            "link_id": sms.link_id,
            "opt_out": sms.opt_out,
            "received_at": now,
            "whose": index,
            "now": now,
            "later": now + inbound_leases.BEHIND,
            "put_off_to": put_off_to,
            "error": "" if put_off_to is None else inbound_leases.PUT_OFF,
        }
        with statements(self._engine) as connection:
            stored: int | None = connection.scalar(_ACCEPT[connection.dialect.name], row)
        return stored

    def put_off_since(self, subscriber: Identity, most: int) -> int:
        """Returns how many of a subscriber's newest MOs were put off and wait; at most so many."""
        index = self._keyring.index_of(subscriber)
        with statements(self._engine) as connection:
            return inbound_leases.put_off(connection, index, most)

    def lease(self, limit: int, now: datetime, until: datetime) -> Mapping[int, int]:
        """Takes MOs that are due, oldest first, so that no other worker does; due after `until`.

        Returns ids, each with the number of its attempt, from 1. Of one subscriber an MO is taken
        only when all earlier ones were tried.
        """
        with statements(self._engine) as connection:
            return inbound_leases.take(connection, limit, now, until)

    def give_back(self, inbound_ids: Sequence[int], now: datetime) -> None:
        """Makes MOs that were leased, and not routed, due at once."""
        with statements(self._engine) as connection:
            inbound_leases.give_back(connection, inbound_ids, now)

    def read(self, inbound_id: int) -> StoredInbound | None:
        """Returns an MO that still waits to be routed, or None."""
        with statements(self._engine) as connection:
            row = connection.execute(_READ, {"of_id": inbound_id}).first()
        if row is None:
            return None
        return to_stored(self._keyring, row)

    def conversation(self, channel: str, subscriber: Identity, now: datetime) -> Conversation:
        """Returns the open dialogue of the subscriber; its session is None once it has expired."""
        index = self._keyring.index_of(subscriber)
        with statements(self._engine) as connection:
            return conversations.read(connection, self._keyring, channel, index, now)

    def outcomes(self, stored: StoredInbound, since: datetime) -> Mapping[str, int]:
        """Returns how often each outcome came of the subscriber's earlier MOs since then."""
        index = self._keyring.index_of(stored.sms.subscriber)
        with statements(self._engine) as connection:
            return earlier_texts.outcomes(connection, index, stored.id, since)

    def repeats(
        self,
        stored: StoredInbound,
        since: datetime,
        *,
        in_a_row: bool = False,
        on_its_channel: bool = False,
    ) -> int:
        """Returns how many of the subscriber's newest MOs since then say the same words.

        Those before an MO that says something else do not count when they are to be `in_a_row`, and
        those of other channels not when they are to be `on_its_channel`.
        """
        index = self._keyring.index_of(stored.sms.subscriber)
        channel = stored.channel if on_its_channel else None
        with statements(self._engine) as connection:
            same = earlier_texts.say_the_same(
                connection, self._keyring, index, stored.id, since, stored.sms.text, channel
            )
        return sum(takewhile(bool, same) if in_a_row else same)

    def latest_outcomes(self, stored: StoredInbound, since: datetime, most: int) -> Sequence[str]:
        """Returns what came of the subscriber's newest MOs since then, the newest first."""
        index = self._keyring.index_of(stored.sms.subscriber)
        with statements(self._engine) as connection:
            return earlier_texts.latest_outcomes(connection, index, stored.id, since, most)

    def latest_replies(self, stored: StoredInbound, since: datetime, most: int) -> Sequence[str]:
        """Returns the newest answers to MOs of the subscriber since then, the newest first."""
        index = self._keyring.index_of(stored.sms.subscriber)
        with statements(self._engine) as connection:
            return earlier_texts.latest_replies(connection, self._keyring, index, since, most)

    def together(self, inbound_ids: Sequence[int]) -> SqlInboundBatch:
        """Returns what the routing of these MOs needs, read at once."""
        return SqlInboundBatch(self._engine, self._keyring, self, inbound_ids)

    def finish(self, routed: Routed, now: datetime) -> bool:
        """Stores all that routing came to in one transaction, replies included.

        Returns False, with nothing stored, when the MO was already routed or the conversation has
        moved on since it was read.
        """
        (finished,) = self.finish_all([routed], now)
        return finished

    def finish_all(self, routed: Sequence[Routed], now: datetime) -> Sequence[bool]:
        """Stores all that routing several MOs came to, in one transaction; returns as `finish`.

        Where a conversation has moved on, each is stored in a transaction of its own.
        """
        try:
            with transaction(self._engine) as connection:
                return inbound_outcomes.store(connection, self._keyring, routed, now)
        except conversations.MovedOn:
            if len(routed) == 1:
                return [False]
            return [self.finish(each, now) for each in routed]

    def put_off(self, inbound_id: int, now: datetime, error: str) -> bool:
        """Notes a failed try at routing; the MO is due again later, by the retry schedule.

        Returns whether that was the last try: then it stays stored with the outcome "failed", waits
        no more, and the help desk is told.
        """
        with transaction(self._engine) as connection:
            row = connection.execute(_TRIED, {"of_id": inbound_id}).first()
            if row is None:
                return False
            delay = next_delay(max(1, row.attempts), random.random())
            values = {
                "of_id": inbound_id,
                "due": None if delay is None else now + timedelta(seconds=delay),
                "why": error,
                "what": "failed" if delay is None else "",
            }
            connection.execute(_PUT_OFF, values)
            inbound_leases.bring_up(connection, [(row.msisdn_index, row.id)], now)
            if delay is None:
                help_desk_threads.add_texts(
                    connection, self._keyring, self._for_people(row, error), now
                )
        return delay is None

    def _for_people(self, row: Row[Any], error: str) -> Sequence[NewHelpDeskMessage]:
        """Returns what the help desk is told of an MO that was given up; nothing without a number.

        Not its text: nothing has read it, so nobody knows whether it holds a secret.
        """
        try:
            subscriber = INBOUND.open_subscriber(self._keyring, row._mapping)
        except Refused:  # its key is gone
            return ()
        message = NewHelpDeskMessage(
            key=f"mo-{row.id}",
            channel=row.channel,
            subscriber=subscriber,
            text=f"[An SMS that could not be routed: {error}. Ask what it was about.]",
            sender=row.to_address,
            link_id=row.link_id,
            in_reply_to=row.id,
        )
        return (message,)
