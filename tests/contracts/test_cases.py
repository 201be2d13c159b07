"""Cases: one number for each call, which cannot be guessed from another, on both databases."""

from __future__ import annotations

import json
import threading
from dataclasses import replace
from itertools import chain, repeat

import pytest
from sqlalchemy import Engine, select

from gateway.adapters.sql.casework.cases import SqlCases, random_serial
from gateway.adapters.sql.casework.how_often import MOST
from gateway.adapters.sql.engine import statements
from gateway.adapters.sql.handler_tables import case_events
from gateway.adapters.sql.handler_toolkit.subscriptions import SqlSubscriptions
from gateway.adapters.sql.sealed_columns import CASE_EVENTS, CASES
from gateway.adapters.sql.tables import cases as cases_table
from gateway.adapters.sql.tables import consents
from gateway.adapters.system.keyring import Keyring
from gateway.domain.faults_and_errors.errors import Refused, TooOften
from gateway.domain.handler_contract.service_call import ServiceCall
from gateway.domain.input_kinds import case_number
from gateway.domain.telecom.msisdn import Msisdn
from gateway.use_cases.ports import Case
from tests.clock import FixedClock

KEYRING = Keyring(bytes(range(32)))


@pytest.fixture
def cases(database: Engine) -> SqlCases:
    return SqlCases(database, KEYRING)


def call(clock: FixedClock, key: str = "session 1:3") -> ServiceCall:
    return ServiceCall(
        handler="report_problem",
        answers={"place": "by the well"},
        language="sw",
        subscriber=Msisdn("+999700000001"),
        key=key,
        at=clock.now(),
    )


def test_an_opened_case_is_found_by_its_number(cases: SqlCases, clock: FixedClock) -> None:
    number = cases.open(call(clock), "report_problem", "water", {"place": "by the well"})

    expected = Case(
        number=number,
        service="report_problem",
        category="water",
        status="received",
        opened_at=clock.now(),
        changed_at=clock.now(),
    )
    assert expected == cases.find(number)
    assert case_number.is_valid(number)


@pytest.mark.parametrize("number", ["", "100020265", "1", "'; DROP TABLE cases; --"])
def test_an_unknown_number_finds_nothing(cases: SqlCases, clock: FixedClock, number: str) -> None:
    cases.open(call(clock), "report_problem", "water", {})

    assert cases.find(number) is None


def test_the_same_call_again_returns_the_same_number(cases: SqlCases, clock: FixedClock) -> None:
    first = cases.open(call(clock), "report_problem", "water", {})
    clock.advance(5)
    repeated = cases.open(call(clock), "report_problem", "water", {})
    other = cases.open(call(clock, "session 2:3"), "report_problem", "water", {})

    assert first == repeated
    assert first != other
    assert 1 == len({first, repeated})


