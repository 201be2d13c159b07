"""A sealed value opens in the row it was sealed for, and nowhere else, in any table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from sqlalchemy import Engine, LargeBinary, Table, select, update

from gateway.adapters.sql.engine import transaction
from gateway.adapters.sql.handler_toolkit.record_tables import sealed_of, table_of
from gateway.adapters.sql.handler_toolkit.records import SqlRecords
from gateway.adapters.sql.office.case_work import SqlCaseWork
from gateway.adapters.sql.schema import metadata
from gateway.adapters.sql.sealed_columns import SEALED, SealedTable
from gateway.adapters.sql.sms.outbox import UNREADABLE, SqlOutbox
from gateway.adapters.sql.tables import outbound_sms
from gateway.domain.faults_and_errors.errors import Refused
from gateway.domain.telecom.sms import Lane
from gateway.handler_api import Column
from gateway.handler_api import Table as Declared
from tests.clock import FixedClock
from tests.sealed_rows import ASHA, JUMA, KEYRING, call, fill

CHILDREN = Declared(
    name="children",
    columns=(Column(name="id", max=8), Column(name="name", max=20, personal=True)),
    key=("id",),
)

COLUMNS = [(sealed, column) for sealed in SEALED.values() for column in sealed.purposes]


def test_every_sealed_column_of_the_schema_is_in_the_table_of_sealed_columns() -> None:
    declared = {
        (table.name, column.name)
        for table in metadata.tables.values()
        for column in table.columns
        if column.name.endswith("_sealed") and isinstance(column.type, LargeBinary)
    }

    assert declared - {("master_keys", "index_key_sealed")} == {
        (sealed.name, column) for sealed, column in COLUMNS
    }


def test_what_binds_a_value_is_the_key_of_its_row_and_of_no_other() -> None:
    for sealed in SEALED.values():
        table = metadata.tables[sealed.name]
        unique = [{*table.primary_key.columns.keys()}]
        unique += [{each.name} for each in table.columns if each.unique]
        unique += [
            {*each.columns.keys()}
            for each in table.constraints
            if type(each).__name__ == "UniqueConstraint" and hasattr(each, "columns")
        ]
        assert {*sealed.key} in unique, sealed.name


@pytest.mark.parametrize(
    ("sealed", "column"), COLUMNS, ids=[f"{each.name}.{name}" for each, name in COLUMNS]
)
def test_two_values_that_were_swapped_are_noticed(
    database: Engine, clock: FixedClock, sealed: SealedTable, column: str
) -> None:
    fill(database, clock)
    table = metadata.tables[sealed.name]
    before = rows_with(database, table, column)
    assert 2 <= len(before)
    assert all(sealed.open(KEYRING, column, row) is not None for row in before)

    swap(database, table, column, before[0], before[1])

    swapped = rows_with(database, table, column)
    assert [False, False] == [opens(sealed, column, row) for row in swapped[:2]]
    assert all(opens(sealed, column, row) for row in swapped[2:])


def test_two_values_of_one_row_that_were_swapped_are_noticed(
    database: Engine, clock: FixedClock
) -> None:
    fill(database, clock)
    row = rows_with(database, metadata.tables["cases"], "personal_sealed")[0]
    crossed = {**row, "details_sealed": row["personal_sealed"]}

    with pytest.raises(Refused, match="another row"):
        SEALED["cases"].open(KEYRING, "details_sealed", crossed)


def test_two_values_of_a_deployments_own_table_that_were_swapped_are_noticed(
    database: Engine, clock: FixedClock
) -> None:
    records = SqlRecords(database, {"children": CHILDREN}, KEYRING, clock)
    records.put("children", call(clock, "a", ASHA), {"id": "1", "name": "Neema"})
    records.put("children", call(clock, "b", JUMA), {"id": "1", "name": "Baraka"})
    table, sealed = table_of(CHILDREN), sealed_of(CHILDREN)
    first, second = rows_with(database, table, "name")
    assert [b"Neema", b"Baraka"] == [sealed.open(KEYRING, "name", row) for row in (first, second)]

    swap(database, table, "name", first, second)

    with pytest.raises(Refused, match="another row"):
        records.mine("children", call(clock, "c", ASHA))


def test_an_mt_whose_number_was_swapped_goes_to_nobody_and_holds_up_nobody(
    database: Engine, clock: FixedClock
) -> None:
    fill(database, clock)
    table = metadata.tables["outbound_sms"]
    rows = rows_with(database, table, "msisdn_sealed")
    swap(database, table, "msisdn_sealed", rows[0], rows[1])
    now = clock.now()

    leased = SqlOutbox(database, KEYRING).lease("ke", Lane.REPLY, 100, now, now + UNREADABLE)

    assert {row["id"] for row in rows[2:]} == {sms.id for sms in leased}
    with database.connect() as connection:
        waits = select(outbound_sms.c.due_at).where(outbound_sms.c.status == "queued")
        assert [now + UNREADABLE] * 2 == list(connection.scalars(waits))


def test_a_case_whose_details_were_swapped_is_not_shown_as_anothers(
    database: Engine, clock: FixedClock
) -> None:
    fill(database, clock)
    table = metadata.tables["cases"]
    first, second, *_ = rows_with(database, table, "details_sealed")
    swap(database, table, "details_sealed", first, second)

    with pytest.raises(Refused, match="another row"):
        SqlCaseWork(database, KEYRING).read(first["number"])


@pytest.mark.parametrize(
    ("sealed", "column"), COLUMNS, ids=[f"{each.name}.{name}" for each, name in COLUMNS]
)
def test_what_an_earlier_version_sealed_without_a_place_stays_readable(
    sealed: SealedTable, column: str
) -> None:
    key = {name: name for name in sealed.key}
    earlier = KEYRING.seal(sealed.purposes[column], "kwa kisima")

    assert "kwa kisima" == sealed.open_text(KEYRING, column, {**key, column: earlier})
    assert not KEYRING.is_current(sealed.purposes[column], earlier, sealed.place(column, key))


def test_a_key_does_not_pass_for_a_piece_of_its_neighbour() -> None:
    sealed = SEALED["inbound_sms"]
    one = {"channel": "at-ke", "provider_ref": "1"}
    other = {"channel": "at-k", "provider_ref": "e1"}

    value = sealed.seal(KEYRING, "text_sealed", one, "YES")

    with pytest.raises(Refused):
        sealed.open(KEYRING, "text_sealed", {**other, "text_sealed": value})


def rows_with(engine: Engine, table: Table, column: str) -> Sequence[Mapping[str, Any]]:
    """Returns the rows in which a column is set, in the order of their keys."""
    query = select(table).where(table.c[column].is_not(None)).order_by(*table.primary_key.columns)
    with engine.connect() as connection:
        return [dict(row) for row in connection.execute(query).mappings()]


def swap(
    engine: Engine, table: Table, column: str, one: Mapping[str, Any], other: Mapping[str, Any]
) -> None:
    """Gives each of two rows what the other has in a column, as somebody with the database may."""
    with transaction(engine) as connection:
        for row, value in ((one, other[column]), (other, one[column])):
            this = [each == row[each.name] for each in table.primary_key.columns]
            connection.execute(update(table).where(*this).values({column: value}))


def opens(sealed: SealedTable, column: str, row: Mapping[str, Any]) -> bool:
    """Returns whether the value that stands in a row is that row's."""
    try:
        sealed.open(KEYRING, column, row)
    except Refused:
        return False
    return True
