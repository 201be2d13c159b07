"""The `Cases` port on a database: what citizens have told an institution."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Mapping
from types import MappingProxyType

from sqlalchemy import Engine, RowMapping, bindparam, select, update

from gateway.adapters.sql import idempotency
from gateway.adapters.sql.casework import case_events, how_often
from gateway.adapters.sql.engine import statements
from gateway.adapters.sql.posting.notes import PostingNotes
from gateway.adapters.sql.sealed_columns import CASES
from gateway.adapters.sql.tables import cases
from gateway.adapters.sql.upserts import insert_new
from gateway.adapters.system.keyring import Keyring
from gateway.domain.faults_and_errors.errors import Refused
from gateway.domain.handler_contract.service_call import ServiceCall
from gateway.domain.input_kinds import case_number
from gateway.use_cases.ports import Case
from gateway.use_cases.ports.casework import IN_PROGRESS, RECEIVED, SOLVED

#: Serials of exactly eight digits, so that no number begins with a zero that a spreadsheet drops.
_FIRST_SERIAL, _LAST_SERIAL = 10_000_000, 99_999_999
_TRIES = 30

_row = cases.c
_OPEN = insert_new(cases, returning=(_row.number,))
_OF_CALL = select(_row.number).where(_row.call_index == bindparam("of_call"))
_NEWEST = how_often.newest_of(cases, _row.opened_at)
_FIND = select(
    _row.number, _row.service, _row.category, _row.status, _row.opened_at, _row.changed_at
).where(_row.number == bindparam("of_number"))
_OWN_OPEN = (
    select(cases)
    .where(
        _row.number == bindparam("of_number"),
        _row.msisdn_index == bindparam("of_index"),
        _row.service == bindparam("of_service"),
        _row.status != SOLVED,
    )
    .with_for_update()
)
_UNSOLVED = (
    select(_row.number)
    .where(
        _row.msisdn_index == bindparam("of_index"),
        _row.service == bindparam("of_service"),
        _row.status != SOLVED,
    )
    .order_by(_row.opened_at.desc(), _row.number)
    .limit(1)
)
_AMEND = update(cases).where(_row.number == bindparam("of_number"))


def random_serial() -> int:
    """Returns a serial that nobody can guess from another: a number alone shows a case's state."""
    return _FIRST_SERIAL + secrets.randbelow(_LAST_SERIAL - _FIRST_SERIAL + 1)


def open_details(keyring: Keyring, row: RowMapping) -> dict[str, str]:
    """Returns what was told in a case: its details, and the personal ones while they are kept."""
    details: dict[str, str] = {}
    for column in ("details_sealed", "personal_sealed"):
        details |= json.loads(CASES.open(keyring, column, row)) if row[column] else {}
    return details


