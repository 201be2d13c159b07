"""What is removed when: each row of the table is carried out, and every table has a row."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import redis
from sqlalchemy import Boolean, Engine, Integer, LargeBinary, Table, func, insert, select, update

from gateway.adapters.sql.engine import transaction
from gateway.adapters.sql.retention.expired_rows import CONDITIONS, SqlExpiredRows
from gateway.adapters.sql.schema import metadata
from gateway.adapters.sql.tables import Instant, conversations
from gateway.deployment.settings_sections import RetentionSettings
from gateway.domain.retention.policies import POLICIES, removals
from gateway.domain.retention.what_is_removed import EXPIRES, KEPT, REMOVED, Removal
from gateway.handler_api import Column
from gateway.handler_api import Table as Declared
from gateway.use_cases.retention.purge import MOST_ROWS, MOST_SECONDS, Purge
from tests.clock import FixedClock
from tests.retention import against_the_table, as_page

PAGE = Path(__file__).parents[2] / "docs" / "operations.md"
NOW = FixedClock().now()
NAMES = [each.table for each in REMOVED]


def add(engine: Engine, removal: Removal, times: list[datetime], **values: object) -> None:
    """Stores a row for each time, with every column filled."""
    table = metadata.tables[removal.table]
    rows = [
        {**_filled(table, number), removal.column: at, **values} for number, at in enumerate(times)
    ]
    with transaction(engine) as connection:
        connection.execute(insert(table), rows)


def _filled(table: Table, number: int) -> dict[str, object]:
    """Returns a row that is unlike those of other numbers in each column."""
    row: dict[str, object] = {}
    for column in table.columns:
        match column.type:
            case Instant():
                row[column.name] = NOW
            case LargeBinary():
                row[column.name] = b"%d" % number
            case Boolean():
                row[column.name] = False
            case Integer():
                row[column.name] = number + 1
            case _:
                row[column.name] = f"{column.name} {number}"
    return row | ({"id": number + 1} if "id" in table.c else {})


def left(engine: Engine, removal: Removal) -> int:
    """Returns how many rows still hold what was to be removed."""
    table = metadata.tables[removal.table]
    rows = select(func.count()).select_from(table)
    if removal.empties:
        rows = rows.where(table.c[removal.empties].is_not(None))
    with engine.connect() as connection:
        return connection.execute(rows).scalar_one()


def test_every_table_is_either_removed_from_or_kept_with_a_reason() -> None:
    assert sorted(metadata.tables) == sorted([*NAMES, *(each.table for each in KEPT)])
    assert all(each.why and each.until for each in KEPT)


def test_the_page_for_operators_shows_the_table_row_by_row() -> None:
    section = PAGE.read_text("utf-8").split("## What is removed when\n")[1].split("\n## ")[0]
    shown = [line for line in section.splitlines() if line.startswith("|")]

    assert [line for line in as_page() if line] == shown


def test_the_table_names_columns_that_there_are() -> None:
    for each in REMOVED:
        columns = metadata.tables[each.table].c
        assert isinstance(columns[each.column].type, Instant), each
        assert not each.empties or columns[each.empties].nullable, each


def test_what_the_table_says_in_words_stands_in_sql_too() -> None:
    assert {each.table for each in REMOVED if each.only} <= set(CONDITIONS)


@pytest.mark.parametrize("removal", REMOVED, ids=NAMES)
def test_rows_go_when_the_table_says_and_not_before(database: Engine, removal: Removal) -> None:
    second = timedelta(seconds=1)
    add(database, removal, [NOW - removal.after, NOW - removal.after + second])
    rows = SqlExpiredRows(database, {})

    removed = [rows.remove(removal, at, 100) for at in (NOW - second, NOW, NOW, NOW + second)]

    assert [0, 1, 0, 1] == removed
    assert 0 == left(database, removal)


@pytest.mark.parametrize("removal", REMOVED, ids=NAMES)
def test_no_step_removes_more_than_it_may(database: Engine, removal: Removal) -> None:
    add(database, removal, [NOW - removal.after] * 5)
    rows = SqlExpiredRows(database, {})

    assert [2, 2, 1, 0] == [rows.remove(removal, NOW, 2) for _ in range(4)]


def test_the_oldest_rows_go_first(database: Engine) -> None:
    (removal,) = (each for each in REMOVED if each.table == "desk_calls")
    oldest = NOW - timedelta(days=30)
    add(database, removal, [NOW - timedelta(days=8), oldest, NOW - timedelta(days=9)])

    SqlExpiredRows(database, {}).remove(removal, NOW, 1)

    with database.connect() as connection:
        assert oldest not in connection.scalars(select(metadata.tables["desk_calls"].c.at)).all()


def test_a_slow_call_that_somebody_waits_for_stays_however_old(database: Engine) -> None:
    (removal,) = (each for each in REMOVED if each.table == "slow_calls")
    add(database, removal, [NOW - timedelta(days=9)], delivered_at=None, claim="sms")

    assert 0 == SqlExpiredRows(database, {}).remove(removal, NOW, 100)


def test_a_conversation_is_emptied_and_keeps_its_version(database: Engine) -> None:
    (removal,) = (each for each in REMOVED if each.table == "conversations")
    add(database, removal, [NOW - removal.after], version=7)

    SqlExpiredRows(database, {}).remove(removal, NOW, 100)

    with database.connect() as connection:
        row = connection.execute(select(conversations)).one()
    assert (None, 7) == (row.session_sealed, row.version)


def test_a_conversation_that_goes_on_meanwhile_is_not_emptied(database: Engine) -> None:
    (removal,) = (each for each in REMOVED if each.table == "conversations")
    add(database, removal, [NOW - removal.after])
    rows, removed = SqlExpiredRows(database, {}), []
    purge = threading.Thread(target=lambda: removed.append(rows.remove(removal, NOW, 100)))

    with transaction(database) as connection:
        connection.execute(update(conversations).values(expires_at=NOW + timedelta(hours=1)))
        purge.start()
        purge.join(timeout=0.3)  # it has chosen its rows by now, and waits for this one
    purge.join()

    assert ([0], 1) == (removed, left(database, removal))


def test_what_a_deployment_declares_with_days_is_a_row_of_the_table(database: Engine) -> None:
    tries = Declared(name="tries", columns=(Column(name="day", max=8),), key=("day",), days=2)
    tables: Mapping[str, Declared] = {"tries": tries, "kept": replace(tries, name="kept", days=0)}

    rows = SqlExpiredRows(database, tables)

    (own,) = rows.removals[len(REMOVED) :]
    assert ("rec_tries", "_since", timedelta(days=2)) == (own.table, own.column, own.after)
    assert 0 == rows.remove(own, NOW, 100)  # and the table is made where nobody has used it yet


POLICY = removals(
    {"sms_days": 30, "turns_days": 30, "sessions_days": 30, "help_desk_days": 30, "cases_days": 30}
)
OF_POLICY = {each.table: each for each in POLICY}
MONTH_OLD = NOW - timedelta(days=30)

#: What must be true of a row that may go, by its table.
OVER: Mapping[str, dict[str, object]] = {
    "inbound_sms": {"due_at": None},
    "outbound_sms": {"status": "delivered"},
    "help_desk_messages": {"status": "answered"},
}
#: The same of one that stays, however old.
OPEN: Mapping[str, dict[str, object]] = {
    "inbound_sms": {"due_at": NOW},
    "outbound_sms": {"status": "queued"},
    "help_desk_messages": {"status": "open"},
}


def test_without_a_policy_nothing_of_it_is_removed() -> None:
    assert [] == list(removals({"sms_days": None, "turns_days": None}))
    assert {"turns"} == {each.table for each in removals({"turns_days": 5, "sms_days": None})}


def test_each_policy_is_a_setting_and_each_setting_a_policy() -> None:
    assert set(RetentionSettings.model_fields) == {each.name for each in POLICIES}
    assert {each.table for each in POLICIES if each.only} == set(CONDITIONS) - set(NAMES)


@pytest.mark.parametrize("removal", POLICY, ids=OF_POLICY)
def test_rows_go_when_the_policy_says_and_not_before(database: Engine, removal: Removal) -> None:
    second = timedelta(seconds=1)
    over = OVER.get(removal.table, {})
    add(database, removal, [MONTH_OLD, MONTH_OLD + second, NOW], **over)
    rows = SqlExpiredRows(database, {}, POLICY)

    removed = [rows.remove(removal, at, 100) for at in (NOW - second, NOW, NOW, NOW + second)]

    assert ([0, 1, 0, 1], 1) == (removed, left(database, removal))


@pytest.mark.parametrize("table", OPEN)
def test_what_waits_for_something_stays_however_old_and_stands_in_nobodys_way(
    database: Engine, table: str
) -> None:
    removal = OF_POLICY[table]
    add(database, removal, [MONTH_OLD] * 9, **OPEN[table])
    with transaction(database) as connection:
        rows = metadata.tables[table]
        connection.execute(update(rows).where(rows.c.id == 9).values(**OVER[table]))
    purge = SqlExpiredRows(database, {}, POLICY)

    removed = [purge.remove(removal, NOW, 2) for _ in range(4)]

    assert (1, 8) == (sum(removed), left(database, removal))


def test_the_history_of_a_case_goes_after_its_case(database: Engine) -> None:
    cases, events = OF_POLICY["cases"], OF_POLICY["case_events"]
    add(database, cases, [MONTH_OLD], number="100020266")
    add(database, events, [MONTH_OLD] * 2, number="100020266")
    rows = SqlExpiredRows(database, {}, POLICY)

    assert [0, 1] == [rows.remove(each, NOW, 100) for each in (events, cases)]
    assert 2 == sum(rows.remove(events, NOW, 100) for _ in range(2))  # the second begins anew


def test_a_step_of_a_policy_looks_at_as_many_rows_as_it_may_remove(database: Engine) -> None:
    add(database, OF_POLICY["turns"], [MONTH_OLD] * 7)
    rows = SqlExpiredRows(database, {}, POLICY)

    assert [3, 3, 1, 0] == [rows.remove(OF_POLICY["turns"], NOW, 3) for _ in range(4)]


class _Backlog:
    """Has so many rows that are due in each of two tables; each step takes half a second."""

    def __init__(self, clock: FixedClock, *due: int) -> None:
        self.removals = REMOVED[:2]
        self.steps: list[str] = []
        self._due = dict(zip(NAMES, due, strict=False))
        self._clock = clock

    def remove(self, removal: Removal, now: datetime, most: int) -> int:
        self.steps.append(removal.table)
        self._clock.advance(0.5)
        removed = min(most, self._due[removal.table])
        self._due[removal.table] -= removed
        return removed


def test_a_purge_takes_a_second_step_only_where_there_is_more(clock: FixedClock) -> None:
    backlog = _Backlog(clock, MOST_ROWS + 3, MOST_ROWS - 1)

    assert 2 * MOST_ROWS + 2 == Purge(rows=backlog, clock=clock)()
    assert [NAMES[0], NAMES[1], NAMES[0]] == backlog.steps


def test_a_purge_with_much_to_do_leaves_the_ticker_time_for_other_things(clock: FixedClock) -> None:
    backlog = _Backlog(clock, 100 * MOST_ROWS, 100 * MOST_ROWS)

    removed = Purge(rows=backlog, clock=clock)()

    assert int(MOST_SECONDS / 0.5) * MOST_ROWS == removed


def test_a_key_that_the_table_does_not_name_or_that_lives_too_long_is_seen(valkey: str) -> None:
    assert "ussd:" in {each.key for each in EXPIRES}
    with redis.Redis.from_url(valkey) as client:
        client.set("ussd:1", "x", px=1000)
        client.set("counters", "x")
        assert [] == against_the_table(valkey)

        client.set("ussd:2", "x")
        client.set("counters:more", "x", px=1000)

        assert ["b'counters:more'", "b'ussd:2'"] == against_the_table(valkey)
        client.delete("ussd:2", "counters:more")


def test_nothing_goes_by_a_clock_that_is_apart_from_the_others(clock: FixedClock) -> None:
    clock.ahead = 345_600.0

    assert 0 == Purge(rows=_Backlog(clock, 10, 10), clock=clock)()
