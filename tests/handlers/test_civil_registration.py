"""Notices to the registry, and identity cards."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from gateway.handler_api import Outcome, ServiceFailed
from handlers.datasets import CARD_STATES, ID_CARDS
from tests.handlers.desk import DeskInMemory, call_of, run

NOTICE = {
    "kind": "birth",
    "event_date": "2026-11-20",
    "district": "Mbale",
    "person": "Neema Tesha",
    "informant": "Asha Tesha",
}
CARD = {"application": "20260101", "birth_date": "1998-04-21", "status": "ready", "place": "Mbale"}


@pytest.mark.parametrize("kind", ["birth", "death"])
def test_a_notice_opens_a_case_that_can_be_followed(kind: str) -> None:
    desk = DeskInMemory()

    outcome = run(call_of("notify_event", {**NOTICE, "kind": kind}), desk)
    status = run(call_of("case_status", {"case_number": "100020266"}), desk)

    assert Outcome("notified", {"number": "100 020 266"}) == outcome
    assert Outcome("received", {"number": "100 020 266"}) == status
    case = desk.cases.find("100020266")
    assert case is not None
    assert ("birth_or_death", kind) == (case.service, case.category)


@pytest.mark.parametrize(
    ("day", "outcome"), [("2026-11-23", "notified"), ("2026-11-24", "in_future")]
)
def test_what_has_not_happened_is_not_noted(day: str, outcome: str) -> None:
    desk = DeskInMemory()

    given = run(call_of("notify_event", {**NOTICE, "event_date": day}), desk)

    assert outcome == given.name
    assert (outcome == "notified") == (desk.cases.find("100020266") is not None)


def test_a_birth_after_midnight_is_noted_while_it_is_still_yesterday_in_london() -> None:
    night = datetime(2026, 11, 24, 1, 30, tzinfo=ZoneInfo("Africa/Nairobi"))
    call = replace(call_of("notify_event", {**NOTICE, "event_date": "2026-11-24"}), at=night)

    assert "notified" == run(call, DeskInMemory()).name


@pytest.mark.parametrize("state", CARD_STATES)
def test_the_state_of_a_card_is_the_outcome(state: str) -> None:
    desk = DeskInMemory({ID_CARDS.name: [{**CARD, "status": state}]})

    assert Outcome(state, {"place": "Mbale"}) == run(call_of("id_card", CARD), desk)


@pytest.mark.parametrize(
    "wrong", [{"application": "20260102"}, {"birth_date": "1998-04-22"}, {"birth_date": ""}]
)
def test_a_card_is_told_to_nobody_who_lacks_a_fact(wrong: dict[str, str]) -> None:
    assert Outcome("unknown") == run(call_of("id_card", {**CARD, **wrong}), DeskInMemory())


def test_a_state_without_words_is_an_error_that_names_no_receipt() -> None:
    desk = DeskInMemory({ID_CARDS.name: [{**CARD, "status": "lost"}]})

    with pytest.raises(ServiceFailed, match="Write one of in_production") as caught:
        run(call_of("id_card", CARD), desk)

    assert "20260101" not in str(caught.value)


def test_progress_is_told_to_a_phone_that_has_proven_whose_card_it_is() -> None:
    desk = DeskInMemory({ID_CARDS.name: [CARD]})
    asked = call_of("id_card_progress", {"application": CARD["application"]})
    of_a_stranger = run(asked, desk)
    run(call_of("id_card", {name: CARD[name] for name in ("application", "birth_date")}), desk)

    assert Outcome("unknown") == of_a_stranger
    assert Outcome("ready", {"place": "Mbale"}) == run(replace(asked, key="later"), desk)
