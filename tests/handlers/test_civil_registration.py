"""Notices to the registry, and identity cards: a form and look-ups, without Python."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from gateway.domain.telecom.msisdn import Msisdn
from gateway.handler_api import Outcome
from tests.handlers.desk import DeskInMemory, call_of, run
from tests.phones import reference_look_ups

NOTICE = {
    "kind": "birth",
    "event_date": "2026-11-20",
    "district": "Mbale",
    "person": "Neema Tesha",
    "informant": "Asha Tesha",
}
CARD = {"application": "20260101", "birth_date": "1998-04-21"}
FIND, PROGRESS = "lookup:id_card.find", "lookup:id_card.progress"
READY = Outcome("ready", {"place": "Mbale"})


def asked(desk: DeskInMemory, look_up: str, facts: Mapping[str, str], key: str) -> Outcome:
    """Returns what the menu is told."""
    return run(call_of(look_up, facts, key), desk, reference_look_ups())


@pytest.mark.parametrize("kind", ["birth", "death"])
def test_a_notice_opens_a_case_that_can_be_followed(kind: str) -> None:
    desk = DeskInMemory()

    outcome = run(call_of("store:birth_or_death", {**NOTICE, "kind": kind}), desk)
    status = run(call_of("case_status", {"case_number": "100020266"}), desk)

    assert ("stored", "100 020 266") == (outcome.name, outcome.values["number"])
    assert Outcome("received", {"number": "100 020 266"}) == status
    case = desk.cases.find("100020266")
    assert case is not None
    assert ("birth_or_death", kind) == (case.service, case.category)


def test_the_registry_keeps_what_it_has_to_act_on() -> None:
    desk = DeskInMemory()
    run(call_of("store:birth_or_death", NOTICE), desk)

    assert {name: NOTICE[name] for name in NOTICE if name != "kind"} == desk.cases.details[
        "100020266"
    ]


def test_the_state_of_a_card_is_the_outcome() -> None:
    told = asked(DeskInMemory(), FIND, CARD, "turn-1")

    assert READY == told


@pytest.mark.parametrize(
    "wrong", [{"application": "20260102"}, {"birth_date": "1998-04-22"}, {"birth_date": ""}]
)
def test_a_card_is_told_to_nobody_who_lacks_a_fact(wrong: dict[str, str]) -> None:
    assert Outcome("none") == asked(DeskInMemory(), FIND, {**CARD, **wrong}, "turn-1")


def test_progress_is_told_to_a_phone_that_has_proven_whose_card_it_is() -> None:
    desk = DeskInMemory()
    number = {"application": CARD["application"]}
    before = asked(desk, PROGRESS, number, "turn-1")
    asked(desk, FIND, CARD, "turn-2")
    stranger = replace(
        call_of(PROGRESS, number, "turn-3"), subscriber=Msisdn.from_e164("+999700000999")
    )

    assert Outcome("none") == before
    assert READY == asked(desk, PROGRESS, number, "turn-4")
    assert Outcome("none") == run(stranger, desk, reference_look_ups())
