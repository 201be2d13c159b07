"""Taking reports: what is stored, what is not, and what is stored once."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gateway.domain.telecom.msisdn import Msisdn
from gateway.handler_api import Outcome
from tests.handlers.desk import DeskInMemory, call_of, listed, run
from tests.phones import reference_look_ups

REPORT = {"category": "water", "district": "Mbale", "description": "the pump is broken"}
NUMBER = "100020266"
STRANGER = Msisdn("+999700000999")


def test_every_district_of_the_country_is_listed_once() -> None:
    outcome = run(
        call_of("lookup:report_problem.list_districts", {}), DeskInMemory(), reference_look_ups()
    )

    districts = [row["district"] for row in listed(outcome, "districts")]
    assert (len(districts), len(set(districts))) == (14, 14)


def test_the_citizen_gets_the_number_in_groups() -> None:
    outcome = run(call_of("store:report_problem", REPORT), DeskInMemory())

    assert Outcome("stored", {"_row": NUMBER, "number": "100 020 266"}) == outcome


def test_the_case_holds_service_category_and_time() -> None:
    desk = DeskInMemory()
    call = call_of("store:report_problem", REPORT)

    run(call, desk)

    case = desk.cases.find("100020266")
    assert case is not None
    assert ("report_problem", "water", "received", call.at) == (
        case.service,
        case.category,
        case.status,
        case.opened_at,
    )


def test_a_report_is_stored_without_a_name_which_completes_it_afterwards() -> None:
    desk = DeskInMemory()
    run(call_of("store:report_problem", REPORT), desk)
    assert "name" not in desk.cases.details[NUMBER]

    given = {"_row": NUMBER, "name": "Asha Tesha"}
    assert Outcome("stored") == run(call_of("store:report_problem.name", given, key="turn-2"), desk)

    told = {"district": "Mbale", "description": "the pump is broken", "name": "Asha Tesha"}
    assert told == desk.cases.details[NUMBER]


def test_told_again_in_its_dialogue_a_report_is_corrected_and_keeps_its_number() -> None:
    desk = DeskInMemory()
    opened = run(call_of("store:report_problem", REPORT), desk)
    better = {"category": "road", "district": "Wendu", "description": "the bridge is gone"}

    again = run(call_of("store:report_problem", {**better, **opened.values}, key="turn-2"), desk)

    assert opened == again
    assert {"district": "Wendu", "description": "the bridge is gone"} == desk.cases.details[NUMBER]
    case = desk.cases.find(NUMBER)
    assert case is not None
    assert "road" == case.category
    assert 1 == len(desk.cases.details)


def test_what_cannot_be_corrected_any_more_is_a_report_of_its_own() -> None:
    desk = DeskInMemory()
    opened = run(call_of("store:report_problem", REPORT), desk)
    desk.cases.set_status(NUMBER, "solved")

    again = run(call_of("store:report_problem", {**REPORT, **opened.values}, key="turn-2"), desk)

    assert opened != again
    assert 2 == len(desk.cases.details)


@pytest.mark.parametrize(
    ("number", "subscriber"),
    [(NUMBER, STRANGER), ("100020277", None), ("", None), ("nonsense", None)],
)
def test_nobody_names_a_case_that_is_not_theirs(number: str, subscriber: Msisdn | None) -> None:
    desk = DeskInMemory()
    run(call_of("store:report_problem", REPORT), desk)
    call = call_of(
        "store:report_problem.name", {"_row": number, "name": "Asha Tesha"}, key="turn-2"
    )

    named = run(replace(call, subscriber=subscriber or call.subscriber), desk)

    assert Outcome("gone") == named
    assert "name" not in desk.cases.details[NUMBER]


def test_the_same_turn_twice_opens_one_case() -> None:
    desk = DeskInMemory()

    first = run(call_of("store:report_problem", REPORT, key="turn-7"), desk)
    second = run(call_of("store:report_problem", REPORT, key="turn-7"), desk)

    assert first == second
    assert len(desk.cases.details) == 1


def test_two_reports_open_two_cases() -> None:
    desk = DeskInMemory()

    first = run(call_of("store:report_problem", REPORT, key="turn-7"), desk)
    second = run(call_of("store:report_problem", REPORT, key="turn-8"), desk)

    assert first.values["number"] != second.values["number"]
    assert len(desk.cases.details) == 2


@pytest.mark.parametrize("missing", REPORT)
def test_a_report_without_a_needed_answer_opens_no_case(missing: str) -> None:
    desk = DeskInMemory()
    answers = {name: value for name, value in REPORT.items() if name != missing}

    with pytest.raises(ValueError, match=f"'{missing}'"):
        run(call_of("store:report_problem", answers), desk)

    assert desk.cases.details == {}
