"""What `store:` screens keep: once, corrected, completed, counted, written out; both databases."""

from __future__ import annotations

import csv
import threading
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import Engine, inspect, text

from gateway.adapters.dataset_files.export_form import export_form
from gateway.adapters.handler_calls.current_call import answering
from gateway.adapters.releases.in_process import ServedReleases
from gateway.adapters.sql.engine import transaction
from gateway.adapters.sql.handler_toolkit import record_tables
from gateway.adapters.sql.handler_toolkit.toolkit import SqlToolkit, toolkit
from gateway.adapters.sql.office.case_work import SqlCaseWork
from gateway.adapters.system.keyring import Keyring
from gateway.domain.datasets.column_kinds import OneOf, WholeNumber
from gateway.domain.datasets.dataset import Column
from gateway.domain.handler_contract.form import BadForm, Form, Places
from gateway.domain.handler_contract.service_call import Outcome, ServiceCall, Writes
from gateway.domain.menu.conditions import parse
from gateway.domain.menu.release import Release
from gateway.domain.telecom.msisdn import Msisdn
from gateway.use_cases.handler_calls.store_form import handlers_of
from gateway.use_cases.ports.casework import CasesWanted
from gateway.use_cases.ports.institutions import AuditEntry
from tests.clock import FixedClock

KEYRING = Keyring(bytes(range(32)))
ASHA, JUMA = Msisdn("+999700000001"), Msisdn("+999700000002")
NOON = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
KIND = Column(name="kind", max=5, kind=OneOf("water", "road"))
WHAT = Column(name="what", max=40)
NAME = Column(name="name", max=30, personal=True, required=False)

#: A case, a row for each, and one row a subscriber.
REPORTS = Form(
    name="reports",
    columns=(KIND, WHAT, NAME),
    writes=Writes.REPORT,
    reference=True,
    category="kind",
)
VISITS = Form(name="visits", columns=(WHAT, NAME), writes=Writes.REPORT)
VOTES = Form(
    name="votes",
    columns=(KIND,),
    writes=Writes.PREFERENCE,
    one_per=("subscriber",),
    closes=date(2026, 3, 31),
    counted=True,
)
RATINGS = Form(
    name="ratings",
    columns=(WHAT, KIND),
    writes=Writes.PREFERENCE,
    one_per=("subscriber", "what"),
)
LICENCES = Form(
    name="licences",
    columns=(WHAT,),
    writes=Writes.RECORD,
    reference=True,
    one_per=("subscriber",),
)
MONDAY = {"clinic": "mlimani", "day": "2026-03-16"}
TUESDAY = {"clinic": "mlimani", "day": "2026-03-17"}
#: Ten places of each day, one for each phone.
APPOINTMENTS = Form(
    name="appointments",
    columns=(Column(name="clinic", max=10), Column(name="day", max=10), NAME),
    writes=Writes.RECORD,
    one_per=("subscriber",),
    places=Places(most=10, per=("clinic", "day")),
)
#: What is worked out of the answers, and of what is added to them.
HARVESTS = Form(
    name="harvests",
    columns=(
        WHAT,
        Column(name="bags", max=3, kind=WholeNumber(0, 999), required=False),
        Column(name="kilos", max=6, kind=WholeNumber(0, 99_999), required=False),
        Column(name="day", max=10, required=False),
    ),
    writes=Writes.REPORT,
    calculated={"kilos": parse("bags * 90"), "day": parse("today")},
)
FORMS: Mapping[str, Form] = {
    form.name: form for form in (REPORTS, VISITS, VOTES, RATINGS, LICENCES, APPOINTMENTS, HARVESTS)
}
HANDLERS = handlers_of(FORMS.values())
PUMP = {"kind": "water", "what": "the pump is broken"}


@pytest.fixture
def desk(database: Engine) -> SqlToolkit:
    release = Release(id="r", languages={"en": "English"}, services={}, screens={}, phrases={})
    return toolkit(
        engine=database,
        datasets={},
        tables={name: form.table() for name, form in FORMS.items() if not form.reference},
        keyring=KEYRING,
        clock=FixedClock(NOON),
        zone=UTC,
        releases=ServedReleases(release),
        choose_language=lambda subscriber, language: None,
        next_serial=count(10_002_026).__next__,
    )


