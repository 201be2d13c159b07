"""The `Alerts` port on a database."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, RowMapping, bindparam, select, update

from gateway.adapters.sql.alerts.alert_tables import alert_drafts, alerts
from gateway.adapters.sql.engine import statements, transaction
from gateway.adapters.sql.institutions.audit_chain import append
from gateway.adapters.sql.told.kept_sentences import all_told, kept, told
from gateway.adapters.sql.upserts import insert_new
from gateway.adapters.system.keyring import Keyring
from gateway.domain.alerts.alert import Alert, AlertName, Certainty, Severity, Urgency
from gateway.domain.alerts.districts import Part
from gateway.domain.alerts.taken import AlertSource, AlertState, TakenAlert
from gateway.domain.alerts.warning import Meaning, PublicWarning, Reading
from gateway.domain.telecom.sms import Lane
from gateway.use_cases.ports.institutions import AuditEntry

_row, _draft = alerts.c, alert_drafts.c
_TAKE = insert_new(alerts, returning=(_row.id,))
_BY_ID = _row.id == bindparam("of_id")
_BY_NAME = (
    _row.source == bindparam("of_source"),
    _row.sender == bindparam("of_sender"),
    _row.identifier == bindparam("of_identifier"),
    _row.sent == bindparam("of_sent", type_=_row.sent.type),
)
_FIND = select(alerts).where(_BY_ID)
_NAMED = select(alerts).where(*_BY_NAME)
_NEWEST = select(alerts).order_by(_row.received_at.desc(), _row.id.desc())
_TAKEN = select(_row.id).where(_row.state == AlertState.TAKEN.value).order_by(_row.id).limit(100)
_MOVE = update(alerts).where(_BY_ID).values(state=bindparam("to_state"))
_DRAFTS = select(_draft.alert_id, _draft.place, _draft.broadcast_id).where(
    _draft.alert_id.in_(bindparam("ids", expanding=True))
)
_DRAFTED = insert_new(alert_drafts)


class SqlAlerts:
    """Fits the `Alerts` port. All methods raise StoreUnavailable."""

    def __init__(self, engine: Engine, keyring: Keyring) -> None:
        self._engine = engine
        self._keyring = keyring

    def take(
        self,
        source: AlertSource,
        alert: Alert,
        reading: Reading,
        now: datetime,
        by: str = "",
        noted: Callable[[int], AuditEntry] | None = None,
    ) -> tuple[int, bool]:
        """Stores an alert; returns its id, or that of the one taken before, and which it is."""
        row = {
            "source": source.name,
            "sender": alert.name.sender,
            "identifier": alert.name.identifier,
            "sent": alert.name.sent,
            "institution": source.institution,
            "status": alert.status.value,
            "message_type": alert.message_type.value,
            "reading": json.dumps({**_plain(reading), "signed": alert.signed}, ensure_ascii=False),
            "references": json.dumps([_named(each) for each in alert.references]),
            "state": AlertState.TAKEN.value,
            "received_at": now,
            "brought_by": by,
        }
        with transaction(self._engine) as connection:
            id = connection.scalar(_TAKE[connection.dialect.name], row)
            if id is None:
                place = _place(source.name, alert.name)
                return int(connection.execute(_NAMED, place).mappings().one()["id"]), False
            if noted is not None:
                append(connection, self._keyring, [noted(int(id))])
        return int(id), True

    def find(self, id: int) -> TakenAlert | None:
        """Returns an alert, or None."""
        with statements(self._engine) as connection:
            row = connection.execute(_FIND, {"of_id": id}).mappings().first()
            return None if row is None else _taken(connection, [row])[0]

    def named(self, source: str, name: AlertName) -> TakenAlert | None:
        """Returns the alert that a source calls so, or None."""
        with statements(self._engine) as connection:
            row = connection.execute(_NAMED, _place(source, name)).mappings().first()
            return None if row is None else _taken(connection, [row])[0]

    def newest(
        self, within: frozenset[str] | None, limit: int, skip: int = 0
    ) -> Sequence[TakenAlert]:
        """Returns alerts of some institutions, newest first, without the first `skip`; of all where
        it is None."""
        asked = _NEWEST if within is None else _NEWEST.where(_row.institution.in_(sorted(within)))
        with statements(self._engine) as connection:
            return _taken(
                connection, connection.execute(asked.limit(limit).offset(skip)).mappings().all()
            )

    def unfinished(self) -> Sequence[int]:
        """Returns the ids of those that a crash left half done, the oldest first."""
        with statements(self._engine) as connection:
            return connection.scalars(_TAKEN).all()

    def drafted(self, id: int, place: int, broadcast: int, now: datetime) -> None:
        """Notes the broadcast that a warning became; the first one stays."""
        row = {"alert_id": id, "place": place, "broadcast_id": broadcast, "drafted_at": now}
        with transaction(self._engine) as connection:
            connection.execute(_DRAFTED[connection.dialect.name], row)

    def move(self, id: int, state: AlertState) -> None:
        """Notes where an alert stands now."""
        with transaction(self._engine) as connection:
            connection.execute(_MOVE, {"of_id": id, "to_state": state.value})


def _taken(connection: Connection, rows: Sequence[RowMapping]) -> Sequence[TakenAlert]:
    drafts: dict[int, dict[int, int]] = {}
    for alert, place, broadcast in connection.execute(
        _DRAFTS, {"ids": [row["id"] for row in rows]}
    ):
        drafts.setdefault(alert, {})[place] = broadcast
    plain = {row["id"]: json.loads(row["reading"]) for row in rows}
    return [
        TakenAlert(
            id=row["id"],
            source=row["source"],
            name=AlertName(row["sender"], row["identifier"], row["sent"]),
            institution=row["institution"],
            message_type=row["message_type"],
            status=row["status"],
            reading=_reading(plain[row["id"]]),
            references=tuple(
                AlertName(sender, identifier, datetime.fromisoformat(sent))
                for sender, identifier, sent in json.loads(row["references"])
            ),
            state=AlertState(row["state"]),
            received_at=row["received_at"],
            brought_by=row["brought_by"],
            drafts=drafts.get(row["id"], {}),
            signed=plain[row["id"]].get("signed"),
        )
        for row in rows
    ]


def _place(source: str, name: AlertName) -> dict[str, object]:
    return {
        "of_source": source,
        "of_sender": name.sender,
        "of_identifier": name.identifier,
        "of_sent": name.sent,
    }


def _named(name: AlertName) -> list[str]:
    return [name.sender, name.identifier, name.sent.isoformat()]


def _plain(reading: Reading) -> dict[str, Any]:
    return {
        "meaning": reading.meaning.value,
        "why": reading.why,
        "why_kept": kept(reading.why),
        "warnings": [
            {
                "event": each.event,
                "texts": dict(each.texts),
                "districts": list(each.districts),
                "lane": each.lane.value,
                "emergency": each.emergency,
                "not_before": None if each.not_before is None else each.not_before.isoformat(),
                "valid_until": each.valid_until.isoformat(),
                "doubts": list(each.doubts),
                "doubts_kept": [kept(doubt) for doubt in each.doubts],
                "partly": [[part.district, part.held, part.points] for part in each.partly],
                "urgency": each.urgency,
                "severity": each.severity,
                "certainty": each.certainty,
            }
            for each in reading.warnings
        ],
    }


def _reading(plain: dict[str, Any]) -> Reading:
    return Reading(
        meaning=Meaning(plain["meaning"]),
        why=told(plain["why"], plain.get("why_kept")),
        warnings=[
            PublicWarning(
                event=each["event"],
                texts=each["texts"],
                districts=each["districts"],
                lane=Lane(each["lane"]),
                emergency=each["emergency"],
                not_before=each["not_before"] and datetime.fromisoformat(each["not_before"]),
                valid_until=datetime.fromisoformat(each["valid_until"]),
                doubts=all_told(each["doubts"], each.get("doubts_kept", ())),
                partly=[Part(*part) for part in each.get("partly", ())],
                urgency=Urgency(each["urgency"]) if each.get("urgency") else None,
                severity=Severity(each["severity"]) if each.get("severity") else None,
                certainty=Certainty(each["certainty"]) if each.get("certainty") else None,
            )
            for each in plain["warnings"]
        ],
    )