class SqlCases:
    """Cases in a database; their details are sealed. All methods raise StoreUnavailable.

    What is opened or amended is noted in `postings`, where it goes on to another system.
    """

    def __init__(
        self,
        engine: Engine,
        keyring: Keyring,
        next_serial: Callable[[], int] = random_serial,
        postings: PostingNotes | None = None,
    ) -> None:
        self._engine = engine
        self._keyring = keyring
        self._next_serial = next_serial
        self._postings = postings or PostingNotes(keyring)

    def open(
        self,
        call: ServiceCall,
        service: str,
        category: str,
        details: Mapping[str, str],
        personal: Mapping[str, str] = MappingProxyType({}),
    ) -> str:
        """Stores a case and returns its number; the same call again returns the same number.

        `personal` details go with the number when the subscriber erases. Raises Refused when no
        free number is found, and TooOften for who opens cases without end.
        """
        owner = self._keyring.index_of(call.subscriber)
        sealed = {
            "msisdn_sealed": call.subscriber.as_stored,
            "details_sealed": json.dumps(dict(details)),
            "personal_sealed": json.dumps(dict(personal)),
        }
        row: dict[str, object] = {
            "institution": call.institution,
            "service": service,
            "category": category,
            "status": RECEIVED,
            "msisdn_index": owner,
            "opened_at": call.at,
            "changed_at": call.at,
        }
        with idempotency.one_write(self._engine, self._keyring, call, "open case") as begun:
            connection, row["call_index"] = begun
            row |= {name: CASES.seal(self._keyring, name, row, sealed[name]) for name in sealed}
            known = connection.scalar(_OF_CALL, {"of_call": row["call_index"]})
            if known is not None:
                return str(known)
            how_often.hold_to(connection, _NEWEST, owner, call)
            insert = _OPEN[connection.dialect.name]
            for _ in range(_TRIES):
                number = case_number.from_serial(self._next_serial())
                stored: str | None = connection.scalar(insert, {**row, "number": number})
                if stored is not None:
                    self._postings.note(connection, service, stored, call)
                # Nothing stored: the call has its case already, or the number is another case's.
                stored = stored or connection.scalar(_OF_CALL, {"of_call": row["call_index"]})
                if stored is not None:
                    return stored
        raise Refused("No free case number was found. Archive closed cases.")

    def find(self, number: str) -> Case | None:
        """Returns the case with this number, whoever opened it."""
        with statements(self._engine) as connection:
            row = connection.execute(_FIND, {"of_number": number}).first()
        if row is None:
            return None
        number, service, category, status, opened_at, changed_at = row
        return Case(
            number=number,
            service=service,
            category=category,
            status=status,
            opened_at=opened_at,
            changed_at=changed_at,
        )

    def unsolved(self, call: ServiceCall, service: str) -> str:
        """Returns the number of the subscriber's newest case that is not solved; empty if none."""
        own = {"of_index": self._keyring.index_of(call.subscriber), "of_service": service}
        with statements(self._engine) as connection:
            return connection.scalar(_UNSOLVED, own) or ""

    def confirm(self, call: ServiceCall, number: str, mended: bool) -> bool:
        """Notes what the subscriber says of their case: mended, or in progress again.

        Returns whether there is such a case of this subscriber.
        """
        kind = case_events.CONFIRMED if mended else case_events.NOT_MENDED
        status = SOLVED if mended else IN_PROGRESS
        return case_events.add(self._engine, self._keyring, call, number, kind, status=status)

    def amend(
        self,
        call: ServiceCall,
        number: str,
        service: str,
        *,
        category: str = "",
        details: Mapping[str, str] = MappingProxyType({}),
        personal: Mapping[str, str] = MappingProxyType({}),
    ) -> bool:
        """Puts what is told now in the place of what was told before; the rest of it stays.

        An empty text takes away what was told under its name.

        Returns whether there is such a case of this subscriber and service. Once it is solved,
        nothing is changed any more: it is no such case then.
        """
        told = json.dumps([category, sorted(details.items()), sorted(personal.items())])
        words = ("amend case", number, told)
        own = {
            "of_number": number,
            "of_index": self._keyring.index_of(call.subscriber),
            "of_service": service,
        }
        with idempotency.one_write(self._engine, self._keyring, call, *words) as begun:
            connection, index = begun
            row = connection.execute(_OWN_OPEN, own).mappings().first()
            if row is None:
                return False
            if not case_events.note(connection, self._keyring, call, number, index):
                return True
            change: dict[str, object] = {}
            for column, now in (("details_sealed", details), ("personal_sealed", personal)):
                texts = {**self._opened(column, row), **now}
                kept = {name: text for name, text in texts.items() if text}
                change[column] = CASES.seal(self._keyring, column, row, json.dumps(kept))
            if category:
                change["category"] = category
            change["changed_at"] = call.at
            connection.execute(_AMEND.values(**change), {"of_number": number})
            self._postings.note(connection, service, number, call)
            return True

    def _opened(self, column: str, row: RowMapping) -> dict[str, str]:
        told: dict[str, str] = json.loads(CASES.open(self._keyring, column, row))
        return told

    def add_note(self, call: ServiceCall, number: str, text: str) -> bool:
        """Adds to what the subscriber has told; returns whether it is a case of theirs."""
        return case_events.add(
            self._engine, self._keyring, call, number, case_events.NOTE, text=text
        )
