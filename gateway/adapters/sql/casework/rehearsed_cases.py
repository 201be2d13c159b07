"""Cases of a dialogue: placed before it begins, and read after it has ended."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from itertools import repeat

from sqlalchemy import Engine, bindparam, select, update

from gateway.adapters.sql.casework.cases import SqlCases, open_details
from gateway.adapters.sql.engine import statements, transaction
from gateway.adapters.sql.tables import cases
from gateway.adapters.system.keyring import Keyring
from gateway.domain.dialogue.golden_dialogue import PinnedCase
from gateway.domain.faults_and_errors.errors import Refused
from gateway.domain.handler_contract.service_call import ServiceCall
from gateway.domain.telecom.identity import Identity

_row = cases.c
_SET_STATUS = (
    update(cases).where(_row.number == bindparam("of_number")).values(status=bindparam("now"))
)
_NEWEST = (
    select(_row.number, _row.call_index, _row.details_sealed, _row.personal_sealed)
    .order_by(_row.id.desc())
    .limit(1)
)


def place(
    engine: Engine,
    keyring: Keyring,
    pinned: Mapping[str, PinnedCase],
    subscriber: Identity,
    at: datetime,
) -> None:
    """Stores cases under their numbers; raises Refused for a number that none can have."""
    for number, case in pinned.items():
        call = ServiceCall(
            handler="", answers={}, language="", subscriber=subscriber, key=f"case {number}", at=at
        )
        serial = int(number[:-1]) if number[:-1].isdecimal() else 0
        cases_so_numbered = SqlCases(engine, keyring, repeat(serial).__next__)
        stored = cases_so_numbered.open(call, case.service, case.category, {})
        if stored != number:
            raise Refused(f"A dialogue names a case by a wrong number. One like it is {stored}.")
        with transaction(engine) as connection:
            connection.execute(_SET_STATUS, {"of_number": number, "now": case.status})


def newest_details(
    engine: Engine, keyring: Keyring, placed: Mapping[str, PinnedCase]
) -> dict[str, str] | None:
    """Returns the details of the newest case, or None when the dialogue has opened none."""
    with statements(engine) as connection:
        row = connection.execute(_NEWEST).mappings().first()
    if row is None or row["number"] in placed:
        return None
    return open_details(keyring, row)
