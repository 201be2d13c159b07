"""Taking reports: what is stored, what is not, and what is stored once."""

from __future__ import annotations

import pytest

from gateway.handler_api import Outcome
from tests.handlers.desk import DeskInMemory, call_of, listed, run

UNNAMED = {
    "category": "water",
    "district": "Mbale",
    "description": "the pump is broken",
    "wants_name": "no",
}
NAMED = UNNAMED | {"wants_name": "yes", "name": "Asha Tesha"}


def test_every_district_of_the_country_is_listed_once() -> None:
    outcome = run(call_of("list_all_districts", {}), DeskInMemory())

    districts = [row["name"] for row in listed(outcome, "districts")]
    assert (len(districts), len(set(districts))) == (14, 14)


def test_the_citizen_gets_the_number_in_groups() -> None:
    outcome = run(call_of("open_case", UNNAMED), DeskInMemory())

    assert Outcome("opened", {"number": "100 020 266"}) == outcome


def test_the_case_holds_service_category_and_time() -> None:
    desk = DeskInMemory()
    call = call_of("open_case", UNNAMED)

    run(call, desk)

    case = desk.cases.find("100020266")
    assert case is not None
    assert ("report_problem", "water", "received", call.at) == (
        case.service,
        case.category,
        case.status,
        case.opened_at,
    )


@pytest.mark.parametrize(
    ("answers", "name"),
    [
        pytest.param(NAMED, "Asha Tesha", id="name given"),
        pytest.param(UNNAMED, None, id="no name wanted"),
        pytest.param(NAMED | {"wants_name": "no"}, None, id="name given, then taken back"),
        pytest.param(UNNAMED | {"wants_name": "yes"}, None, id="name wanted, never given"),
    ],
)
def test_a_name_is_stored_only_while_it_is_offered(
    answers: dict[str, str], name: str | None
) -> None:
    desk = DeskInMemory()

    run(call_of("open_case", answers), desk)

    details = desk.cases.details["100020266"]
    assert name == details.get("name")
    assert (details["district"], details["description"]) == ("Mbale", "the pump is broken")


def test_the_same_turn_twice_opens_one_case() -> None:
    desk = DeskInMemory()

    first = run(call_of("open_case", NAMED, key="turn-7"), desk)
    second = run(call_of("open_case", NAMED, key="turn-7"), desk)

    assert first == second
    assert len(desk.cases.details) == 1


def test_two_reports_open_two_cases() -> None:
    desk = DeskInMemory()

    first = run(call_of("open_case", NAMED, key="turn-7"), desk)
    second = run(call_of("open_case", NAMED, key="turn-8"), desk)

    assert first.values["number"] != second.values["number"]
    assert len(desk.cases.details) == 2


@pytest.mark.parametrize("missing", UNNAMED)
def test_a_report_without_a_needed_answer_opens_no_case(missing: str) -> None:
    desk = DeskInMemory()
    answers = {name: value for name, value in UNNAMED.items() if name != missing}

    with pytest.raises(KeyError):
        run(call_of("open_case", answers), desk)

    assert desk.cases.details == {}