def run(
    desk: SqlToolkit,
    handler: str,
    answers: Mapping[str, object],
    key: str,
    *,
    who: Msisdn = ASHA,
    at: datetime = NOON,
) -> Outcome:
    call = ServiceCall(
        handler=f"store:{handler}",
        answers={name: str(value) for name, value in answers.items()},
        language="en",
        subscriber=who,
        key=key,
        at=at,
    )
    with answering(call):
        return HANDLERS[call.handler].run(call, desk)


def rows(desk: SqlToolkit, form: str) -> list[dict[str, str]]:
    return [dict(row) for row in desk.records.find(form)]


def cases(database: Engine) -> list[dict[str, str]]:
    work = SqlCaseWork(database, KEYRING)
    listed = work.find(CasesWanted(limit=10))
    found = [work.read(case.number) for case in listed]
    told = [{"category": each.case.category, **each.details} for each in found if each]
    return told[::-1]


def test_a_report_with_a_reference_is_a_case_whose_number_can_be_asked_for(
    desk: SqlToolkit, database: Engine
) -> None:
    stored = run(desk, "reports", PUMP, "turn-1")

    assert ("stored", "100 020 266") == (stored.name, stored.values["number"])
    case = desk.cases.find("100020266")
    assert case is not None
    assert ("reports", "water", "received") == (case.service, case.category, case.status)
    assert [{"category": "water", "what": "the pump is broken"}] == cases(database)


def test_what_is_worked_out_is_kept_and_follows_what_is_added(desk: SqlToolkit) -> None:
    """A figure that was made of an answer of before, or sent by the phone, would be another's."""
    stored = run(desk, "harvests", {"what": "maize", "kilos": "1"}, "turn-1")
    assert rows(desk, "harvests") == [
        {"what": "maize", "bags": "", "kilos": "", "day": "2026-03-10"}
    ]

    more = {"what": "maize", "bags": "3", "_row": stored.values["_row"]}
    assert "stored" == run(desk, "harvests.bags", more, "turn-2").name
    assert rows(desk, "harvests") == [
        {"what": "maize", "bags": "3", "kilos": "270", "day": "2026-03-10"}
    ]
    assert {"store:harvests.kilos", "store:harvests.day"}.isdisjoint(HANDLERS)


@pytest.mark.parametrize("form", FORMS)
def test_a_doubled_turn_writes_one_row(form: str, desk: SqlToolkit, database: Engine) -> None:
    first = run(desk, form, {**PUMP, **MONDAY}, "turn-1")
    second = run(desk, form, {**PUMP, **MONDAY}, "turn-1")

    assert first == second
    held = cases(database) if FORMS[form].reference else rows(desk, form)
    assert 1 == len(held)


