"""How far a case has come: every state has an outcome, and a strange one is an error."""

from __future__ import annotations

import pytest

from gateway.handler_api import Outcome, ServiceFailed
from handlers.case_status import STATUSES
from tests.handlers.desk import DeskInMemory, call_of, run


@pytest.mark.parametrize("status", STATUSES)
def test_the_state_of_a_case_is_the_outcome(status: str) -> None:
    desk = DeskInMemory()
    desk.cases.put("100020266", status)

    outcome = run(call_of("case_status", {"case_number": "100020266"}), desk)

    assert Outcome(status, {"number": "100 020 266"}) == outcome


@pytest.mark.parametrize("number", ["100020273", "", "100 020 266", "10002026"])
def test_a_number_nobody_has_is_unknown(number: str) -> None:
    desk = DeskInMemory()
    desk.cases.put("100020266", "received")

    outcome = run(call_of("case_status", {"case_number": number}), desk)

    assert Outcome("unknown") == outcome


@pytest.mark.parametrize("status", ["lost", "", "RECEIVED"])
def test_a_state_without_words_is_an_error_that_names_no_case_number(status: str) -> None:
    desk = DeskInMemory()
    desk.cases.put("100020266", status)

    with pytest.raises(ServiceFailed, match="Set one of received") as caught:
        run(call_of("case_status", {"case_number": "100020266"}), desk)

    assert "100020266" not in str(caught.value)


def test_a_new_report_can_be_asked_for_at_once() -> None:
    desk = DeskInMemory()
    report = {
        "category": "road",
        "district": "Wendu",
        "description": "the bridge is gone",
    }
    opened = run(call_of("store:report_problem", report), desk)

    number = str(opened.values["number"]).replace(" ", "")
    outcome = run(call_of("case_status", {"case_number": number}), desk)

    assert Outcome("received", {"number": opened.values["number"]}) == outcome
