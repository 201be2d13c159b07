"""The `MyData` port on a database: what is held on a subscriber, who looked, and its erasure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, tzinfo
from types import MappingProxyType
from typing import Any

from sqlalchemy import Column, Connection, Engine, Table, delete, func, inspect, select, update

from gateway.adapters.sql import audit, idempotency
from gateway.adapters.sql.broadcast.broadcast_tables import broadcast_recipients
from gateway.adapters.sql.consent_log import log
from gateway.adapters.sql.engine import statements
from gateway.adapters.sql.handler_tables import audit as looks
from gateway.adapters.sql.handler_tables import pins, proofs, reminders, subscriptions
from gateway.adapters.sql.handler_toolkit.record_tables import OWNER, SINCE, table_of
from gateway.adapters.sql.handler_toolkit.told_rows import ToldRows
from gateway.adapters.sql.help_desk_rows import help_desk_messages
from gateway.adapters.sql.posting.tables import postings
from gateway.adapters.sql.sms import consents
from gateway.adapters.sql.sms.settling.tables import sms_steps
from gateway.adapters.sql.sms.switching.tables import networks_seen
from gateway.adapters.sql.tables import (
    cases,
    conversations,
    inbound_sms,
    outbound_sms,
    subscribers,
)
from gateway.adapters.sql.ussd.kept_question_tables import kept_questions
from gateway.adapters.sql.ussd.kept_session_tables import kept_sessions
from gateway.adapters.sql.ussd.resume_tables import resume_points
from gateway.adapters.sql.ussd.slow_call_tables import slow_calls
from gateway.adapters.sql.ussd.slow_calls import IS_OVER
from gateway.adapters.system.keyring import Keyring
from gateway.domain.datasets.dataset import Table as Declared
from gateway.domain.handler_contract.form import Form
from gateway.domain.handler_contract.service_call import Row, ServiceCall
from gateway.domain.menu.told_again import title_of
from gateway.domain.telecom.consent import EVERYTHING, ConsentState, is_stopped
from gateway.domain.telecom.delivery import DeliveryStatus
from gateway.domain.telecom.identity import Identity
from gateway.use_cases.ports import ConsentChange, Releases

#: More than anybody pages through on a small screen.
MOST_LOOKS = 20
#: So many notes at most are read for them: of one day there may be many of one official.
MOST_NOTES = 1000

#: What is held, by the name under which a menu speaks of it: the table, and since when.
_HELD: Mapping[str, tuple[Table, Column[datetime]]] = {
    "language": (subscribers, subscribers.c.changed_at),
    "consents": consents.HELD,
    "consent_proofs": log.HELD,
    "cases": (cases, cases.c.opened_at),
    "subscriptions": (subscriptions, subscriptions.c.since),
    "reminders": (reminders, reminders.c.scheduled_at),
    "kept_questions": (kept_questions, kept_questions.c.kept_at),
    "broadcast_lists": (broadcast_recipients, broadcast_recipients.c.loaded_at),
    "pins": (pins, pins.c.changed_at),
    "proofs": (proofs, proofs.c.proved_at),
    "help_messages": (help_desk_messages, help_desk_messages.c.opened_at),
    "sms_received": (inbound_sms, inbound_sms.c.received_at),
    "sms_sent": (outbound_sms, outbound_sms.c.created_at),
    "resume_codes": (resume_points, resume_points.c.created_at),
    "postings": (postings, postings.c.noted_at),
    "slow_answers": (slow_calls, slow_calls.c.created_at),
    "network": (networks_seen, networks_seen.c.seen_at),
    "sessions": (kept_sessions, kept_sessions.c.began_at),
}
#: MTs that may still move: they are erased when they are over, by a later wish.
_ON_THEIR_WAY = [
    each.value for each in (DeliveryStatus.QUEUED, DeliveryStatus.LEASED, DeliveryStatus.SENDING)
]


class SqlMyData:
    """A subscriber's own data in a database. All methods raise StoreUnavailable.

    `choose_language` keeps a language everywhere it is remembered, `forget` takes away what is at
    hand of a subscriber beside the database. Dates are those of `zone`.
    """

    def __init__(
        self,
        engine: Engine,
        keyring: Keyring,
        tables: Mapping[str, Declared],
        zone: tzinfo,
        choose_language: Callable[[Identity, str], None],
        forget: Callable[[Identity], None] = lambda subscriber: None,
        forms: Mapping[str, Form] = MappingProxyType({}),
        releases: Releases | None = None,
    ) -> None:
        self._engine = engine
        self._keyring = keyring
        self._tables = tables
        self._zone = zone
        self._choose_language = choose_language
        self._forget = forget
        self._releases = releases
        self._told = ToldRows(engine, keyring, forms, releases, zone) if releases else None

    def held(self, call: ServiceCall) -> Sequence[Row]:
        """Returns what is held: `what`, `since` (a date) and `count`."""
        held = []
        with statements(self._engine) as connection:
            for what, owner, since in self._places(connection):
                query = select(func.count(), func.min(since)).where(owner == self._index(call))
                count, first = connection.execute(query).one()
                if count:
                    held.append({"what": what, "since": self._date(first), "count": str(count)})
        return held

    def who_looked(self, call: ServiceCall) -> Sequence[Row]:
        """Returns who has read the subscriber's rows, newest first: `who`, `what`, `at`.

        Who has read several on a day is told once for it, with what they have read last. A service
        is named as its people know it, an official as the office has entered them.
        """
        query = (
            select(looks.c.who, looks.c.what, looks.c.at, looks.c.chain)
            .where(looks.c.msisdn_index == self._index(call))
            .order_by(looks.c.at.desc(), looks.c.id.desc())
            .limit(MOST_NOTES)
        )
        with statements(self._engine) as connection:
            rows = connection.execute(query).all()
        release = self._releases.current() if self._releases else None

        def named(who: str, chain: str | None) -> str:
            # What people do is of the audit's chain: one who is called as a service is, is none.
            is_service = release is not None and chain is None
            return title_of(release, who, call.language) if is_service and release else who

        looked: dict[tuple[str, str], Row] = {}
        for row in rows:
            who, day = named(row.who, row.chain), self._date(row.at)
            looked.setdefault((who, day), {"who": who, "what": row.what, "at": day})
        return list(looked.values())[:MOST_LOOKS]

    def told(self, call: ServiceCall) -> Sequence[Row]:
        """Returns the newest rows that the subscriber stored by forms: `entry`, `title`, `at`."""
        return self._told.titles(call) if self._told else ()

    def told_again(self, call: ServiceCall, entry: str) -> Sequence[str]:
        """Returns what such a row says, in lines; nothing for one that is there no more."""
        return self._told.lines(call, entry) if self._told else ()

    def erase(self, call: ServiceCall) -> None:
        """Erases all that no law wants kept, in one transaction, and notes that it did.

        Cases stay without the number and personal details; a refusal to be written to stays, so
        that it is kept, and so do the rows of tables that are declared as kept.
        """
        owner = self._index(call)

        def write(connection: Connection) -> int:
            for condition in self._erasable(connection, owner):
                connection.execute(condition)
            connection.execute(_WITHOUT_PERSON.where(cases.c.msisdn_index == owner))
            audit.note(
                connection,
                self._keyring,
                owners=[owner],
                who=call.handler,
                what="erased",
                look=call.key,
                at=call.at,
            )
            return 1

        idempotency.once(self._engine, self._keyring, call, "erase", write=write)
        self._forget(call.subscriber)

    def consents(self, call: ServiceCall) -> Sequence[Row]:
        """Returns each `topic` that was ever spoken of, with its `state` now: on or off."""
        owner = self._index(call)
        with statements(self._engine) as connection:
            said = consents.read(connection, [owner]).get(owner, {})
        return [
            {"topic": topic, "state": "off" if is_stopped(topic, said) else "on"}
            for topic in said
            if topic == EVERYTHING or not topic.startswith(EVERYTHING)
        ]

    def set_consent(self, call: ServiceCall, topic: str, on: bool) -> None:
        """Keeps whether we may write about a topic; said after STOP, it counts for the topic."""

        def write(connection: Connection) -> int:
            # Whose topic it is does not change by where it is spoken of.
            whose = consents.institution_of(connection, self._index(call), topic)
            change = ConsentChange(
                subscriber=call.subscriber,
                topic=topic,
                state=ConsentState.OPTED_IN if on else ConsentState.OPTED_OUT,
                source=f"menu {call.handler}",
                institution=whose or call.institution,
                channel=call.channel,
            )
            return consents.keep(connection, self._keyring, [change], call.at)

        words = ("consent", topic, str(on))
        idempotency.once(self._engine, self._keyring, call, *words, write=write)

    def set_language(self, call: ServiceCall, language: str) -> None:
        """Keeps the language to be spoken to in, from the next dialogue on."""
        self._choose_language(call.subscriber, language)

    def _places(self, connection: Connection) -> Iterator[tuple[str, Any, Any]]:
        """Yields each place where something may be held: its name, the owner, and since when."""
        for what, (table, since) in _HELD.items():
            yield what, table.c.msisdn_index, since
        for what, stored in self._present_records(connection):
            yield what, stored.c[OWNER], stored.c[SINCE]

    def _present_records(self, connection: Connection) -> Iterator[tuple[str, Table]]:
        present = set(inspect(connection).get_table_names())
        records = ((name, table_of(each)) for name, each in self._tables.items())
        yield from ((what, table) for what, table in records if table.name in present)

    def _erasable(self, connection: Connection, owner: bytes) -> Iterator[Any]:
        for table in (
            subscribers,
            subscriptions,
            reminders,
            pins,
            proofs,
            help_desk_messages,
            resume_points,
            kept_questions,
            broadcast_recipients,
            postings,
            networks_seen,
            kept_sessions,
        ):
            yield delete(table).where(table.c.msisdn_index == owner)
        for what, stored in self._present_records(connection):
            if not self._tables[what].kept:
                yield delete(stored).where(stored.c[OWNER] == owner)
        # Emptied, and not taken away: the answer to this very wish is stored against its version.
        told = conversations.c
        yield update(conversations).where(told.msisdn_index == owner).values(session_sealed=None)
        mo, mt = inbound_sms.c, outbound_sms.c
        yield consents.without_agreements(owner)
        yield log.without_agreements(owner)
        # An answer that somebody waits for is theirs; its row goes soon after it was delivered.
        yield delete(slow_calls).where(slow_calls.c.msisdn_index == owner, IS_OVER)
        # The MO that asks for this is being routed, and its answer is on its way.
        yield delete(inbound_sms).where(mo.msisdn_index == owner, mo.due_at.is_(None))
        over = (mt.msisdn_index == owner) & mt.status.not_in(_ON_THEIR_WAY)
        yield delete(sms_steps).where(sms_steps.c.sms_id.in_(select(mt.id).where(over)))
        yield delete(outbound_sms).where(over)

    def _index(self, call: ServiceCall) -> bytes:
        return self._keyring.index_of(call.subscriber)

    def _date(self, at: datetime) -> str:
        return at.astimezone(self._zone).date().isoformat()


_WITHOUT_PERSON = update(cases).values(msisdn_index=b"", msisdn_sealed=b"", personal_sealed=None)