@pytest.mark.parametrize("form", ["reports", "visits"])
def test_two_turns_at_the_same_moment_write_one_row(
    form: str, desk: SqlToolkit, database: Engine
) -> None:
    barrier = threading.Barrier(4)
    seen: list[Outcome] = []

    def turn() -> None:
        barrier.wait()
        seen.append(run(desk, form, PUMP, "turn-1"))

    threads = [threading.Thread(target=turn) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert 1 == len({tuple(sorted(each.values.items())) for each in seen})
    assert 1 == len(cases(database) if FORMS[form].reference else rows(desk, form))


@pytest.mark.parametrize(
    ("form", "answers", "held"),
    [
        ("reports", {"kind": "road", "what": "the bridge is gone"}, 2),
        ("reports", PUMP, 2),
        ("visits", PUMP, 2),
        ("votes", {"kind": "road"}, 1),
        ("ratings", {**PUMP, "kind": "road"}, 1),
        ("ratings", {**PUMP, "what": "the road office"}, 2),
        ("licences", {"what": "a taxi"}, 1),
    ],
)
def test_a_second_form_is_a_row_of_its_own_unless_there_is_one_a_subscriber(
    form: str, answers: Mapping[str, str], held: int, desk: SqlToolkit, database: Engine
) -> None:
    run(desk, form, PUMP, "turn-1")
    run(desk, form, answers, "turn-2")
    run(desk, form, PUMP, "turn-3", who=JUMA)

    found = cases(database) if FORMS[form].reference else rows(desk, form)
    assert held + 1 == len(found)
    assert (answers.get("what") or answers["kind"]) in found[held - 1].values()


def test_the_second_of_one_a_subscriber_keeps_its_number_until_it_is_solved(
    desk: SqlToolkit, database: Engine
) -> None:
    first = run(desk, "licences", {"what": "a taxi"}, "turn-1").values["number"]
    assert first == run(desk, "licences", {"what": "a bus"}, "turn-2").values["number"]
    assert [{"category": "", "what": "a bus"}] == cases(database)

    entry = AuditEntry(at=NOON, by="amina", institution="", act="answer", what="case")
    SqlCaseWork(database, KEYRING).move(str(first).replace(" ", ""), "solved", entry)

    assert first != run(desk, "licences", {"what": "a taxi"}, "turn-3").values["number"]


@pytest.mark.parametrize("form", ["reports", "visits"])
def test_told_again_in_its_dialogue_a_report_is_corrected(
    form: str, desk: SqlToolkit, database: Engine
) -> None:
    first = run(desk, form, PUMP, "turn-1")
    better = {"kind": "road", "what": "the bridge is gone", **first.values}

    again = run(desk, form, better, "turn-2")

    assert first == again
    (held,) = cases(database) if FORMS[form].reference else rows(desk, form)
    assert "the bridge is gone" == held["what"]


@pytest.mark.parametrize("form", ["reports", "visits"])
def test_what_is_not_told_again_leaves_nothing_behind(
    form: str, desk: SqlToolkit, database: Engine
) -> None:
    """A question of another branch, which is not asked when the report is put right."""
    first = run(desk, form, {**PUMP, "name": "Asha Tesha"}, "turn-1")

    run(desk, form, {**PUMP, **first.values}, "turn-2")

    (held,) = cases(database) if FORMS[form].reference else rows(desk, form)
    assert ("the pump is broken", "") == (held["what"], held.get("name", ""))


@pytest.mark.parametrize("form", ["reports", "visits"])
@pytest.mark.parametrize(
    ("row", "who"), [("of the form", JUMA), ("", ASHA), ("00" * 32, ASHA), ("100020299", ASHA)]
)
def test_nobody_completes_a_row_that_is_not_theirs(
    form: str, row: str, who: Msisdn, desk: SqlToolkit
) -> None:
    stored = run(desk, form, PUMP, "turn-1").values["_row"]
    given = {"name": "Asha Tesha", "_row": stored if row == "of the form" else row}

    assert Outcome("gone") == run(desk, f"{form}.name", given, "turn-2", who=who)


@pytest.mark.parametrize("form", ["reports", "visits"])
def test_what_is_asked_afterwards_completes_the_row(
    form: str, desk: SqlToolkit, database: Engine
) -> None:
    stored = run(desk, form, PUMP, "turn-1").values["_row"]
    given = {"name": "Asha Tesha", "_row": stored}

    assert Outcome("stored") == run(desk, f"{form}.name", given, "turn-2")
    assert Outcome("stored") == run(desk, f"{form}.name", given, "turn-2")

    (held,) = cases(database) if FORMS[form].reference else rows(desk, form)
    assert ("the pump is broken", "Asha Tesha") == (held["what"], held["name"])


@pytest.mark.parametrize("form", ["reports", "visits"])
def test_a_personal_answer_goes_with_its_subscriber(
    form: str, desk: SqlToolkit, database: Engine
) -> None:
    run(desk, form, {**PUMP, "name": "Asha Tesha"}, "turn-1")
    call = ServiceCall(
        handler="erase", answers={}, language="en", subscriber=ASHA, key="turn-2", at=NOON
    )
    assert {"visits" if form == "visits" else "cases"} == {
        each["what"] for each in desk.my.held(call)
    }

    desk.my.erase(call)

    assert [] == desk.my.held(call)
    assert "Asha" not in str(cases(database)) + str(rows(desk, "visits"))


@pytest.mark.parametrize(
    ("day", "outcome"), [(date(2026, 3, 31), "stored"), (date(2026, 4, 1), "closed")]
)
def test_a_form_that_is_closed_keeps_nothing(day: date, outcome: str, desk: SqlToolkit) -> None:
    at = NOON + (day - NOON.date())

    assert outcome == run(desk, "votes", PUMP, "turn-1", at=at).name
    assert (outcome == "stored") == bool(rows(desk, "votes"))


def test_a_form_that_was_sent_in_time_is_stored_when_the_database_is_back(
    desk: SqlToolkit,
) -> None:
    told_at = datetime(2026, 3, 31, 23, 59, tzinfo=UTC)

    assert "stored" == run(desk, "votes", PUMP, "turn-1", at=told_at).name


def test_a_counted_form_tells_how_many_have_sent_it(desk: SqlToolkit) -> None:
    assert "1" == run(desk, "votes", PUMP, "turn-1").values["rows"]
    assert "1" == run(desk, "votes", {"kind": "road"}, "turn-2").values["rows"]
    assert "2" == run(desk, "votes", PUMP, "turn-3", who=JUMA).values["rows"]


@pytest.mark.parametrize("form", ["votes", "reports"])
@pytest.mark.parametrize("kind", ["sewer", ""])
def test_an_answer_that_its_column_does_not_take_is_not_stored(
    kind: str, form: str, desk: SqlToolkit, database: Engine
) -> None:
    with pytest.raises(ValueError, match="'kind' of table"):
        run(desk, form, {**PUMP, "kind": kind}, "turn-1")

    assert [] == rows(desk, "votes") + cases(database)


@pytest.mark.parametrize("form", ["reports", "visits"])
def test_a_text_of_several_sms_is_kept_whole(form: str, desk: SqlToolkit, database: Engine) -> None:
    long = "the pump is broken " * 60

    run(desk, form, {**PUMP, "what": long}, "turn-1")

    (held,) = cases(database) if FORMS[form].reference else rows(desk, form)
    assert long == held["what"]


def test_the_cases_of_a_form_are_written_out_and_their_citizens_see_it(
    desk: SqlToolkit, database: Engine, tmp_path: Path
) -> None:
    run(desk, "reports", PUMP, "turn-1")
    run(desk, "reports", {**PUMP, "what": "=1+1", "name": "Juma"}, "turn-2", who=JUMA)
    run(desk, "licences", {"what": "a taxi"}, "turn-3")
    path = tmp_path / "reports.csv"
    now = NOON + timedelta(hours=1)

    written = export_form(database, KEYRING, REPORTS, path, who="Water office", now=now)

    with path.open(encoding="utf-8-sig", newline="") as file:
        found = list(csv.reader(file))
    assert (2, ["number", "status", "opened_at", "kind", "what", "name"]) == (written, found[0])
    assert [
        ["100020266", "received", "2026-03-10T12:00", "water", "the pump is broken", ""],
        ["100020277", "received", "2026-03-10T12:00", "water", "'=1+1", "Juma"],
    ] == found[1:]
    call = ServiceCall(handler="", answers={}, language="en", subscriber=JUMA, key="k", at=now)
    assert [("Water office", "cases")] == [
        (look["who"], look["what"]) for look in desk.my.who_looked(call)
    ]
    with pytest.raises(FileExistsError):
        export_form(database, KEYRING, REPORTS, path, who="Water office", now=now)


def test_a_case_of_an_older_form_has_nothing_in_a_column_that_is_new(
    desk: SqlToolkit, database: Engine, tmp_path: Path
) -> None:
    run(desk, "reports", PUMP, "turn-1")
    wider = replace(REPORTS, columns=(*REPORTS.columns, Column(name="ward", max=20)))
    path = tmp_path / "reports.csv"

    export_form(database, KEYRING, wider, path, who="Water office", now=NOON)

    assert path.read_text("utf-8-sig").endswith("the pump is broken,,\n")


def phone(number: int) -> Msisdn:
    return Msisdn(f"+9997000001{number:02}")


def test_fifty_who_want_ten_places_at_once_get_ten(desk: SqlToolkit) -> None:
    barrier = threading.Barrier(50)
    outcomes: list[str] = []

    def take(number: int) -> None:
        barrier.wait()
        taken = run(desk, "appointments", MONDAY, f"take {number}", who=phone(number))
        outcomes.append(taken.name)

    run(desk, "appointments", TUESDAY, "makes the table", who=phone(99))
    threads = [threading.Thread(target=take, args=(number,)) for number in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert {"stored": 10, "full": 40} == {name: outcomes.count(name) for name in set(outcomes)}
    assert 10 == desk.records.count("appointments", **MONDAY)


@pytest.fixture
def booked(desk: SqlToolkit) -> SqlToolkit:
    """A desk whose Monday is full."""
    for number in range(10):
        run(desk, "appointments", MONDAY, f"take {number}", who=phone(number))
    return desk


def test_a_place_that_is_taken_back_is_free_for_the_next(booked: SqlToolkit) -> None:
    late = run(booked, "appointments", MONDAY, "late", who=phone(50))

    freed = run(booked, "appointments.-", {}, "free", who=phone(3))
    again = run(booked, "appointments.-", {}, "free again", who=phone(3))
    next_one = run(booked, "appointments", MONDAY, "later", who=phone(50))

    assert ["full", "freed", "none", "stored"] == [
        each.name for each in (late, freed, again, next_one)
    ]


def test_nobody_takes_back_the_place_of_another(booked: SqlToolkit) -> None:
    assert "none" == run(booked, "appointments.-", MONDAY, "not mine", who=phone(50)).name
    assert "none" == run(booked, "appointments.-", TUESDAY, "another", who=phone(3)).name
    assert 10 == booked.records.count("appointments", **MONDAY)


def test_who_moves_to_another_day_frees_the_first(booked: SqlToolkit) -> None:
    moved = run(booked, "appointments", TUESDAY, "move", who=phone(3))
    next_one = run(booked, "appointments", MONDAY, "instead", who=phone(50))

    assert ["stored", "stored"] == [moved.name, next_one.name]
    assert 1 == booked.records.count("appointments", **TUESDAY)


def test_who_asks_for_a_full_day_keeps_the_day_they_have(booked: SqlToolkit) -> None:
    run(booked, "appointments", TUESDAY, "first", who=phone(50))

    assert "full" == run(booked, "appointments", MONDAY, "move", who=phone(50)).name
    assert 1 == booked.records.count("appointments", **TUESDAY)


def test_the_same_request_again_takes_no_second_place(booked: SqlToolkit) -> None:
    first = run(booked, "appointments", MONDAY, "take 3", who=phone(3))
    late = run(booked, "appointments", MONDAY, "late", who=phone(50))
    run(booked, "appointments.-", {}, "free", who=phone(4))

    assert ("stored", "full") == (first.name, late.name)
    assert "full" == run(booked, "appointments", MONDAY, "late", who=phone(50)).name


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"writes": Writes.REPORT, "one_per": ()}, "A report can be corrected"),
        ({"reference": True}, "the rows are cases"),
        ({"places": Places(most=3, per=("dya",))}, "Did you mean 'day'?"),
        ({"places": Places(most=3, per=("name",))}, "is personal or may be empty"),
    ],
)
def test_places_that_nobody_could_count_are_refused(
    change: Mapping[str, object], told: str
) -> None:
    with pytest.raises(BadForm) as caught:
        replace(APPOINTMENTS, **change)  # type: ignore[arg-type]

    assert told in str(caught.value)


def test_places_declared_later_are_counted_by_an_index(database: Engine) -> None:
    record_tables.make(database, [replace(APPOINTMENTS, places=None).table()])

    changed = record_tables.make(database, [APPOINTMENTS.table()])

    with transaction(database) as connection:
        # A connection of SQLite's that only looks at the schema may know the one before.
        connection.execute(text("SELECT count(*) FROM rec_appointments"))
        indexes = {each["name"] for each in inspect(connection).get_indexes("rec_appointments")}
    assert ["appointments"] == changed
    assert "ix_rec_appointments_counted" in indexes