def test_the_same_call_at_the_same_moment_opens_one_case(
    cases: SqlCases, database: Engine, clock: FixedClock
) -> None:
    barrier = threading.Barrier(4)
    numbers: list[str] = []

    def open_case() -> None:
        barrier.wait()
        numbers.append(cases.open(call(clock), "report_problem", "water", {}))

    threads = [threading.Thread(target=open_case) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert 4 == len(numbers)
    assert 1 == len(set(numbers))
    with statements(database) as connection:
        assert 1 == len(connection.execute(cases_table.select()).all())


def test_a_number_that_is_taken_is_passed_over(database: Engine, clock: FixedClock) -> None:
    serials = chain([10_000_001, 10_000_001, 10_000_001, 10_000_002])
    cases = SqlCases(database, KEYRING, lambda: next(serials))

    first = cases.open(call(clock, "a"), "report_problem", "water", {})
    second = cases.open(call(clock, "b"), "report_problem", "water", {})

    assert case_number.from_serial(10_000_001) == first
    assert case_number.from_serial(10_000_002) == second


def test_when_no_number_is_free_the_case_is_refused(database: Engine, clock: FixedClock) -> None:
    serials = repeat(10_000_001)
    cases = SqlCases(database, KEYRING, lambda: next(serials))
    cases.open(call(clock, "a"), "report_problem", "water", {})

    with pytest.raises(Refused, match="No free case number"):
        cases.open(call(clock, "b"), "report_problem", "water", {})


def test_serials_have_eight_digits_and_no_order() -> None:
    serials = [random_serial() for _ in range(200)]

    assert {8} == {len(str(serial)) for serial in serials}
    assert sorted(serials) != serials
    assert len(set(serials)) > 190


def test_details_are_sealed_and_can_be_opened_by_the_institution(
    cases: SqlCases, database: Engine, clock: FixedClock
) -> None:
    cases.open(call(clock), "report_problem", "water", {"place": "kwa kisima ምንጭ"})

    with statements(database) as connection:
        row = connection.execute(cases_table.select()).mappings().one()
    assert "kisima" not in repr(tuple(row.values()))
    assert "kisima" in CASES.open_text(KEYRING, "details_sealed", row)
    assert "+999700000001" == CASES.open_text(KEYRING, "msisdn_sealed", row)


@pytest.mark.parametrize(("mended", "status"), [(True, "solved"), (False, "in_progress")])
def test_the_subscriber_says_whether_it_was_mended(
    cases: SqlCases, clock: FixedClock, mended: bool, status: str
) -> None:
    number = cases.open(call(clock), "report_problem", "water", {})
    clock.advance(hours=1)

    assert cases.confirm(call(clock, "session 2:1"), number, mended)

    case = cases.find(number)
    assert case is not None
    assert (status, clock.now()) == (case.status, case.changed_at)


def test_the_same_word_again_does_not_undo_what_came_after_it(
    cases: SqlCases, clock: FixedClock
) -> None:
    number = cases.open(call(clock), "report_problem", "water", {})
    for key, mended in (("a", False), ("b", True), ("a", False)):
        assert cases.confirm(call(clock, key), number, mended)

    case = cases.find(number)
    assert case is not None
    assert "solved" == case.status


def test_only_who_opened_a_case_confirms_it_or_adds_to_it(
    cases: SqlCases, database: Engine, clock: FixedClock
) -> None:
    number = cases.open(call(clock), "report_problem", "water", {})
    stranger = replace(call(clock, "b"), subscriber=Msisdn("+999700000002"))

    assert not cases.confirm(stranger, number, mended=True)
    assert not cases.add_note(stranger, number, "It is mine.")
    assert not cases.confirm(call(clock, "c"), "100020266", mended=True)

    case = cases.find(number)
    assert case is not None
    assert "received" == case.status
    with statements(database) as connection:
        assert [] == connection.execute(case_events.select()).all()


def test_a_note_is_sealed_and_kept_once(
    cases: SqlCases, database: Engine, clock: FixedClock
) -> None:
    number = cases.open(call(clock), "report_problem", "water", {})

    for _ in range(2):
        assert cases.add_note(call(clock, "b"), number, "kwa kisima")

    with statements(database) as connection:
        event = connection.execute(case_events.select()).mappings().one()
    assert "kwa kisima" == CASE_EVENTS.open_text(KEYRING, "text_sealed", event)
    assert b"kisima" not in event["text_sealed"]


def test_a_case_and_a_consent_say_whose_service_asked(
    cases: SqlCases, database: Engine, clock: FixedClock
) -> None:
    asked = replace(call(clock), institution="works")
    cases.open(asked, "report_problem", "water", {})
    SqlSubscriptions(database, KEYRING).add(asked, "floods")

    with statements(database) as connection:
        found = [connection.scalar(select(each.c.institution)) for each in (cases_table, consents)]

    assert ["works", "works"] == found


def test_one_subscriber_opens_no_end_of_cases_and_others_go_on(
    cases: SqlCases, clock: FixedClock
) -> None:
    calls = [call(clock, f"session {number}") for number in range(MOST)]
    numbers = [cases.open(each, "report_problem", "water", {}) for each in calls]

    with pytest.raises(TooOften):
        cases.open(call(clock, "one more"), "report_problem", "water", {})

    assert numbers == [cases.open(each, "report_problem", "water", {}) for each in calls]
    other = replace(call(clock, "another's"), subscriber=Msisdn("+999700000002"))
    assert cases.open(other, "report_problem", "water", {})
    clock.advance(days=1)
    assert cases.open(call(clock, "the next day"), "report_problem", "water", {})


# ------------------------------------------------------------------ corrected by its subscriber


def details_of(engine: Engine, number: str) -> tuple[str, dict[str, str], dict[str, str]]:
    """Returns category, details and personal details of a case."""
    with statements(engine) as connection:
        row = (
            connection.execute(select(cases_table).where(cases_table.c.number == number))
            .mappings()
            .one()
        )
    told = [
        json.loads(CASES.open(KEYRING, f"{name}_sealed", row)) for name in ("details", "personal")
    ]
    return row["category"], told[0], told[1]


def test_what_is_told_now_takes_the_place_of_what_was_told(
    cases: SqlCases, database: Engine, clock: FixedClock
) -> None:
    number = cases.open(call(clock), "report_problem", "water", {"place": "a", "words": "b"})
    clock.advance(60)
    better = call(clock, key="session 1:5")

    for _ in range(2):  # the same call again changes nothing more
        assert cases.amend(
            better,
            number,
            "report_problem",
            category="road",
            details={"place": "c"},
            personal={"name": "Asha"},
        )

    assert details_of(database, number) == ("road", {"place": "c", "words": "b"}, {"name": "Asha"})
    case = cases.find(number)
    assert case is not None
    assert case.changed_at == clock.now()
    with statements(database) as connection:
        kinds = list(connection.scalars(select(case_events.c.kind)))
    assert kinds == ["amended"]


def test_what_is_told_as_empty_is_taken_away(
    cases: SqlCases, database: Engine, clock: FixedClock
) -> None:
    told = {"place": "a", "depth": "3 m"}
    number = cases.open(call(clock), "wells", "dry", told, personal={"name": "Asha"})

    assert cases.amend(
        call(clock, key="session 1:5"), number, "wells",
        details={"depth": "", "never": ""}, personal={"name": ""},
    )  # fmt: skip

    assert details_of(database, number) == ("dry", {"place": "a"}, {})


@pytest.mark.parametrize(
    "why", ["another subscriber", "another service", "no such case", "solved already"]
)
def test_nothing_else_is_corrected(
    cases: SqlCases, database: Engine, clock: FixedClock, why: str
) -> None:
    number = cases.open(call(clock), "report_problem", "water", {"place": "a"})
    by, wanted, service = call(clock, key="session 1:5"), number, "report_problem"
    match why:
        case "another subscriber":
            by = replace(by, subscriber=Msisdn("+999700000009"))
        case "another service":
            service = "my_data"
        case "no such case":
            wanted = "100020266"
        case _:
            assert cases.confirm(call(clock, key="session 1:4"), number, mended=True)

    assert not cases.amend(by, wanted, service, details={"place": "c"})
    assert details_of(database, number) == ("water", {"place": "a"}, {})
