"""Rows that are no service's carry the deployment's own institution; older ones are given it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, String, Table, func, insert, select

from gateway.adapters.sql.engine import create, statements, transaction
from gateway.adapters.sql.migrate import migrate
from gateway.adapters.sql.migrations import fill_institutions as filling
from gateway.adapters.sql.migrations.fill_institutions import fill_institutions, of_institutions
from gateway.adapters.sql.schema import metadata
from gateway.adapters.sql.sms.consents import SqlConsents
from gateway.adapters.sql.sms.inbox import SqlInbox
from gateway.adapters.sql.sms.outbox import SqlOutbox
from gateway.adapters.sql.tables import owned_by
from gateway.adapters.sql.ussd.turn_statistics import SqlTurns
from gateway.adapters.system.keyring import Keyring
from gateway.domain.telecom.consent import EVERYTHING, ConsentState
from gateway.domain.telecom.help_desk_message import NewHelpDeskMessage
from gateway.domain.telecom.msisdn import Msisdn
from gateway.domain.telecom.sms import InboundSms, Lane, NewSms, Purpose
from gateway.use_cases.ports import ConsentChange, Conversation, Routed
from tests.clock import FixedClock
from tests.session_samples import RECORD

KEYRING = Keyring(bytes(range(32)))
ASHA = Msisdn("+999700000001")
TABLES = {
    "alerts", "broadcasts",
    "cases", "consent_changes", "consents", "conversations", "help_desk_messages", "inbound_sms",
    "kept_questions", "kept_sessions", "ledger_open", "outbound_sms", "reminders", "turns",
}  # fmt: skip
#: Their rows are found by the institution: none of them was ever without one.
NAMED = {
    "audit_heads", "audit_trail", "people_roles", "ledger_lines",
    "turn_sums", "answer_times", "group_days", "screen_days", "refusal_days", "sms_sums",
}  # fmt: skip


@pytest.fixture
def ours(database: Engine) -> Iterator[Engine]:
    """The database of a deployment that is called after its ministry."""
    yield owned_by(database, "ministry")
    owned_by(database, "gateway")


def whose(engine: Engine, name: str) -> dict[str, int]:
    """Returns how many rows of a table are whose."""
    table = metadata.tables[name]
    # As text, past the column's own type.
    stored = table.c.institution.cast(String)
    with statements(engine) as connection:
        counted = select(stored, func.count()).group_by(stored)
        return {row[0]: row[1] for row in connection.execute(counted)}


def test_each_deployment_of_a_process_writes_its_own_name(
    ours: Engine, tmp_path: Path, clock: FixedClock
) -> None:
    """Statements are kept as they were compiled, and what converts their values is an engine's."""
    new = NewSms(
        channel="sms", subscriber=ASHA, text="Ready", lane=Lane.REPLY, purpose=Purpose.REPLY,
        key="ready",
    )  # fmt: skip
    other = create(f"sqlite:///{tmp_path}/other.db")
    migrate(other)
    owned_by(other, "county")

    for engine, key in ((ours, "first"), (other, "first"), (ours, "second")):
        SqlOutbox(engine, KEYRING).add([new._replace(key=key)], clock.now())

    found = whose(ours, "outbound_sms"), whose(other, "outbound_sms")
    other.dispose()
    assert ({"ministry": 2}, {"county": 1}) == found


def of_an_older_release(engine: Engine, table: Table, rows: int) -> None:
    """Stores rows without an institution, as older releases did; all else is arbitrary."""
    plain = Table(
        table.name, type(metadata)(), *(each._copy() for each in table.columns), keep_existing=True
    )
    plain.c.institution.type = String()
    with transaction(engine) as connection:
        connection.execute(insert(plain), [_row(plain, number) for number in range(rows)])


def _row(table: Table, number: int) -> dict[str, object]:
    values: dict[str, object] = {}
    for column in table.columns:
        kind = column.type.python_type
        if column.name == "id":
            values[column.name] = number + 1
        elif column.nullable:
            continue
        elif column.name == "institution":
            values[column.name] = ""
        elif kind is bytes:
            values[column.name] = number.to_bytes(16)
        elif kind is str:
            values[column.name] = str(number)
        elif kind is bool:
            values[column.name] = False
        elif kind is int:
            values[column.name] = number
        else:
            values[column.name] = FixedClock().now() + timedelta(seconds=number)
    return values


def test_every_table_whose_rows_are_an_institutions_is_filled() -> None:
    assert TABLES == {table.name for table in of_institutions()}
    named = {name for name, table in metadata.tables.items() if "institution" in table.c}
    assert TABLES | NAMED == named


def test_what_is_no_services_is_stored_as_the_deployments_own(
    ours: Engine, clock: FixedClock
) -> None:
    now, inbox = clock.now(), SqlInbox(ours, KEYRING)
    mt = NewSms(
        channel="ke", subscriber=ASHA, text="It rains", lane=Lane.BULK, purpose=Purpose.NOTICE,
        key="a",
    )  # fmt: skip
    for number, institution in enumerate(("", "works")):
        mo = InboundSms(provider_ref=str(number), subscriber=ASHA, to="2026", text="HI")
        inbound_id = inbox.accept("ke", mo, now)
        assert inbound_id is not None
        told = NewHelpDeskMessage(
            key=str(number), channel="ke", subscriber=ASHA, text=f"{number}?", institution="works"
        )
        inbox.finish(
            Routed(
                inbound_id=inbound_id,
                institution=institution,
                help_desk=(told,),
                conversation=Conversation(None, number),
                conversation_expires_at=now + timedelta(hours=1),
            ),
            now,
        )
    stop = ConsentChange(
        subscriber=ASHA, topic=EVERYTHING, state=ConsentState.OPTED_OUT, source="sms"
    )
    SqlConsents(ours, KEYRING).change([stop], now)
    SqlOutbox(ours, KEYRING).add([mt], now)
    SqlTurns(ours).store([RECORD])

    assert {"ministry": 1, "works": 1} == whose(ours, "inbound_sms")
    for name in ("consents", "outbound_sms", "turns"):
        assert {"ministry": 1} == whose(ours, name), name


def test_what_was_just_taken_in_is_the_deployments_own_until_it_is_routed(
    ours: Engine, clock: FixedClock
) -> None:
    mo = InboundSms(provider_ref="1", subscriber=ASHA, to="2026", text="HI")
    SqlInbox(ours, KEYRING).accept("ke", mo, clock.now())

    assert {"ministry": 1} == whose(ours, "inbound_sms")


@pytest.mark.parametrize("name", sorted(TABLES))
@pytest.mark.parametrize("rows", [0, 1, 6, 7])
def test_older_rows_are_given_the_deployments_own_a_few_at_a_time(
    database: Engine, monkeypatch: pytest.MonkeyPatch, name: str, rows: int
) -> None:
    monkeypatch.setattr(filling, "ROWS_AT_ONCE", 3)
    if rows:
        of_an_older_release(database, metadata.tables[name], rows)

    assert ([rows, 0]) == [fill_institutions(database, "ministry") for _ in range(2)]
    assert ({"ministry": rows} if rows else {}) == whose(database, name)


def test_rows_that_are_somebodys_already_are_left_alone(ours: Engine, clock: FixedClock) -> None:
    test_what_is_no_services_is_stored_as_the_deployments_own(ours, clock)

    assert 0 == fill_institutions(ours, "another")
    assert {"ministry": 1, "works": 1} == whose(ours, "inbound_sms")
