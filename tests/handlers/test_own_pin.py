"""A PIN of one's own: chosen by whoever holds the phone, counted only after days."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from gateway.domain.telecom.msisdn import Msisdn
from gateway.handler_api import Outcome, ServiceCall
from tests.handlers.desk import NOON, DeskInMemory, call_of, run

COUNTS = Outcome("chosen", {"day": "2026-11-26"})
OTHER = Msisdn("+999700000999")


def later(handler: str, days: int = 0, key: str = "", **answers: str) -> ServiceCall:
    """Returns a call some days after noon; one with another key for other answers."""
    call = call_of(handler, answers, key=key or f"{handler} {days} {sorted(answers.items())}")
    return replace(call, at=NOON + timedelta(days=days))


def chosen(desk: DeskInMemory, pin: str = "2580", days: int = 0) -> Outcome:
    return run(later("choose_own_pin", days, new_pin=pin), desk)


def proved(desk: DeskInMemory, pin: str, days: int, key: str = "") -> str:
    return run(later("prove_own_pin", days, key, pin=pin), desk).name


def state(desk: DeskInMemory, days: int) -> Outcome:
    return run(later("own_pin_state", days), desk)


@pytest.mark.parametrize(
    ("days", "known", "worth"),
    [
        (0, "waits", "none"),
        (1, "waits", "none"),
        (2, "waits", "none"),
        (3, "set", "proved"),
        (4, "set", "proved"),
        (400, "set", "proved"),
    ],
)
def test_a_pin_opens_nothing_before_its_day(days: int, known: str, worth: str) -> None:
    desk = DeskInMemory()

    assert COUNTS == chosen(desk)

    assert (known, worth) == (state(desk, days).name, proved(desk, "2580", days))


def test_nobody_has_chosen_one_at_first() -> None:
    assert Outcome("none") == state(DeskInMemory(), 0)


def test_the_phone_is_told_the_day_before_it_counts() -> None:
    desk = DeskInMemory()

    chosen(desk)

    (reminder,) = desk.scheduled
    assert ("own_pin_counts", "tries") == (reminder.message, reminder.topic)
    assert NOON.replace(hour=10) + timedelta(days=2) == reminder.due_at


def test_a_phone_that_no_sms_reaches_may_choose_one_too() -> None:
    desk = DeskInMemory()
    call = replace(later("choose_own_pin", new_pin="2580"), by_sms=False)

    assert COUNTS == run(call, desk)

    assert [] == desk.scheduled
    assert "proved" == proved(desk, "2580", 3)


def test_what_waits_can_be_taken_back_by_anybody() -> None:
    desk = DeskInMemory()
    chosen(desk)

    assert Outcome("taken_back") == run(later("take_back_own_pin", 1), desk)

    assert ("none", "none", []) == (
        state(desk, 3).name,
        proved(desk, "2580", 3),
        desk.scheduled,
    )


def test_what_counts_is_not_taken_back() -> None:
    desk = DeskInMemory()
    chosen(desk)

    run(later("take_back_own_pin", 3), desk)

    assert "proved" == proved(desk, "2580", 3)


def test_choosing_another_begins_the_wait_anew() -> None:
    desk = DeskInMemory()
    chosen(desk)

    assert Outcome("chosen", {"day": "2026-11-28"}) == chosen(desk, "7913", 2)

    assert "none" == proved(desk, "2580", 3)
    assert ["wrong", "proved"] == [proved(desk, pin, 5) for pin in ("2580", "7913")]
    assert 1 == len(desk.scheduled)


def test_the_old_one_counts_until_the_new_one_does() -> None:
    desk = DeskInMemory()
    chosen(desk)
    chosen(desk, "7913", 10)

    assert "wrong" == proved(desk, "7913", 11)
    assert ["wrong", "proved"] == [proved(desk, pin, 13) for pin in ("2580", "7913")]


def test_who_still_knows_the_old_one_takes_the_new_one_back() -> None:
    desk = DeskInMemory()
    chosen(desk)
    chosen(desk, "7913", 10)

    assert "proved" == proved(desk, "2580", 11)

    assert "wrong" == proved(desk, "7913", 13)
    assert "proved" == proved(desk, "2580", 13, "again")


def test_the_fifth_wrong_one_locks_it_and_a_new_one_waits() -> None:
    desk = DeskInMemory()
    chosen(desk)

    worth = [proved(desk, "0000", 3, f"try {n}") for n in range(5)]

    assert ["wrong"] * 4 + ["locked"] == worth
    assert "locked" == proved(desk, "2580", 3)
    chosen(desk, "7913", 3)
    assert "locked" == proved(desk, "7913", 5)
    assert "proved" == proved(desk, "7913", 6)


def test_the_same_call_again_chooses_and_proves_the_same() -> None:
    desk = DeskInMemory()

    assert COUNTS == chosen(desk) == chosen(desk)

    assert ["proved"] * 2 == [proved(desk, "2580", 3, "same") for _ in range(2)]
    assert 1 == len(desk.scheduled)


def test_a_pin_is_that_of_its_own_phone() -> None:
    desk = DeskInMemory()
    chosen(desk)

    call = replace(later("prove_own_pin", 3, pin="2580"), subscriber=OTHER)

    assert Outcome("none") == run(call, desk)


def test_erasing_takes_the_pin_too() -> None:
    desk = DeskInMemory()
    chosen(desk)

    run(later("erase_my_data", 4), desk)

    assert "none" == state(desk, 5).name
