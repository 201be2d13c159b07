"""The office's side of cases, on both databases."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, select, update

from gateway.adapters.sql.casework.cases import SqlCases
from gateway.adapters.sql.engine import statements, transaction
from gateway.adapters.sql.handler_tables import audit, case_events, reminders
from gateway.adapters.sql.office.case_work import SqlCaseWork
from gateway.adapters.sql.sms.outbox import SqlOutbox
from gateway.adapters.sql.tables import cases as cases_table
from gateway.domain.telecom.msisdn import Msisdn
from gateway.domain.telecom.sms import Lane, NewSms, Purpose
from gateway.use_cases.ports.casework import ANSWERED, REMARK, STATUSES, CasesWanted, ToldTogether
from gateway.use_cases.ports.institutions import AuditEntry
from tests.clock import FixedClock
from tests.contracts.test_cases import KEYRING, call

CALLER = Msisdn("+999700000001")
OPEN = STATUSES[:-1]


@pytest.fixture
def cases(database: Engine) -> SqlCases:
    return SqlCases(database, KEYRING)


@pytest.fixture
def work(database: Engine) -> SqlCaseWork:
    return SqlCaseWork(database, KEYRING)


def looks(database: Engine) -> list[tuple[str, str]]:
    with statements(database) as connection:
        return [
            (row.who, row.what) for row in connection.execute(select(audit).order_by(audit.c.id))
        ]


def entry(by: str, clock: FixedClock, owner: Msisdn | None = CALLER) -> AuditEntry:
    return AuditEntry(
        at=clock.now(), by=by, institution="works", act="answer", what="case", seen="cases",
        subscribers=[owner] if owner else [],
    )  # fmt: skip


def opened(cases: SqlCases, clock: FixedClock, key: str, service: str = "report_problem") -> str:
    return cases.open(call(clock, key), service, "water", {"place": "by the well"})


def test_cases_are_listed_by_status_and_service_the_oldest_first(
    cases: SqlCases, work: SqlCaseWork, clock: FixedClock
) -> None:
    first, second = opened(cases, clock, "1"), opened(cases, clock, "2")
    other = opened(cases, clock, "3", "birth_or_death")
    work.move(second, "solved", entry("the office", clock))

    def listed(*statuses: str, service: str = "", limit: int = 9) -> list[str]:
        wanted = CasesWanted(statuses=statuses, service=service, limit=limit)
        return [case.number for case in work.find(wanted)]

    assert [first, other] == listed("received", "in_progress")
    assert [second] == listed("solved")
    assert [other, second, first] == listed(*STATUSES)
    assert [other] == listed(*STATUSES, service="birth_or_death")
    assert [first] == listed("received", limit=1)


def test_cases_are_found_by_number_by_who_works_on_them_and_by_age(
    cases: SqlCases, work: SqlCaseWork, clock: FixedClock
) -> None:
    old = opened(cases, clock, "1")
    clock.advance(3600)
    new = opened(cases, clock, "2")
    assert work.assign(new, "hana", entry("the office", clock))
    assert not work.assign(new, "hana", entry("the office", clock))
    assert not work.assign("100000009", "hana", entry("the office", clock))
    now = clock.now()

    def found(**wanted: Any) -> list[str]:
        return [case.number for case in work.find(CasesWanted(statuses=OPEN, **wanted))]

    assert ([new], [old]) == (found(assigned_to="hana"), found(assigned_to=""))
    assert ([old, new], []) == (
        found(subscriber=CALLER), found(subscriber=Msisdn("+999700000002"))
    )  # fmt: skip
    assert [old] == found(opened_before=now) == found(overdue={"report_problem": now})
    assert [] == found(overdue={"birth_or_death": now}) == found(overdue={})
    assert [] == found(institutions=frozenset({"elsewhere"}))


def test_what_an_office_notes_and_answers_stands_with_the_case(
    cases: SqlCases, work: SqlCaseWork, database: Engine, clock: FixedClock
) -> None:
    number = opened(cases, clock, "1")
    work.note(number, REMARK, "The pump is old.", entry("hana", clock))
    mt = NewSms(
        channel="ke", subscriber=CALLER, text="We come on Monday.", lane=Lane.REPLY,
        purpose=Purpose.REPLY, key="case answer",
    )  # fmt: skip
    work.answer(number, mt, entry("hana", clock))

    file = work.read(number)
    assert file is not None
    assert [(REMARK, "The pump is old.", "hana"), (ANSWERED, "We come on Monday.", "hana")] == [
        (event.kind, event.text, event.by) for event in file.events
    ]
    ((sms, _),) = SqlOutbox(database, KEYRING).to_subscriber(CALLER, 9)
    assert "We come on Monday." == sms.text
    with statements(database) as connection:
        assert "pump is old" not in repr(connection.execute(select(case_events)).all())


def test_a_case_that_is_moved_reads_so_and_says_since_when(
    cases: SqlCases, work: SqlCaseWork, clock: FixedClock
) -> None:
    number = opened(cases, clock, "1")
    clock.advance(3600)

    moved = work.move(number, "in_progress", entry("the office", clock))

    case = cases.find(number)
    assert moved
    assert case is not None
    assert ("in_progress", clock.now()) == (case.status, case.changed_at)
    assert clock.now() - timedelta(hours=1) == case.opened_at


def test_a_case_is_not_moved_to_where_it_is_and_no_other_is_moved(
    cases: SqlCases, work: SqlCaseWork, clock: FixedClock
) -> None:
    number = opened(cases, clock, "1")

    verdicts = [
        work.move(each, "received", entry("the office", clock)) for each in (number, "100020266")
    ]

    file = work.read(number)
    assert [False, False] == verdicts
    assert file is not None
    assert [] == list(file.events)


def test_a_case_is_read_with_what_was_told_and_what_became_of_it(
    cases: SqlCases, work: SqlCaseWork, clock: FixedClock
) -> None:
    number = opened(cases, clock, "1")
    work.move(number, "solved", entry("the office", clock))
    cases.confirm(call(clock, "2"), number, False)

    file = work.read(number)

    assert file is not None
    assert ("in_progress", Msisdn("+999700000001")) == (file.case.status, file.subscriber)
    assert {"place": "by the well"} == file.details
    assert [("moved", "solved"), ("not_mended", "")] == [(e.kind, e.text) for e in file.events]
    assert "well" not in repr(file)


def test_a_case_whose_number_was_erased_is_read_without_it(
    database: Engine, cases: SqlCases, work: SqlCaseWork, clock: FixedClock
) -> None:
    number = opened(cases, clock, "1")
    with transaction(database) as connection:
        connection.execute(update(cases_table).values(msisdn_index=b"", msisdn_sealed=b""))

    file = work.read(number)

    assert file is not None
    assert file.subscriber is None
    assert work.read("100020266") is None


def test_who_moves_a_case_is_noted_with_it_and_for_its_citizen(
    database: Engine, cases: SqlCases, work: SqlCaseWork, clock: FixedClock
) -> None:
    number = opened(cases, clock, "1")

    work.move(number, "in_progress", entry("Water office", clock))
    work.move(number, "in_progress", entry("Nobody", clock))
    clock.advance(60)
    work.move(number, "solved", entry("Water office", clock))

    file = work.read(number)
    assert file is not None
    assert [("moved", "Water office")] * 2 == [(each.kind, each.by) for each in file.events]
    assert [("Water office", "cases")] * 2 == looks(database)


def test_of_a_case_without_a_number_only_the_case_tells_who_moved_it(
    database: Engine, cases: SqlCases, work: SqlCaseWork, clock: FixedClock
) -> None:
    number = opened(cases, clock, "1")
    with transaction(database) as connection:
        connection.execute(update(cases_table).values(msisdn_index=b"", msisdn_sealed=b""))

    assert work.move(number, "solved", entry("Water office", clock, None))

    file = work.read(number)
    assert file is not None
    assert ["Water office"] == [each.by for each in file.events]
    assert [] == looks(database)


# ------------------------------------------------------------------ told to its citizen


def waiting(database: Engine) -> list[tuple[str, str, str]]:
    with statements(database) as connection:
        rows = connection.execute(select(reminders).order_by(reminders.c.id))
        return [(row.topic, row.reminder_key, row.message) for row in rows]


def test_who_moves_a_case_tells_its_citizen_the_newest_state_once(
    cases: SqlCases, work: SqlCaseWork, database: Engine, clock: FixedClock
) -> None:
    number = opened(cases, clock, "1")

    assert work.move(number, "in_progress", entry("me", clock), message="case_in_progress")
    assert [("cases", number, "case_in_progress")] == waiting(database)
    clock.advance(60)
    assert work.move(number, "solved", entry("me", clock), message="case_solved")
    assert [("cases", number, "case_solved")] == waiting(database)
    assert not work.move(number, "solved", entry("me", clock), message="case_solved")


def test_several_cases_that_are_moved_at_once_are_told_in_one_text(
    cases: SqlCases, work: SqlCaseWork, database: Engine, clock: FixedClock
) -> None:
    first, second, alone = (opened(cases, clock, each) for each in "123")
    assert work.move(second, "in_progress", entry("me", clock), message="case_in_progress")
    for count, number in enumerate((first, second), start=1):
        assert work.move(
            number, "solved", entry("me", clock), message=f"told of {count}",
            together=ToldTogether(first, count),
        )  # fmt: skip
    assert work.move(alone, "solved", entry("me", clock), message="case_solved")

    # What waited of the second is no news any more.
    assert [("cases", alone, "case_solved"), ("cases", first, "told of 2")] == sorted(
        waiting(database), key=lambda each: each[2]
    )
    with statements(database) as connection:
        due = {row.message: row.due_at for row in connection.execute(select(reminders))}
    assert {"case_solved": clock.now(), "told of 2": clock.now() + timedelta(minutes=1)} == due


def test_nobody_is_told_where_there_is_no_text_or_no_citizen_any_more(
    cases: SqlCases, work: SqlCaseWork, database: Engine, clock: FixedClock
) -> None:
    number, erased = opened(cases, clock, "1"), opened(cases, clock, "2")
    with transaction(database) as connection:
        connection.execute(
            update(cases_table)
            .where(cases_table.c.number == erased)
            .values(msisdn_index=b"", msisdn_sealed=b"")
        )

    assert work.move(number, "solved", entry("me", clock))
    assert work.move(erased, "solved", entry("me", clock), message="case_solved")

    assert [] == waiting(database)
