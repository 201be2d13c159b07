"""The `ResumePoints` port on a database: dialogues that a code goes on with."""

from __future__ import annotations

import logging
from datetime import datetime

from sqlalchemy import Engine, bindparam, delete, select, update

from gateway.adapters import kept_turns
from gateway.adapters.database import outbound_rows
from gateway.adapters.database.engine import statements, transaction
from gateway.adapters.database.inserts import insert_new
from gateway.adapters.database.resume_tables import resume_points
from gateway.adapters.keyring import Keyring
from gateway.domain.errors import Refused
from gateway.domain.sms import NewSms
from gateway.services.ports import ResumePoint

log = logging.getLogger(__name__)

#: Wrong second facts after which a code is good for nothing.
MOST_MISSES = 3

_row = resume_points.c
_OF_CODE = _row.code_index == bindparam("of_code")

_INSERT = insert_new(resume_points, returning=(resume_points.c.code_index,))
_FIND = select(_row.service, _row.fact_index, _row.turn_sealed, _row.expires_at).where(
    _OF_CODE, _row.expires_at > bindparam("now"), _row.misses < MOST_MISSES
)
_MISS = update(resume_points).where(_OF_CODE).values(misses=_row.misses + 1)
_USE = delete(resume_points).where(_OF_CODE, _row.misses < MOST_MISSES)
_PURGE = delete(resume_points).where(_row.expires_at <= bindparam("now"))


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
                connection.execute(_INSERT[connection.dialect.name], self._to_row(point))
            return True

    def find(self, code: str, now: datetime) -> ResumePoint | None:
        """Returns the point of a code's index (hex), unless it has expired or was used up."""
        values = {"of_code": bytes.fromhex(code), "now": now}
        with statements(self._engine) as connection:
            row = connection.execute(_FIND, values).first()
        if row is None:
            return None
        try:
            kept = kept_turns.decode(self._keyring.open("resume point", row.turn_sealed))
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

    def miss(self, code: str) -> None:
        """Notes a wrong second fact; after a few the point is gone."""
        with statements(self._engine) as connection:
            connection.execute(_MISS, {"of_code": bytes.fromhex(code)})

    def use(self, code: str) -> bool:
        """Takes the point away; returns False when it was gone already."""
        with statements(self._engine) as connection:
            return connection.execute(_USE, {"of_code": bytes.fromhex(code)}).rowcount == 1

    def purge(self, now: datetime) -> None:
        """Removes what has expired."""
        with statements(self._engine) as connection:
            connection.execute(_PURGE, {"now": now})

    def _to_row(self, point: ResumePoint) -> dict[str, object]:
        return {
            "code_index": bytes.fromhex(point.code),
            "service": point.service,
            "fact_index": bytes.fromhex(point.fact),
            "turn_sealed": self._keyring.seal("resume point", kept_turns.encode(point.kept)),
            "expires_at": point.expires_at,
        }
