"""The `KeptQuestions` port on a database: each question kept once, and settled once."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, bindparam, case, delete, func, select, update

from gateway.adapters.sql.engine import statements, transaction
from gateway.adapters.sql.many.among import AmongFound
from gateway.adapters.sql.sealed_columns import KEPT_QUESTIONS
from gateway.adapters.sql.sms import consents, outbound_rows
from gateway.adapters.sql.tables import subscribers
from gateway.adapters.sql.upserts import insert_new
from gateway.adapters.sql.ussd.kept_question_tables import kept_questions
from gateway.adapters.system.keyring import Keyring
from gateway.domain.dialogue.session import Session
from gateway.domain.faults_and_errors.errors import Refused
from gateway.domain.menu.kept_questions import MOST_OF_A_SERVICE, MOST_OF_A_SUBSCRIBER
from gateway.domain.telecom.consent import ConsentState
from gateway.domain.telecom.sms import NewSms
from gateway.use_cases.ports import ConsentChange
from gateway.use_cases.ports.reminders import Kept, KeptOfScreen, KeptQuestion, NewQuestion

log = logging.getLogger(__name__)

#: What was agreed to by asking to be told.
SOURCE = "tell me"

# `dict` turns the read-only mappings of a session into what JSON knows.
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=dict).encode

_row = kept_questions.c
_BY_ID = _row.id == bindparam("of_id")
_BY_IDS = _row.id.in_(bindparam("ids", expanding=True))
_KNOWN = select(_row.id).where(_row.question_index == bindparam("of_question"))
_ADD = insert_new(kept_questions, returning=(_row.id,))
_LONGER = (
    update(kept_questions)
    .where(_row.question_index == bindparam("of_question"))
    .values(
        channel=bindparam("on_channel"),
        dialogue_sealed=bindparam("dialogue"),
        expires_at=bindparam("until"),
    )
)
_OF_SUBSCRIBER = (
    select(func.count())
    .select_from(kept_questions)
    .where(_row.msisdn_index == bindparam("of_index"))
)
#: Is there one so far down: no more of the index is read than may be kept.
_LAST_OF_SERVICE = (
    select(_row.id)
    .where(_row.service == bindparam("of_service"))
    .order_by(_row.ask_at)
    .offset(bindparam("most"))
    .limit(1)
)
_RESTS_ON = (
    update(kept_questions)
    .where(
        _row.screen.in_(bindparam("screens", expanding=True)),
        _row.asked_at <= bindparam("loaded"),
        _row.ask_at > bindparam("now"),
    )
    .values(ask_at=bindparam("now"))
)
_ALL_NOW = (
    update(kept_questions).where(_row.ask_at > bindparam("now")).values(ask_at=bindparam("now"))
)
_SERVICE_NOW = _ALL_NOW.where(_row.service == bindparam("of_service"))
#: Grouped by an expression: SQLite would go through the index of services, all that waits.
_SERVICES = (
    select(_row.service)
    .where(_row.ask_at <= bindparam("now"))
    .group_by(func.coalesce(_row.service, ""), _row.service)
    .order_by(func.min(_row.ask_at))
)
_due = (
    select(_row.id)
    .where(_row.service == bindparam("of_service"), _row.ask_at <= bindparam("now"))
    .order_by(_row.ask_at)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
    .cte("due")
)
_LEASE = (
    update(kept_questions)
    .where(AmongFound(_row.id, select(_due.c.id)))
    .values(ask_at=bindparam("until"), asked_at=bindparam("now"), asks=_row.asks + 1)
    .returning(_row.id)
)
_LEASED = (
    select(kept_questions, subscribers.c.language.label("chosen"))
    .outerjoin(subscribers, subscribers.c.msisdn_index == _row.msisdn_index)
    .where(_BY_IDS)
    .order_by(_row.id)
)
_WAIT = (
    update(kept_questions)
    .where(_BY_ID)
    .values(
        ask_at=bindparam("again_at"),
        asked_at=bindparam("now"),
        failures=case((bindparam("failed"), _row.failures + 1), else_=0),
    )
)
_PUT_BACK = (
    update(kept_questions).where(_BY_IDS).values(ask_at=bindparam("now"), asks=_row.asks - 1)
)
_SETTLE = delete(kept_questions).where(_BY_ID).returning(_row.id)
_BY_SCREEN = (
    select(
        _row.service,
        _row.screen,
        func.count().label("number"),
        func.sum(case((_row.ask_at <= bindparam("now"), 1), else_=0)).label("due"),
        func.min(_row.kept_at).label("oldest_at"),
        func.min(_row.ask_at).label("next_at"),
    )
    .group_by(_row.service, _row.screen)
    .order_by(_row.service, _row.screen)
)


class SqlKeptQuestions:
    """Kept questions in a database, sealed. All methods raise StoreUnavailable."""

    def __init__(self, engine: Engine, keyring: Keyring) -> None:
        self._engine = engine
        self._keyring = keyring

    def keep(self, new: NewQuestion) -> Kept:
        """Stores a question, and that its subscriber wants to be told of its service."""
        service = new.session.at.partition(".")[0]
        key = {"question_index": self._keyring.index("kept question", _question(new))}
        owner = self._keyring.index_of(new.subscriber)
        told = _encode([new.session.to_plain(), new.asked])
        dialogue = KEPT_QUESTIONS.seal(self._keyring, "dialogue_sealed", key, told)
        subscriber = new.subscriber.as_stored
        row = {
            **key,
            "msisdn_index": owner,
            "msisdn_sealed": KEPT_QUESTIONS.seal(self._keyring, "msisdn_sealed", key, subscriber),
            "channel": new.channel,
            "service": service,
            "screen": new.session.at,
            "dialogue_sealed": dialogue,
            "kept_at": new.kept_at,
            "expires_at": new.expires_at,
            "ask_at": new.ask_at,
            "asked_at": new.kept_at,
            "institution": new.institution,
        }
        longer = {
            "of_question": key["question_index"],
            "on_channel": new.channel,
            "dialogue": dialogue,
            "until": new.expires_at,
        }
        consent = ConsentChange(
            subscriber=new.subscriber,
            topic=service,
            state=ConsentState.OPTED_IN,
            source=SOURCE,
            channel=new.channel,
            institution=new.institution,
        )
        with transaction(self._engine) as connection:
            kept = Kept.SAME
            if connection.execute(_KNOWN, longer).first() is None:
                if _is_full(connection, owner, service):
                    return Kept.FULL
                added = connection.scalar(_ADD[connection.dialect.name], row)
                kept = Kept.SAME if added is None else Kept.NEW
            if kept is Kept.SAME:
                connection.execute(_LONGER, longer)
            consents.keep(connection, self._keyring, [consent], new.kept_at)
        return kept

    def rests_on(self, screens: Sequence[str], loaded_at: datetime, now: datetime) -> int:
        """Makes those due that were asked before their data were loaded; returns how many."""
        values = {"screens": list(screens), "loaded": loaded_at, "now": now}
        with statements(self._engine) as connection:
            return connection.execute(_RESTS_ON, values).rowcount

    def ask_now(self, service: str, now: datetime) -> int:
        """Makes all of a service due, of all services without one; returns how many."""
        with statements(self._engine) as connection:
            if not service:
                return connection.execute(_ALL_NOW, {"now": now}).rowcount
            values = {"of_service": service, "now": now}
            return connection.execute(_SERVICE_NOW, values).rowcount

    def services_due(self, now: datetime) -> Sequence[str]:
        """Returns the services with something due, the one that has waited longest first."""
        with statements(self._engine) as connection:
            return connection.scalars(_SERVICES, {"now": now}).all()

    def lease(
        self, service: str, limit: int, now: datetime, until: datetime
    ) -> Sequence[KeptQuestion]:
        """Takes questions of a service that are due, oldest first; due again after `until`.

        One that cannot be read waits as one that is asked does: the key it was sealed with may
        come back.
        """
        values = {"of_service": service, "most": limit, "now": now, "until": until}
        with transaction(self._engine) as connection:
            ids = connection.scalars(_LEASE, values).all()
            rows = connection.execute(_LEASED, {"ids": ids}).all() if ids else []
        leased = []
        for row in rows:
            try:
                leased.append(self._opened(row._mapping))
            except (Refused, ValueError, TypeError) as error:
                log.error("Kept question %d cannot be read: %s", row.id, type(error).__name__)
        return leased

    def wait(self, id: int, ask_at: datetime, now: datetime, *, failed: bool) -> None:
        """Lets a question that was asked `now` be asked again later."""
        values = {"of_id": id, "again_at": ask_at, "now": now, "failed": failed}
        with statements(self._engine) as connection:
            connection.execute(_WAIT, values)

    def put_back(self, ids: Sequence[int], now: datetime) -> None:
        """Makes questions due again that were taken and not asked."""
        with statements(self._engine) as connection:
            connection.execute(_PUT_BACK, {"ids": list(ids), "now": now})

    def tell(self, id: int, sms: NewSms | None, now: datetime) -> bool:
        """Removes a question and stores the MT that settles it, in one transaction."""
        with transaction(self._engine) as connection:
            if connection.execute(_SETTLE, {"of_id": id}).first() is None:
                return False
            if sms is not None:
                outbound_rows.add(connection, self._keyring, [sms], now)
        return True

    def by_screen(self, now: datetime) -> Sequence[KeptOfScreen]:
        """Returns how many are kept, by service and screen."""
        with statements(self._engine) as connection:
            rows = connection.execute(_BY_SCREEN, {"now": now}).mappings().all()
        return [KeptOfScreen(**row) for row in rows]

    def _opened(self, row: Mapping[Any, Any]) -> KeptQuestion:
        opened = KEPT_QUESTIONS.open_text(self._keyring, "dialogue_sealed", row)
        plain, asked = json.loads(opened)
        return KeptQuestion(
            id=row["id"],
            channel=row["channel"],
            subscriber=KEPT_QUESTIONS.open_subscriber(self._keyring, row),
            session=Session.from_plain(plain),
            asked=asked,
            language=row["chosen"] or "",
            institution=row["institution"],
            kept_at=row["kept_at"],
            expires_at=row["expires_at"],
            asks=row["asks"],
            failures=row["failures"],
        )


def _question(new: NewQuestion) -> str:
    """Returns what makes a question the same: who asks, where, and the answers of the service."""
    service = new.session.at.partition(".")[0] + "."
    answers = sorted(pair for pair in new.session.answers.items() if pair[0].startswith(service))
    return _encode([new.subscriber.as_stored, new.session.at, answers])


def _is_full(connection: Connection, owner: bytes, service: str) -> bool:
    """Returns whether no more is kept, for the subscriber or of the service."""
    of_subscriber = connection.execute(_OF_SUBSCRIBER, {"of_index": owner}).scalar_one()
    if of_subscriber >= MOST_OF_A_SUBSCRIBER:
        return True
    values = {"of_service": service, "most": MOST_OF_A_SERVICE - 1}
    return connection.execute(_LAST_OF_SERVICE, values).first() is not None
