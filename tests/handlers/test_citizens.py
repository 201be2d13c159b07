"""Warnings, consultations, ratings, messages, and the citizen's own data."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gateway.domain.telecom.msisdn import Msisdn
from gateway.handler_api import Outcome
from tests.handlers.desk import DeskInMemory, call_of, listed, run

#: Country code 999 is assigned to no country.
STRANGER = Msisdn.from_e164("+999700000456")


def test_warnings_of_a_district_are_listed_until_they_are_ended() -> None:
    desk = DeskInMemory()
    for key, district in enumerate(("Mbale", "Wendu")):
        run(call_of("subscribe_warnings", {"district": district}, key=f"turn-{key}"), desk)

    ended = run(call_of("stop_warnings", {"district": "Mbale"}, key="turn-9"), desk)

    mine = listed(run(call_of("my_warnings", {}), desk), "mine")
    assert Outcome("stopped", {"district": "Mbale"}) == ended
    assert [{"name": "Wendu"}] == mine


def test_other_subscriptions_are_no_warnings() -> None:
    desk = DeskInMemory()
    call = call_of("my_warnings", {})
    desk.subscriptions.add(call, "prices", "Mbale")

    assert Outcome("none") == run(call, desk)


def test_the_last_answer_of_each_phone_counts() -> None:
    desk = DeskInMemory()
    first = call_of("store:road_fund", {"answer": "roads"}, key="turn-1")

    run(first, desk)
    changed = run(replace(first, key="turn-2", answers={"answer": "bridges"}), desk)
    other = run(replace(first, key="turn-3", subscriber=STRANGER), desk)

    assert ["1", "2"] == [changed.values["rows"], other.values["rows"]]
    assert 1 == desk.records.count("road_fund", answer="bridges")


def test_a_phone_rates_each_service_once() -> None:
    desk = DeskInMemory()
    for key, (service, score) in enumerate([("health", "1"), ("health", "5"), ("farming", "3")]):
        answers = {"service": service, "score": score}
        run(call_of("store:ratings", answers, key=f"turn-{key}"), desk)

    rated = {(row["service"], row["score"]) for row in desk.records.find("ratings")}
    assert {("health", "5"), ("farming", "3")} == rated


@pytest.mark.parametrize(
    ("service", "rated_as"),
    [("report_problem", "works"), ("birth_or_death", "registry"), ("my_data", "my_data")],
)
def test_a_service_just_used_is_rated_by_its_case(service: str, rated_as: str) -> None:
    desk = DeskInMemory()
    opened = call_of("anything", {}, key="turn-1")
    number = desk.cases.open(opened, service=service, category="", details={})

    answers = {"case_number": number, "score": "4"}
    given = run(call_of("rate_case", answers, key="turn-2"), desk)
    other = run(call_of("rate_case", {**answers, "case_number": "1"}, key="turn-3"), desk)

    assert [Outcome("noted"), Outcome("unknown")] == [given, other]
    (row,) = desk.records.find("ratings", service=rated_as)
    assert "4" == row["score"]


def test_a_message_left_twice_by_one_turn_is_one_message() -> None:
    desk = DeskInMemory()
    call = call_of("leave_message", {"institution": "health", "message": "Where is a net?"})

    first, again = run(call, desk), run(call, desk)
    other = run(replace(call, key="turn-2"), desk)

    assert first == again
    assert first != other


def test_nothing_is_held_on_a_stranger() -> None:
    assert Outcome("nothing") == run(call_of("my_held_data", {}), DeskInMemory())


def test_what_is_held_is_counted_by_sort_and_can_be_erased() -> None:
    desk = DeskInMemory()
    child = {"child_name": "Neema", "birth_date": "2026-10-03"}
    run(call_of("register_child", child, key="turn-1"), desk)
    run(call_of("subscribe_warnings", {"district": "Mbale"}, key="turn-2"), desk)

    held = run(call_of("my_held_data", {}, key="turn-3"), desk)
    erased = run(call_of("erase_my_data", {}, key="turn-4"), desk)
    after = run(call_of("my_held_data", {}, key="turn-5"), desk)

    assert Outcome("erased") == erased
    assert ("1", "1", "4") == tuple(
        held.values[sort] for sort in ("children", "subscriptions", "reminders")
    )
    assert after.name == "nothing" or "0" == after.values["children"]
    assert [] == desk.scheduled


def test_a_wish_for_correction_is_a_case_that_can_be_followed() -> None:
    desk = DeskInMemory()

    outcome = run(call_of("store:correction", {"correction": "My name is wrong"}), desk)

    assert ("stored", "100 020 266") == (outcome.name, outcome.values["number"])
    assert "received" == run(call_of("case_status", {"case_number": "100020266"}), desk).name


def test_an_objection_is_a_case_that_says_what_was_looked_at() -> None:
    desk = DeskInMemory()
    answers = {"look": "2026-11-20 Water office", "objection": "I know nobody there"}

    outcome = run(call_of("store:objection", answers), desk)

    assert ("stored", "100 020 266") == (outcome.name, outcome.values["number"])
    assert answers == desk.cases.details["100020266"]


def test_a_name_that_was_given_goes_when_its_citizen_erases() -> None:
    desk = DeskInMemory()
    told = {"district": "Mbale", "description": "pump"}
    run(call_of("store:report_problem", {**told, "category": "water"}, key="turn-1"), desk)
    named = {"_row": "100020266", "name": "Musa Otieno"}
    assert run(call_of("store:report_problem.name", named, key="turn-1b"), desk).name == "stored"
    before = desk.cases.details["100020266"]

    run(call_of("erase_my_data", {}, key="turn-2"), desk)

    assert {**told, "name": "Musa Otieno"} == before
    assert told == desk.cases.details["100020266"]


@pytest.mark.parametrize("state", ["on", "off"])
def test_a_topic_is_switched(state: str) -> None:
    desk = DeskInMemory()
    call = call_of("set_topic", {"topic": "warnings", "state": state})

    outcome = run(call, desk)

    assert Outcome(state) == outcome
    assert [{"topic": "warnings", "state": state}] == list(desk.my.consents(call))


@pytest.mark.parametrize(
    ("mended", "outcome", "status"),
    [("yes", "confirmed", "solved"), ("no", "reopened", "in_progress")],
)
def test_the_reporter_says_whether_it_was_mended(mended: str, outcome: str, status: str) -> None:
    desk = DeskInMemory()
    report = {"category": "water", "district": "Mbale", "description": "pump"}
    run(call_of("store:report_problem", report, key="turn-1"), desk)
    call = call_of("confirm_mended", {"case_number": "100020266", "mended": mended}, key="turn-2")

    stranger = run(replace(call, key="turn-3", subscriber=STRANGER), desk)
    reporter = run(call, desk)

    assert Outcome("not_yours") == stranger
    assert Outcome(outcome, {"number": "100 020 266"}) == reporter
    case = desk.cases.find("100020266")
    assert case is not None
    assert status == case.status
