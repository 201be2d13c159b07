"""Benefit payments: told to the phone that has proven whose they are, behind its PIN."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from gateway.domain.telecom.msisdn import Msisdn
from gateway.handler_api import Outcome
from tests.handlers.desk import DeskInMemory, call_of, run

OWNER = {"id_number": "30110042", "birth_date": "1952-08-17"}
#: Somebody who uses the same phone.
OTHER = {"id_number": "30110205", "birth_date": "1948-02-03"}
PIN = "2580"
#: Country code 999 is assigned to no country.
STRANGER = Msisdn.from_e164("+999700000456")


def proved(key: str = "proof") -> DeskInMemory:
    desk = DeskInMemory()
    run(call_of("prove_benefit_owner", OWNER, key=key), desk)
    return desk


def with_pin() -> DeskInMemory:
    desk = proved()
    run(call_of("set_benefit_pin", {**OWNER, "new_pin": PIN}, key="pin"), desk)
    return desk


def asked(desk: DeskInMemory, key: str, pin: str = PIN, id_number: str = "30110042") -> Outcome:
    answers = {"id_number": id_number, "pin": pin}
    return run(call_of("benefit_payment", answers, key=key), desk)


def test_whoever_proved_and_knows_the_pin_is_told_the_next_payment() -> None:
    outcome = asked(with_pin(), "ask")

    expected = {"due": "2026-12-04", "amount": "2200", "place": "Mbale Post"}
    assert Outcome("due", expected) == outcome


def test_a_payment_that_is_over_is_told_as_such() -> None:
    desk = DeskInMemory()
    run(call_of("prove_benefit_owner", OTHER, key="proof"), desk)
    run(call_of("set_benefit_pin", {**OTHER, "new_pin": PIN}, key="pin"), desk)

    outcome = asked(desk, "ask", id_number="30110205")

    assert Outcome("paid", {"due": "2026-11-13"}) == outcome


def test_a_pin_does_not_open_the_benefit_of_another() -> None:
    assert Outcome("unset") == asked(with_pin(), "ask", id_number="30110205")


def test_a_proof_of_another_number_does_not_open_the_first() -> None:
    desk = with_pin()
    run(call_of("prove_benefit_owner", OTHER, key="other proof"), desk)
    run(call_of("set_benefit_pin", {**OTHER, "new_pin": "7913"}, key="other pin"), desk)

    with_others_pin = asked(desk, "thief", pin="7913")
    with_own_pin = asked(desk, "owner")

    assert Outcome("wrong") == with_others_pin
    assert "due" == with_own_pin.name
    assert "paid" == asked(desk, "other", pin="7913", id_number="30110205").name


def test_wrong_pins_for_one_number_lock_no_other() -> None:
    desk = with_pin()
    run(call_of("prove_benefit_owner", OTHER, key="other proof"), desk)
    run(call_of("set_benefit_pin", {**OTHER, "new_pin": "7913"}, key="other pin"), desk)

    for n in range(5):
        asked(desk, f"guess-{n}", pin=f"111{n}", id_number="30110205")

    assert "locked" == asked(desk, "locked", pin="7913", id_number="30110205").name
    assert "due" == asked(desk, "owner").name


@pytest.mark.parametrize(
    "wrong",
    [
        {"birth_date": "1952-08-18"},
        {"id_number": "30110205"},
        {"id_number": "99999999"},
        {"birth_date": ""},
    ],
)
def test_a_proof_that_does_not_fit_ties_nothing(wrong: dict[str, str]) -> None:
    desk = DeskInMemory()

    outcome = run(call_of("prove_benefit_owner", {**OWNER, **wrong}, key="proof"), desk)
    pinned = run(call_of("set_benefit_pin", {**OWNER, "new_pin": PIN}, key="pin"), desk)

    assert Outcome("unknown") == outcome
    assert Outcome("not_proved") == pinned


def test_the_birth_date_cannot_be_guessed_all_day() -> None:
    desk = DeskInMemory()
    for count in range(4):
        guess = {**OWNER, "birth_date": f"1952-08-0{count + 1}"}
        run(call_of("prove_benefit_owner", guess, key=f"guess-{count}"), desk)

    right = call_of("prove_benefit_owner", OWNER, key="right")
    at_once = run(right, desk)
    later = run(replace(right, key="later", at=right.at + timedelta(minutes=5)), desk)

    wait = Outcome("too_often", {"again": "2026-11-23T12:05"})
    assert [wait, Outcome("proved")] == [at_once, later]


def test_a_sim_more_gives_no_guess_more() -> None:
    desk = DeskInMemory()
    for count in range(4):
        guess = {**OWNER, "birth_date": f"1952-08-0{count + 1}"}
        call = call_of("prove_benefit_owner", guess, key=f"guess-{count}")
        run(replace(call, subscriber=Msisdn(f"+99970000070{count}")), desk)

    fresh = replace(call_of("prove_benefit_owner", OWNER, key="right"), subscriber=STRANGER)

    assert "too_often" == run(fresh, desk).name


def test_who_has_everything_erased_gets_no_new_guesses_by_that() -> None:
    desk = DeskInMemory()
    for count in range(4):
        guess = {**OWNER, "birth_date": f"1952-08-0{count + 1}"}
        run(call_of("prove_benefit_owner", guess, key=f"guess-{count}"), desk)

    run(call_of("erase_my_data", {}, key="erase"), desk)

    right = call_of("prove_benefit_owner", OWNER, key="right")
    assert "too_often" == run(right, desk).name


def test_five_wrong_pins_lock_it_and_a_proof_opens_it_again() -> None:
    desk = with_pin()

    verdicts = [asked(desk, f"guess-{n}", pin=f"111{n}").name for n in range(5)]
    right = asked(desk, "right")
    run(call_of("prove_benefit_owner", OWNER, key="again"), desk)
    run(call_of("set_benefit_pin", {**OWNER, "new_pin": "7913"}, key="new"), desk)

    assert ["wrong"] * 4 == verdicts[:4]
    assert Outcome("locked") == right
    assert "due" == asked(desk, "at last", pin="7913").name


def test_a_pin_cannot_be_replaced_without_a_proof() -> None:
    desk = with_pin()

    outcome = run(call_of("set_benefit_pin", {**OWNER, "new_pin": "7913"}, key="thief"), desk)

    assert Outcome("not_proved") == outcome
    assert "due" == asked(desk, "owner").name


def test_the_same_call_sets_a_pin_once_and_says_so_twice() -> None:
    desk = proved()
    call = call_of("set_benefit_pin", {**OWNER, "new_pin": PIN}, key="pin")

    assert [Outcome("set")] * 2 == [run(call, desk), run(call, desk)]


def test_another_phone_has_to_prove_it_first() -> None:
    desk = with_pin()
    call = call_of("benefit_pin_state", {"id_number": "30110042"}, key="state")

    own, other = run(call, desk), run(replace(call, subscriber=STRANGER), desk)

    assert [Outcome("known"), Outcome("new")] == [own, other]
