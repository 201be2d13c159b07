"""The `Consents` port on a database: the one module that reads and writes consents.

Stores that keep a consent together with other rows use its functions within their transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Connection,
    Delete,
    Engine,
    and_,
    bindparam,
    delete,
    exists,
    or_,
    select,
)

from gateway.adapters.sql.by_driver.look_up import ByDriver, LookUpAmong
from gateway.adapters.sql.consent_log import log, places
from gateway.adapters.sql.consent_log.log import Said
from gateway.adapters.sql.engine import statements, transaction
from gateway.adapters.sql.sealed_columns import CONSENTS
from gateway.adapters.sql.tables import consents, inbound_sms, named, outbound_sms
from gateway.adapters.sql.upserts import insert_or_update
from gateway.adapters.system.keyring import Keyring
from gateway.domain.faults_and_errors.errors import Refused
from gateway.domain.telecom.consent import (
    EVERYTHING,
    Consent,
    ConsentState,
    TopicConsents,
    may_send,
)
from gateway.domain.telecom.identity import Identity
from gateway.domain.telecom.sms import Purpose
from gateway.use_cases.ports.consents import AnyMt, ConsentChange, Weighed

#: The table, and the column that says since when, for who counts what is held.
HELD = (consents, consents.c.changed_at)

_KEEP = insert_or_update(
    consents,
    "state",
    "source",
    "institution",
    "changed_at",
    unless_older_than=consents.c.changed_at,
    returning=(consents.c.topic,),
)
#: The newest MTs of a subscriber that are looked at for who writes to them.
LATELY = 200
_newest = (
    select(outbound_sms.c.institution, outbound_sms.c.topic, outbound_sms.c.purpose)
    .where(outbound_sms.c.msisdn_index == bindparam("of_index"))
    .order_by(outbound_sms.c.id.desc())
    .limit(LATELY)
    .subquery()
)
_UNASKED = (
    select(_newest.c.institution, _newest.c.topic)
    .where(_newest.c.purpose.in_([Purpose.NOTICE.value, Purpose.EMERGENCY.value]))
    .distinct()
)
_WHOSE = select(consents.c.institution).where(
    consents.c.msisdn_index == bindparam("of_index"), consents.c.topic == bindparam("of_topic")
)
_SAID = select(
    consents.c.msisdn_index, consents.c.topic, consents.c.state, consents.c.changed_at
).order_by(consents.c.topic)
_READ = _SAID.where(consents.c.msisdn_index.in_(bindparam("indexes", expanding=True)))
_UNREAD = select(inbound_sms.c.msisdn_index).where(inbound_sms.c.due_at.is_not(None))
#: Whose a row is, for who joins something to `WANT_TOPIC` and `WANT_INSTITUTION`.
INDEX = consents.c.msisdn_index
_MEMBER = select(INDEX, consents.c.topic, consents.c.msisdn_sealed).where(
    bindparam("after") < INDEX, consents.c.msisdn_sealed != b""
)
#: Who has spoken of a topic, in the order of their indexes: those who have stopped it, too.
WANT_TOPIC = (
    _MEMBER.where(consents.c.topic == bindparam("of_topic"))
    .order_by(INDEX)
    .limit(bindparam("most"))
)
NEXT_TOPIC = (
    select(consents.c.topic)
    .where(consents.c.topic > bindparam("after"))
    .order_by(consents.c.topic)
    .limit(1)
)
#: What one subscriber last said, as it stands.
OF_ONE = (
    select(consents)
    .where(consents.c.msisdn_index == bindparam("of_index"))
    .order_by(consents.c.topic)
)
#: All that stands, in the order of the primary key, from a place on.
EACH = (
    select(consents)
    .where(
        or_(
            bindparam("after") < INDEX,
            and_(bindparam("after") == INDEX, consents.c.topic > bindparam("after_topic")),
        )
    )
    .order_by(INDEX, consents.c.topic)
    .limit(bindparam("most"))
)
_earlier = consents.alias("earlier")
#: Who wants to be told of any topic by an institution, each once.
WANT_INSTITUTION = (
    _MEMBER.where(
        consents.c.institution == bindparam("of_institution"),
        consents.c.state == ConsentState.OPTED_IN.value,
        ~exists().where(
            _earlier.c.msisdn_index == INDEX,
            _earlier.c.institution == bindparam("of_institution"),
            _earlier.c.state == ConsentState.OPTED_IN.value,
            _earlier.c.topic < consents.c.topic,
        ),
    )
    .order_by(INDEX)
    .limit(bindparam("most"))
)


class SqlConsents:
    """Consents in a database. All methods raise StoreUnavailable."""

    def __init__(self, engine: Engine, keyring: Keyring) -> None:
        self._engine = engine
        self._keyring = keyring
        by = ByDriver(engine)
        self._said = LookUpAmong(by, _SAID, consents.c.msisdn_index)
        self._unread = LookUpAmong(by, _UNREAD, inbound_sms.c.msisdn_index)

    def of(self, subscriber: Identity) -> TopicConsents:
        """Returns what a subscriber last said, by topic."""
        index = self._keyring.index_of(subscriber)
        with statements(self._engine) as connection:
            return read(connection, [index]).get(index, {})

    def allowed(self, sms: Sequence[AnyMt]) -> Sequence[AnyMt]:
        """Returns the MTs that may go out at this moment, in their order."""
        return self._allowed(self._by_person(sms))

    def weigh(self, sms: Sequence[AnyMt]) -> Weighed[AnyMt]:
        """Returns of MTs that are about to leave which may, and which have to wait."""
        by_person = self._by_person(sms)
        # Before what stands: else a STOP that is read in between would be in neither.
        notices = [person for each, person in by_person if each.purpose is Purpose.NOTICE]
        unread = {person for (person,) in self._unread(notices)}
        if not unread:
            return Weighed(self._allowed(by_person), [])
        waits = [each.purpose is Purpose.NOTICE and person in unread for each, person in by_person]
        rest = [one for one, has_to in zip(by_person, waits, strict=True) if not has_to]
        undecided = [one for (one, _), has_to in zip(by_person, waits, strict=True) if has_to]
        return Weighed(self._allowed(rest), undecided)

    def _allowed(self, sms: Sequence[tuple[AnyMt, bytes]]) -> list[AnyMt]:
        """Returns the MTs that may go out; each comes with the index of its subscriber."""
        said = _by_topic(self._said([person for _, person in sms]))
        return [
            each
            for each, person in sms
            # Most have never said anything: nobody is asked for their institution.
            if person not in said
            or may_send(
                each.purpose, each.topic, said[person], named(self._engine, each.institution)
            )
        ]

    def _by_person(self, sms: Sequence[AnyMt]) -> Sequence[tuple[AnyMt, bytes]]:
        return [(each, self._keyring.index_of(each.subscriber)) for each in sms]

    def written_about(self, subscriber: Identity) -> Mapping[str, frozenset[str]]:
        """Returns what a subscriber has lately been sent unasked: topics, by who wrote of them."""
        values = {"of_index": self._keyring.index_of(subscriber)}
        topics: dict[str, set[str]] = {}
        with statements(self._engine) as connection:
            for institution, topic in connection.execute(_UNASKED, values):
                topics.setdefault(institution, set()).add(topic)
        return {institution: frozenset(named) for institution, named in topics.items()}

    def subscribed(self, subscriber: Identity) -> Sequence[tuple[str, str]]:
        """Returns the topics a subscriber has asked for, each with a place; empty for all."""
        with statements(self._engine) as connection:
            return places.of(connection, self._keyring.index_of(subscriber))

    def change(self, changes: Sequence[ConsentChange], now: datetime) -> None:
        """Keeps what subscribers said; what was said later stays."""
        with transaction(self._engine) as connection:
            keep(connection, self._keyring, changes, now)


def read(connection: Connection, indexes: Sequence[bytes]) -> Mapping[bytes, TopicConsents]:
    """Returns what each subscriber last said, by index, without those who never said anything."""
    return _by_topic(connection.execute(_READ, {"indexes": indexes}))


def _by_topic(rows: Iterable[Any]) -> Mapping[bytes, TopicConsents]:
    said: dict[bytes, dict[str, Consent]] = {}
    for index, topic, state, at in rows:
        said.setdefault(index, {})[topic] = Consent(ConsentState(state), at)
    return said


def keep(
    connection: Connection, keyring: Keyring, changes: Iterable[ConsentChange], now: datetime
) -> int:
    """Stores what subscribers said, and the proof of it; what was said later stays.

    Returns how many of them count now.
    """
    told = [Said.of(keyring, each, now) for each in changes]
    log.note(connection, keyring, told, now)
    # One by one: PostgreSQL refuses to touch the same row twice in one INSERT.
    return sum(_keep(connection, keyring, each) for each in told)


def institution_of(connection: Connection, msisdn_index: bytes, topic: str) -> str:
    """Returns whose a topic was when the subscriber spoke of it; empty where they never did."""
    values = {"of_index": msisdn_index, "of_topic": topic}
    return connection.scalar(_WHOSE, values) or ""


def number_of(keyring: Keyring, row: Mapping[Any, Any]) -> str:
    """Returns the subscriber of a row, as it was stored; raises Refused where no key opens it."""
    if not row["msisdn_sealed"]:
        raise Refused("The number is not known here: its index alone stops what is sent.")
    return CONSENTS.open_text(keyring, "msisdn_sealed", row)


def keep_network_opt_out(
    connection: Connection,
    keyring: Keyring,
    msisdn_index: bytes,
    subscriber: str,
    source: str,
    now: datetime,
    channel: str = "",
) -> None:
    """Stores that the network holds an opt-out of the subscriber of an MT, from everything.

    `subscriber` is empty where the MT's could not be read: the index alone stops what is sent.
    """
    said = Said(
        msisdn_index=msisdn_index,
        number=subscriber,
        topic=EVERYTHING,
        state=ConsentState.OPTED_OUT,
        source=source,
        said_at=now,
        channel=channel,
    )
    log.note(connection, keyring, [said], now)
    _keep(connection, keyring, said)


def without_agreements(msisdn_index: bytes) -> Delete:
    """Returns the statement that erases what a subscriber agreed to; a refusal stays for good."""
    agreed = consents.c.state == ConsentState.OPTED_IN.value
    return delete(consents).where(consents.c.msisdn_index == msisdn_index, agreed)


def _keep(connection: Connection, keyring: Keyring, said: Said) -> bool:
    """Stores what was said; returns whether it counts, since nothing was said later."""
    if said.place:
        return places.end(connection, said.msisdn_index, said.topic, said.place) > 0
    key = {"msisdn_index": said.msisdn_index, "topic": said.topic}
    number = said.number
    row = {
        **key,
        "msisdn_sealed": CONSENTS.seal(keyring, "msisdn_sealed", key, number) if number else b"",
        "state": said.state.value,
        "source": said.source,
        "institution": said.institution,
        "changed_at": said.said_at,
    }
    return connection.execute(_KEEP[connection.dialect.name], row).first() is not None
