"""The `ResumePoints` port on a database: dialogues that a code goes on with."""

from __future__ import annotations

import logging
from datetime import datetime

from sqlalchemy import Engine, bindparam, delete, exists, or_, select, update

from gateway.adapters.redis import turn_codec
from gateway.adapters.sql.engine import statements, transaction
from gateway.adapters.sql.sealed_columns import RESUME_POINTS
from gateway.adapters.sql.sms import outbound_rows
from gateway.adapters.sql.upserts import insert_new
from gateway.adapters.sql.ussd.resume_tables import offered_sessions, resume_points
from gateway.adapters.system.keyring import Keyring
from gateway.domain.faults_and_errors.errors import Refused
from gateway.domain.telecom.identity import Identity
from gateway.domain.telecom.sms import NewSms
from gateway.use_cases.ports import ResumePoint

log = logging.getLogger(__name__)

#: Wrong second facts after which a code is good for nothing.
MOST_MISSES = 3

_row = resume_points.c
_OF_CODE = _row.code_index == bindparam("of_code")
#: The same turn may come twice, at once or with the answer lost: it finds what it has used.
_OURS = or_(_row.used_in.is_(None), _row.used_in == bindparam("session"))

_INSERT = insert_new(resume_points, returning=(resume_points.c.code_index,))
_FIND = select(
    _row.code_index, _row.service, _row.fact_index, _row.turn_sealed, _row.expires_at
).where(_OF_CODE, _OURS, _row.expires_at > bindparam("now"), _row.misses < MOST_MISSES)
_MISS = update(resume_points).where(_OF_CODE).values(misses=_row.misses + 1).returning(_row.misses)
_USE = (
    update(resume_points)
    .where(_OF_CODE, _OURS, _row.misses < MOST_MISSES)
    .values(used_in=bindparam("session"))
)
_RETIRE = delete(resume_points).where(
    _row.msisdn_index == bindparam("of_subscriber"),
    _row.service == bindparam("of_service"),
    _row.used_in.is_(None),
)
_NOTE = insert_new(offered_sessions, returning=(offered_sessions.c.session_key,))
_NOTED = select(exists().where(offered_sessions.c.session_key == bindparam("session")))


class SqlResumePoints:
    """Resume points in a database. All methods raise StoreUnavailable."""

    def __init__(self, engine: Engine, keyring: Keyring) -> None:
        self._engine = engine
        self._keyring = keyring

    def nudge(self, sms: NewSms, point: ResumePoint | None, now: datetime) -> bool:
        """Stores an SMS and the point it tells of in one transaction; False when it was sent.

        Should the code be in use already, the SMS goes out and its code fails on the second fact.
        """
        with transaction(self._engine) as connection:
            if not outbound_rows.add(connection, self._keyring, [sms], now):
                return False
            if point is not None:
                connection.execute(
                    _INSERT[connection.dialect.name], self._to_row(point, sms.subscriber, now)
                )
            return True

    def find(self, code: str, session: bytes, now: datetime) -> ResumePoint | None:
        """Returns the point of a code's index (hex), unless it has expired or was used elsewhere.

        `session` is the key of the session that asks: what it has used itself it finds again.
        """
        values = {"of_code": bytes.fromhex(code), "session": session, "now": now}
        with statements(self._engine) as connection:
            row = connection.execute(_FIND, values).first()
        if row is None:
            return None
        try:
            kept = turn_codec.decode(RESUME_POINTS.open(self._keyring, "turn_sealed", row._mapping))
        except (Refused, ValueError, TypeError) as error:
            # Sealed with a key that is gone, or written by another version: it begins anew.
            log.warning("A resume point cannot be read: %s", type(error).__name__)
            return None
        return ResumePoint(
            code=code,
            service=row.service,
            fact=row.fact_index.hex(),
            kept=kept,
            expires_at=row.expires_at,
        )

    def miss(self, code: str) -> bool:
        """Notes a wrong second fact; returns whether the point may be tried for again."""
        with statements(self._engine) as connection:
            misses = connection.scalar(_MISS, {"of_code": bytes.fromhex(code)})
        return misses is not None and misses < MOST_MISSES

    def use(self, code: str, session: bytes) -> bool:
        """Gives the point to a session, for good; returns False when another has it, or nobody."""
        values = {"of_code": bytes.fromhex(code), "session": session}
        with statements(self._engine) as connection:
            return connection.execute(_USE, values).rowcount == 1

    def retire(self, subscriber: bytes, service: str) -> None:
        """Takes away the codes of a subscriber's dialogues in a service; used ones stay used."""
        with statements(self._engine) as connection:
            connection.execute(_RETIRE, {"of_subscriber": subscriber, "of_service": service})

    def note_offered(self, session: bytes, expires_at: datetime) -> None:
        """Keeps in mind that the first answers of a session are not the home screen's."""
        row = {"session_key": session, "expires_at": expires_at}
        with statements(self._engine) as connection:
            connection.execute(_NOTE[connection.dialect.name], row)

    def was_offered(self, session: bytes) -> bool:
        """Returns whether `note_offered` has kept it in mind."""
        with statements(self._engine) as connection:
            return bool(connection.scalar(_NOTED, {"session": session}))

    def _to_row(self, point: ResumePoint, subscriber: Identity, now: datetime) -> dict[str, object]:
        key = {"code_index": bytes.fromhex(point.code)}
        turn = turn_codec.encode(point.kept)
        return {
            **key,
            "msisdn_index": self._keyring.index_of(subscriber),
            "created_at": now,
            "service": point.service,
            "fact_index": bytes.fromhex(point.fact),
            "turn_sealed": RESUME_POINTS.seal(self._keyring, "turn_sealed", key, turn),
            "expires_at": point.expires_at,
        }
