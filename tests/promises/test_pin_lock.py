"""A PIN from the first dial to the lock and out of it, on the reference deployment as wired."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest

from gateway.adapters.golden_dialogues.files import read
from gateway.composition.gateway import Gateway
from gateway.domain.telecom.msisdn import Msisdn
from gateway.rehearsal.stage import stage
from gateway.web.app import create_app
from gateway.web.handset_client import handset, within
from tests.clock import FixedClock
from tests.gateways import HOME
from tests.handlers.desk import NOON

CALLER, OTHER = Msisdn("+999700000123"), Msisdn("+999700000456")
#: Benefits, and whose.
BENEFIT = "3*4*30110042"
BORN = "17081952"


@pytest.fixture
def clock() -> FixedClock:
    """A day before the payment of the sample file."""
    return FixedClock(NOON)


def dial(gateway: Gateway, session_id: str, text: str, caller: Msisdn = CALLER) -> str:
    """Returns the last screen of a dial on the simulator's channel."""
    gateway.choose_language(caller, "en")
    phone = handset(gateway.deployment, "phone", within(create_app(gateway)))
    return phone.turn(caller, session_id, text).text


def test_five_wrong_pins_lock_it_whatever_session_they_come_in(gateway: Gateway) -> None:
    assert dial(gateway, "set", f"{BENEFIT}*{BORN}*2580*2580").startswith("Your PIN (4 digits)?")
    assert "Your next payment" in dial(gateway, "right", f"{BENEFIT}*2580")

    wrong = [dial(gateway, f"wrong {count}", f"{BENEFIT}*111{count}") for count in range(4)]
    fifth = dial(gateway, "fifth", f"{BENEFIT}*1115")

    assert all(page.startswith("This PIN is not right.") for page in wrong)
    assert fifth.startswith("You typed a wrong PIN too often. The PIN is locked.")
    assert "locked" in dial(gateway, "right again", f"{BENEFIT}*2580")


def test_the_second_fact_opens_the_lock_and_a_wrong_one_does_not(gateway: Gateway) -> None:
    dial(gateway, "set", f"{BENEFIT}*{BORN}*2580*2580")
    for count in range(5):
        dial(gateway, f"wrong {count}", f"{BENEFIT}*111{count}")

    refused = dial(gateway, "guess", f"{BENEFIT}*2580*1*18081952")
    dial(gateway, "reset", f"{BENEFIT}*2580*1*{BORN}*7913*7913")

    assert "found no payment" in refused
    assert "Your next payment" in dial(gateway, "new", f"{BENEFIT}*7913")
    assert dial(gateway, "old", f"{BENEFIT}*2580").startswith("This PIN is not right.")


def test_the_right_pin_is_worth_nothing_on_another_phone(gateway: Gateway) -> None:
    dial(gateway, "set", f"{BENEFIT}*{BORN}*2580*2580")

    asked = dial(gateway, "other", f"{BENEFIT}", OTHER)

    assert "your date of birth?" in asked


def test_a_guess_costs_its_time_wherever_citizens_are_served_and_none_on_a_stage(
    gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A dialogue is played on the sample data of a moment: no PIN there is anybody's."""
    scrypt = hashlib.scrypt
    costs: list[int] = []

    def noted(secret: bytes, *, n: int, **more: Any) -> bytes:
        costs.append(n)
        return scrypt(secret, n=n, **more)

    monkeypatch.setattr(hashlib, "scrypt", noted)
    dial(gateway, "set", f"{BENEFIT}*{BORN}*2580*2580")
    dial(gateway, "verify", f"{BENEFIT}*2580")
    served = set(costs)
    costs.clear()
    deployment = gateway.deployment
    with stage(deployment, deployment.load_release()) as used:
        used.play(read(HOME / "menus" / "dialogues" / "benefit_payment_en.dialogue.yaml"))

    assert {2**14} == served
    assert {2} == set(costs)
