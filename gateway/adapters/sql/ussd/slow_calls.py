"""The `SlowCalls` port on a database: each call run by one worker, each answer delivered once."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, and_, bindparam, case, delete, exists, or_, select, update

from gateway.adapters.handler_calls import slow_call_codec
from gateway.adapters.sql.engine import statements, transaction
from gateway.adapters.sql.many.among import AmongFound
from gateway.adapters.sql.sealed_columns import SLOW_CALLS
from gateway.adapters.sql.sms import conversations, outbound_rows
from gateway.adapters.sql.upserts import insert_new
from gateway.adapters.sql.ussd.slow_call_tables import slow_calls
from gateway.adapters.system.keyring import Keyring
from gateway.domain.dialogue.session import Session
from gateway.domain.faults_and_errors.errors import Refused
from gateway.domain.handler_contract.service_call import ServiceCall
from gateway.domain.telecom.sms import NewSms, Texted
from gateway.use_cases.ports.calls import Begun, Claim, LateAnswer, Result, SlowCall, Taken
from gateway.use_cases.ports.sms.inbound import Conversation

log = logging.getLogger(__name__)

_row = slow_calls.c
_BY_ID = _row.id == bindparam("of_id")
_DONE = _row.result_sealed.is_not(None)
_OPEN = _row.delivered_at.is_(None)

_BEGIN = insert_new(slow_calls, returning=(_row.id,))
_OF_KEY = select(_row.id, _DONE).where(_row.key_index == bindparam("of_key"))
# The one statement that decides between screen and SMS.
_TAKE = (
    update(slow_calls)
    .where(_BY_ID, _row.claim.is_(None))
    .values(claim=case((_DONE, Claim.SCREEN.value), else_=Claim.SMS.value))
)
_TAKEN = select(_row.claim, _row.key_index, _row.result_sealed).where(_BY_ID)
_KEY = select(_row.key_index).where(_BY_ID)
_due = (
    select(_row.id)
    .where(_OPEN, _row.due_at <= bindparam("now"))
    .order_by(_row.due_at, _row.id)  # as the index goes: by id the planner walks all that is kept
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
    .cte("due")
)
_LEASE = (
    update(slow_calls)
    .where(AmongFound(_row.id, select(_due.c.id)))
    .values(due_at=bindparam("until"), attempts=_row.attempts + 1)
    .returning(_row.id, _row.key_index, _row.call_sealed, _row.attempts)
)
_PUT_OFF = (
    update(slow_calls)
    .where(_BY_ID, ~_DONE)
    .values(due_at=bindparam("again_at"), attempts=_row.attempts - 1)
)
_FINISH = (
    update(slow_calls)
    .where(_BY_ID, ~_DONE)
    .values(result_sealed=bindparam("result"), call_sealed=None, due_at=None)
)
# A turn that has claimed nothing long after its deadline is gone, with the process it ran in.
_FOR_SMS = and_(
    _OPEN,
    _row.due_at.is_(None),
    _DONE,
    or_(
        _row.claim == Claim.SMS.value,
        and_(_row.claim.is_(None), _row.deadline_at <= bindparam("now")),
    ),
)
_CLAIM_SMS = (
    update(slow_calls)
    .where(_BY_ID, _FOR_SMS)
    .values(claim=Claim.SMS.value)
    .returning(_row.channel, _row.key_index, _row.dialogue_sealed, _row.result_sealed)
)
_UNDELIVERED = (
    select(_row.id).where(_FOR_SMS).order_by(_row.due_at, _row.id).limit(bindparam("most"))
)
_DELIVER = update(slow_calls).where(_BY_ID, _OPEN).values(delivered_at=bindparam("now"))
_DUE = select(or_(exists().where(_OPEN, _row.due_at <= bindparam("now")), exists().where(_FOR_SMS)))
#: Nobody waits for it any more.
IS_OVER = or_(_row.delivered_at.is_not(None), _row.claim == Claim.SCREEN.value)
_DROP = delete(slow_calls).where(_BY_ID)


class SqlSlowCalls:
    """Slow calls in a database, sealed. All methods raise StoreUnavailable."""

    def __init__(self, engine: Engine, keyring: Keyring) -> None:
        self._engine = engine
        self._keyring = keyring

    def begin(
        self, call: ServiceCall, session: Session, deadline_at: datetime, now: datetime,
        texted: Texted | None = None,
    ) -> Begun:  # fmt: skip
        """Stores a call once, by its key, with the MO that asks if one does."""
        keyring = self._keyring
        key = {"key_index": keyring.index("slow call", call.key)}
        told = slow_call_codec.dialogue_to_json(call, session, texted)
        row = {
            **key,
            "msisdn_index": keyring.index_of(call.subscriber),
            "channel": call.channel,
            "back_end": call.handler,
            "call_sealed": SLOW_CALLS.seal(
                keyring, "call_sealed", key, slow_call_codec.call_to_json(call)
            ),
            "dialogue_sealed": SLOW_CALLS.seal(keyring, "dialogue_sealed", key, told),
            "due_at": now,
            "deadline_at": deadline_at,
            "created_at": now,
        }
        with statements(self._engine) as connection:
            while True:  # again, where the call that was there is dropped in between
                new: int | None = connection.scalar(_BEGIN[connection.dialect.name], row)
                if new is not None:
                    return Begun(id=new, new=True, done=False)
                known = connection.execute(_OF_KEY, {"of_key": row["key_index"]}).first()
                if known is not None:
                    return Begun(id=known.id, new=False, done=bool(known[1]))

    def take(self, call_id: int, now: datetime) -> Taken:
        """Claims the answer for the turn that waited; the same claim whenever it is asked.

        A call that was dropped meanwhile, since nobody could read it, has failed.
        """
        with statements(self._engine) as connection:
            connection.execute(_TAKE, {"of_id": call_id})
            row = connection.execute(_TAKEN, {"of_id": call_id}).first()
        if row is None:
            return Taken(Claim.SCREEN, Result(failure="unavailable"))
        if row.claim == Claim.SMS.value:
            return Taken(Claim.SMS)
        return Taken(Claim.SCREEN, self._result(row._mapping))

    def lease(self, limit: int, now: datetime, until: datetime) -> Sequence[SlowCall]:
        """Takes calls that are due, oldest first; due again after `until`."""
        with statements(self._engine) as connection:
            rows = connection.execute(_LEASE, {"now": now, "until": until, "most": limit}).all()
        leased = []
        for row in sorted(rows, key=lambda row: row.id):
            try:
                opened = SLOW_CALLS.open(self._keyring, "call_sealed", row._mapping)
                call = slow_call_codec.call_from_json(opened)
            except (Refused, ValueError, TypeError) as error:
                self._drop(row.id, error)
            else:
                leased.append(SlowCall(id=row.id, call=call, attempt=row.attempts))
        return leased

    def put_off(self, call_id: int, due_at: datetime) -> None:
        """Lets a call that was taken be taken again from then on, as if it had not been."""
        with statements(self._engine) as connection:
            connection.execute(_PUT_OFF, {"of_id": call_id, "again_at": due_at})

    def finish(self, call_id: int, result: Result, now: datetime) -> bool:
        """Stores a result, and forgets the call with its answers; False when there was one."""
        told = slow_call_codec.result_to_json(result)
        with statements(self._engine) as connection:
            key = connection.execute(_KEY, {"of_id": call_id}).mappings().first()
            if key is None:
                return False
            sealed = SLOW_CALLS.seal(self._keyring, "result_sealed", key, told)
            values = {"of_id": call_id, "result": sealed}
            return connection.execute(_FINISH, values).rowcount == 1

    def claim_sms(self, call_id: int, now: datetime) -> LateAnswer | None:
        """Returns an answer that is to go by SMS: claimed so, or given up by its turn."""
        with statements(self._engine) as connection:
            row = connection.execute(_CLAIM_SMS, {"of_id": call_id, "now": now}).first()
        if row is None:
            return None
        try:
            opened = SLOW_CALLS.open(self._keyring, "dialogue_sealed", row._mapping)
            subscriber, key, session, texted = slow_call_codec.dialogue_from_json(opened)
            result = self._result(row._mapping)
        except (Refused, ValueError, TypeError) as error:
            self._drop(call_id, error)
            return None
        return LateAnswer(
            id=call_id, channel=row.channel, subscriber=subscriber, call_key=key, session=session,
            result=result, texted=texted,
        )  # fmt: skip

    def deliver(
        self, late: LateAnswer, sms: NewSms | None, conversation: Conversation | None,
        expires_at: datetime, now: datetime,
    ) -> bool:  # fmt: skip
        """Stores the SMS, the dialogue it opens, and that it was delivered, in one transaction."""
        try:
            with transaction(self._engine) as connection:
                if not connection.execute(_DELIVER, {"of_id": late.id, "now": now}).rowcount:
                    return False
                if sms is None:
                    return True
                index = self._keyring.index_of(late.subscriber)
                if conversation is not None:
                    move = conversations.Move(
                        channel=late.channel, msisdn_index=index, conversation=conversation,
                        expires_at=expires_at, institution=sms.institution,
                    )  # fmt: skip
                    conversations.move_on(connection, self._keyring, [move])
                outbound_rows.add(connection, self._keyring, [sms], now)
        except conversations.MovedOn:
            return False
        return True

    def undelivered(self, now: datetime, limit: int) -> Sequence[int]:
        """Returns the calls whose answer should be on its way by SMS."""
        with statements(self._engine) as connection:
            return connection.scalars(_UNDELIVERED, {"now": now, "most": limit}).all()

    def is_due(self, now: datetime) -> bool:
        """Returns whether a worker has something to do."""
        with statements(self._engine) as connection:
            return bool(connection.scalar(_DUE, {"now": now}))

    def _drop(self, call_id: int, error: Exception) -> None:
        # Sealed with a key that is gone, or written by another version: nobody can answer it, and
        # it must not stand in the way of the others.
        log.error("A slow call cannot be read and is dropped: %s", type(error).__name__)
        with statements(self._engine) as connection:
            connection.execute(_DROP, {"of_id": call_id})

    def _result(self, row: Mapping[Any, Any]) -> Result:
        return slow_call_codec.result_from_json(
            SLOW_CALLS.open(self._keyring, "result_sealed", row)
        )
