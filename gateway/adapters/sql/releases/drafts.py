"""The `DraftStore` port on a database."""

from __future__ import annotations

import json
import zlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Engine, Row, bindparam, insert, select, text, update

from gateway.adapters.sql.engine import statements, transaction
from gateway.adapters.sql.releases.draft_tables import drafts
from gateway.adapters.sql.releases.kept_sentences import packed, unpacked
from gateway.domain.menu.draft import (
    Draft,
    DraftLine,
    DraftState,
    FileChange,
    Otherwise,
    Trial,
)
from gateway.use_cases.ports.releases import NewDraft

_c = drafts.c
_FIND = select(drafts).where(_c.id == bindparam("of_id"))
_LOCK = text("SELECT pg_advisory_xact_lock(:number)")
_BEGUN = (
    select(drafts)
    .where(
        _c.owner == bindparam("by"),
        _c.title == bindparam("called"),
        _c.base == bindparam("from"),
        _c.begun_at > bindparam("since"),
        _c.state == DraftState.OPEN.value,
        _c.version == 1,
    )
    .order_by(_c.id.desc())
    .limit(1)
)
_CHANGE = update(drafts).where(
    _c.id == bindparam("of_id"), _c.version == bindparam("seen"), _c.state == bindparam("was")
)
_TRY = update(drafts).where(_c.id == bindparam("of_id")).values(trying_since=bindparam("since"))
_TRIED = (
    update(drafts)
    .where(_c.id == bindparam("of_id"))
    .values(trial=bindparam("how"), trying_since=None)
)
_LINE = (
    _c.id, _c.title, _c.owner, _c.handed_to, _c.authors, _c.state, _c.version, _c.base, _c.begun_at,
    _c.changed_at, _c.services, _c.live_at,
)  # fmt: skip
_NEWEST = (
    select(*_LINE)
    .where(_c.state.in_(bindparam("states", expanding=True)))
    .order_by(_c.changed_at.desc(), _c.id.desc())
    .limit(bindparam("most"))
)
_LEFT = (
    select(drafts)
    .where(_c.state.in_(bindparam("states", expanding=True)), _c.changed_at <= bindparam("before"))
    .order_by(_c.changed_at)
    .limit(1)
)
#: The largest number that a row can have: what is longer is no draft, and asks no database.
_MOST_DIGITS = 18


