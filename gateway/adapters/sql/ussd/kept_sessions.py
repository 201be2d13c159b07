"""How sessions went, in a database: a row for each institution at whose screens one was.

They are added to by the ticker, with the turns that wait for the statistics: a turn itself does
nothing for it but name its session in its record.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection, Engine, Row, Select, bindparam, func, select

from gateway.adapters.sql.engine import statements
from gateway.adapters.sql.sealed_columns import KEPT_SESSIONS
from gateway.adapters.sql.tables import named
from gateway.adapters.sql.upserts import insert_or_update
from gateway.adapters.sql.ussd.kept_session_tables import kept_sessions
from gateway.adapters.system.keyring import Keyring
from gateway.domain.analytics.session_course import WENT_ELSEWHERE, Course, KeptTurn
from gateway.domain.faults_and_errors.errors import Refused
from gateway.domain.telecom.identity import Identity
from gateway.use_cases.ports import TurnRecord
from gateway.use_cases.ports.analytics.kept_sessions import SessionPart

_row = kept_sessions.c
_OF_KEYS = (
    select(kept_sessions)
    .where(
        _row.session_key.in_(bindparam("keys", expanding=True)),
        _row.began_at > bindparam("since"),
    )
    .order_by(_row.session_key, _row.began_at)
)
_KEEP = insert_or_update(
    kept_sessions, "last_at", "course_sealed", key=("session_key", "began_at", "institution")
)
_BY_ID = select(kept_sessions).where(_row.id == bindparam("of_id"))
_PARTS = (
    select(kept_sessions)
    .where(_row.session_key == bindparam("of_key"), _row.began_at == bindparam("began"))
    .order_by(_row.id)
)
#: No session lasts so long; a key that is used again later is another session's.
_LONGEST = timedelta(days=1)
#: More than anybody asks for; SQLite sees that it need not go through all that there are.
_NEWEST = select(kept_sessions).where(
    _row.id > select(func.max(_row.id) - 10_000).scalar_subquery()
)
_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Course).decode


class _Session(NamedTuple):
    """A session that turns are added to."""

    began_at: datetime
    msisdn_index: bytes
    channel: str
    network_code: str


class SqlKeptSessions:
    """Fits the `KeptSessions` port. All methods raise StoreUnavailable."""

    def __init__(self, engine: Engine, keyring: Keyring) -> None:
        self._engine = engine
        self._keyring = keyring

    def of(
        self, subscriber: Identity, institutions: frozenset[str] | None, limit: int
    ) -> Sequence[SessionPart]:
        """Returns the newest parts of a subscriber's sessions, the newest first."""
        query = select(kept_sessions).where(_row.msisdn_index == self._keyring.index_of(subscriber))
        return self._newest(query, institutions, limit)

    def newest(self, institutions: frozenset[str] | None, limit: int) -> Sequence[SessionPart]:
        """Returns the newest parts of all sessions, the newest first."""
        return self._newest(_NEWEST, institutions, limit)

    def _newest(
        self, query: Select[Any], institutions: frozenset[str] | None, limit: int
    ) -> Sequence[SessionPart]:
        if institutions is not None:
            query = query.where(_row.institution.in_(sorted(institutions)))
        with statements(self._engine) as connection:
            rows = connection.execute(query.order_by(_row.id.desc()).limit(limit)).all()
        return [self._part(row) for row in rows]

    def read(self, part_id: int) -> Sequence[SessionPart]:
        """Returns all parts of the session that one belongs to; empty where there is none."""
        with statements(self._engine) as connection:
            row = connection.execute(_BY_ID, {"of_id": part_id}).first()
            if row is None:
                return []
            place = {"of_key": row.session_key, "began": row.began_at}
            return [self._part(each) for each in connection.execute(_PARTS, place)]

    def _part(self, row: Row[*tuple[Any, ...]]) -> SessionPart:
        return SessionPart(
            id=row.id,
            session=row.session_key,
            owner=row.msisdn_index,
            institution=row.institution,
            channel=row.channel,
            network_code=row.network_code,
            began_at=row.began_at,
            last_at=row.last_at,
            course=_opened(self._keyring, row._mapping),
        )


def keep(connection: Connection, keyring: Keyring, records: Iterable[TurnRecord]) -> None:
    """Adds turns to what is kept of their sessions, within a transaction of the caller."""
    told = [each for each in records if each.session]
    if not told:
        return
    known = {bytes.fromhex(each.session) for each in told if not _begins(each)}
    sessions: dict[bytes, _Session] = {}
    courses: dict[tuple[bytes, datetime, str], Course] = {}
    place = {"keys": sorted(known), "since": min(each.at for each in told) - _LONGEST}
    for row in connection.execute(_OF_KEYS, place) if known else ():
        sessions[row.session_key] = _Session(
            row.began_at, row.msisdn_index, row.channel, row.network_code
        )
        courses[row.session_key, row.began_at, row.institution] = (
            _opened(keyring, row._mapping) or Course()
        )
    rows: dict[tuple[bytes, datetime, str], dict[str, object]] = {}
    more: dict[tuple[bytes, datetime, str], list[KeptTurn]] = defaultdict(list)
    for record in told:
        key = bytes.fromhex(record.session)
        if _begins(record) or key not in sessions:
            sessions[key] = _begun(record)
        session = sessions[key]
        here = key, session.began_at, named(connection, record.institution)
        more[here].append(_turn(record, session.began_at))
        kept = {"session_key": key, "last_at": record.at, **session._asdict()}
        rows[here] = {**kept, "institution": here[2]}
        before = named(connection, record.came_from_institution)
        if record.came_from and not record.came_from_done and before != here[2]:
            there = key, session.began_at, before
            more[there].append(_went(record, session.began_at))
            rows[there] = {**kept, "institution": before}
    for part, values in rows.items():
        told_now = _encode(courses.get(part, Course()).plus(more[part]))
        values["course_sealed"] = KEPT_SESSIONS.seal(keyring, "course_sealed", values, told_now)
    # The oldest first, since the newest have the highest numbers; and always in one order, so that
    # of two who add to the same rows none waits for the other.
    in_order = sorted(rows, key=lambda part: (part[1], part[0], part[2]))
    connection.execute(_KEEP[connection.dialect.name], [rows[part] for part in in_order])


def _begins(record: TurnRecord) -> bool:
    return record.lasted is not None and record.lasted_before is None


def _begun(record: TurnRecord) -> _Session:
    began = record.at - timedelta(seconds=record.lasted or 0)
    return _Session(began, bytes.fromhex(record.dialled_by), record.channel, record.network_code)


def _turn(record: TurnRecord, began_at: datetime) -> KeptTurn:
    return KeptTurn(
        after=_seconds(record, began_at),
        at=f"{record.service}.{record.screen}",
        event=record.event,
        language=record.language,
        milliseconds=record.milliseconds,
        ends=record.ends,
        is_late=record.is_late,
        refused_as=record.refused_as,
        done=record.done,
    )


def _went(record: TurnRecord, began_at: datetime) -> KeptTurn:
    return KeptTurn(_seconds(record, began_at), "", WENT_ELSEWHERE, "", 0)


def _seconds(record: TurnRecord, began_at: datetime) -> int:
    return max(0, int((record.at - began_at).total_seconds()))


def _opened(keyring: Keyring, row: Mapping[Any, Any]) -> Course | None:
    """Returns a course; None where its key is gone."""
    try:
        return _decode(KEPT_SESSIONS.open(keyring, "course_sealed", row))
    except (Refused, msgspec.DecodeError):
        return None