class SqlDrafts:
    """Fits the `DraftStore` port. All methods raise StoreUnavailable."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def begin(self, new: NewDraft, now: datetime, since: datetime | None = None) -> Draft:
        """Keeps a draft, and returns it; or the one that was begun so `since` then."""
        row = {
            "title": new.title,
            "owner": new.owner,
            "state": DraftState.OPEN.value,
            "version": 1,
            "base": new.base,
            "begun_at": now,
            "changed_at": now,
            "base_files": _packed(dict(new.base_files)),
            "changes": _packed({}),
        }
        with transaction(self._engine) as connection:
            made = None if since is None else _begun(connection, new, since)
            if made is None:
                made = connection.execute(insert(drafts).returning(drafts), row).one()
        return _draft(made)

    def find(self, id: str) -> Draft | None:
        """Returns a draft; None where there is none."""
        if not (id.isascii() and id.isdigit() and len(id) <= _MOST_DIGITS):
            return None
        with statements(self._engine) as connection:
            row = connection.execute(_FIND, {"of_id": int(id)}).first()
        return None if row is None else _draft(row)

    def change(self, draft: Draft, *, seen: int, state: DraftState) -> bool:
        """Keeps a draft in the place of what it was, unless that is another than was seen."""
        changed = _CHANGE.values(
            title=draft.title,
            owner=draft.owner,
            handed_to=draft.handed_to,
            state=draft.state.value,
            version=draft.version,
            base=draft.base,
            changed_at=draft.changed_at,
            changes=_packed({path: _plain(each) for path, each in draft.changes.items()}),
            authors=json.dumps(draft.authors, ensure_ascii=False),
            services=" ".join(sorted(draft.services)),
            approved_by=draft.approved_by,
            approved_at=draft.approved_at,
            release_id=draft.release,
            live_at=draft.live_at,
            note=draft.note,
            base_files=_packed(dict(draft.base_files)),
        )
        with statements(self._engine) as connection:
            done = connection.execute(
                changed, {"of_id": int(draft.id), "seen": seen, "was": state.value}
            )
        return bool(done.rowcount)

    def begin_trial(self, id: str, now: datetime) -> None:
        """Notes that the dialogues of a draft are about to be played."""
        with statements(self._engine) as connection:
            connection.execute(_TRY, {"of_id": int(id), "since": now})

    def keep_trial(self, id: str, trial: Trial) -> None:
        """Keeps how the dialogues of a draft went."""
        how = asdict(trial) | {"at": trial.at.isoformat(), "fault": packed(trial.fault)}
        how["otherwise"] = [
            asdict(each) | {"reason": packed(each.reason)} for each in trial.otherwise
        ]
        with statements(self._engine) as connection:
            connection.execute(_TRIED, {"of_id": int(id), "how": _packed(how)})

    def left_since(self, states: Collection[DraftState], before: datetime) -> Draft | None:
        """Returns the draft in some states that was not changed for longest, if it is so long."""
        wanted = {"states": [each.value for each in states], "before": before}
        with statements(self._engine) as connection:
            row = connection.execute(_LEFT, wanted).first()
        return None if row is None else _draft(row)

    def newest(self, states: Collection[DraftState], limit: int) -> Sequence[DraftLine]:
        """Returns the drafts in some states, the one that was changed last first."""
        wanted = {"states": [each.value for each in states], "most": limit}
        with statements(self._engine) as connection:
            return [_line(row) for row in connection.execute(_NEWEST, wanted).all()]


def _begun(connection: Connection, new: NewDraft, since: datetime) -> Row[Any] | None:
    """Returns the draft that its owner has begun so, while nobody else begins it."""
    if connection.dialect.name == "postgresql":  # on SQLite the transaction holds it already
        key = int.from_bytes(sha256(f"{new.owner}\0{new.title}".encode()).digest()[:7])
        connection.execute(_LOCK, {"number": key})
    begun = {"by": new.owner, "called": new.title, "from": new.base, "since": since}
    return connection.execute(_BEGUN, begun).first()


def _packed(value: object) -> bytes:
    return zlib.compress(json.dumps(value, ensure_ascii=False).encode(), 6)


def _unpacked(packed: bytes) -> Any:
    return json.loads(zlib.decompress(packed))


def _plain(change: FileChange) -> list[object]:
    return [change.text, change.version, change.by, change.at.isoformat()]


def _changes(packed: bytes) -> Mapping[str, FileChange]:
    return {
        path: FileChange(text=text, version=version, by=by, at=datetime.fromisoformat(at))
        for path, (text, version, by, at) in _unpacked(packed).items()
    }


def _draft(row: Row[Any]) -> Draft:
    return Draft(
        id=str(row.id),
        title=row.title,
        owner=row.owner,
        handed_to=row.handed_to,
        state=DraftState(row.state),
        version=row.version,
        base=row.base,
        begun_at=row.begun_at,
        changed_at=row.changed_at,
        base_files=_unpacked(row.base_files),
        changes=_changes(row.changes),
        authors=tuple(json.loads(row.authors)),
        approved_by=row.approved_by,
        approved_at=row.approved_at,
        release=row.release_id,
        live_at=row.live_at,
        note=row.note,
        trying_since=row.trying_since,
        trial=None if row.trial is None else _trial(_unpacked(row.trial)),
    )


def _trial(told: dict[str, Any]) -> Trial:
    otherwise = [
        Otherwise(**{**each, "reason": unpacked(each["reason"]), "lines": tuple(each["lines"])})
        for each in told["otherwise"]
    ]
    return Trial(
        version=told["version"],
        at=datetime.fromisoformat(told["at"]),
        played=told["played"],
        otherwise=tuple(otherwise),
        fault=unpacked(told["fault"]),
    )


def _line(row: Row[*tuple[Any, ...]]) -> DraftLine:
    return DraftLine(
        id=str(row.id),
        title=row.title,
        owner=row.owner,
        handed_to=row.handed_to,
        state=DraftState(row.state),
        version=row.version,
        base=row.base,
        begun_at=row.begun_at,
        changed_at=row.changed_at,
        services=frozenset(row.services.split()),
        live_at=row.live_at,
        authors=tuple(json.loads(row.authors)),
    )
