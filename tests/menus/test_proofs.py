"""Personal things stand behind what their service declares; the faults: faulty_menus.yaml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from gateway.adapters.menu_files.load import load
from gateway.domain.handler_contract.rungs import Rung
from gateway.handler_api import HandlerContract
from handlers import HANDLERS as REFERENCE
from tests.menus.sample import CHANNELS, FILES, HANDLERS, write

HEADER = 'service: own\nshortcut: 51\ntitle: {en: "Own", sw: "Own"}\n'
PIN = """\
  pin:
    input: pin
    text: {en: "PIN?", sw: "PIN?"}
    next: check
  check:
    handler: check_pin
    outcomes: {proved: @, wrong: pin}
"""
FETCH = """\
  fetch:
    handler: own_record
    outcomes: {found: shown}
  shown:
    end: "{name}"
"""
SURE = """\
  sure:
    text: {en: "Show it?", sw: "Ionyeshwe?"}
    choice:
      1: {label: {en: "Show", sw: "Onyesha"}, next: fetch}
"""
WHOSE = '  whose: {input: name, text: {en: "Who?", sw: "Nani?"}, next: pin}\n'
BIRTH = """\
  birth:
    input: date
    secret: true
    text: {en: "Born?", sw: "Lini?"}
    next: result
  result:
    handler: own_result
    outcomes: {found: shown, unknown: birth}
  shown:
    end: "{name}"
"""
SOUND: Mapping[str, str] = {
    "a PIN for a PIN": f"proof: pin\nscreens:\n{PIN.replace('@', 'fetch')}{FETCH}",
    "a PIN where a fact would do": f"proof: fact\nscreens:\n{PIN.replace('@', 'fetch')}{FETCH}",
    "questions behind it": f"proof: pin\nscreens:\n{PIN.replace('@', 'sure')}{SURE}{FETCH}",
    "a call that is told the fact itself": f"proof: fact\nscreens:\n{BIRTH}",
    "a drop where nothing is asked behind it": (
        f"proof: pin\nresume: 1h\nscreens:\n{WHOSE}{PIN.replace('@', 'fetch')}{FETCH}"
    ),
    "a drop that asks who it is": (
        "proof: pin\nresume: 1h\nsensitive: true\nsecond_fact: whose\n"
        f"screens:\n{WHOSE}{PIN.replace('@', 'sure')}{SURE}{FETCH}"
    ),
    "a proof of which nothing comes": (
        f"screens:\n{PIN.replace('@', 'thanks')}  thanks: {{end: {{en: Thanks, sw: Asante}}}}\n"
    ),
}
#: What shows or erases what is nobody else's business; each other one was looked at.
PERSONAL = {
    "children_born",
    "next_vaccination",
    "forget_children",
    "benefit_payment",
    "my_held_data",
    "what_i_told",
    "read_what_i_told",
    "who_looked",
    "erase_my_data",
}


@pytest.mark.parametrize("body", SOUND.values(), ids=SOUND)
def test_what_is_proven_before_it_is_shown_passes(body: str, tmp_path: Path) -> None:
    release = load(write(tmp_path, {**FILES, "own.yaml": HEADER + body}), HANDLERS, CHANNELS)

    assert "own" in release.services


def test_the_rung_of_a_service_is_in_its_release(tmp_path: Path) -> None:
    own = f"{HEADER}proof: fact\nscreens:\n{BIRTH}"

    release = load(write(tmp_path, {**FILES, "own.yaml": own}), HANDLERS, CHANNELS)

    assert (Rung.FACT, Rung.PHONE) == (
        release.services["own"].proof,
        release.services["clinics"].proof,
    )


def test_a_call_that_nobody_says_is_personal_asks_for_nothing(tmp_path: Path) -> None:
    contract = replace(HANDLERS["own_record"].contract, personal=False)
    handlers = {**HANDLERS, "own_record": replace(HANDLERS["own_record"], contract=contract)}

    assert load(
        write(tmp_path, {**FILES, "own.yaml": f"{HEADER}screens:\n{FETCH}"}), handlers, CHANNELS
    )


def test_a_contract_proves_by_its_own_outcomes_only() -> None:
    with pytest.raises(ValueError, match="'porved', which is no outcome"):
        HandlerContract(outcomes={"proved": {}}, proves={"porved": Rung.PIN})


@pytest.mark.parametrize(
    ("shown", "needed", "enough"),
    [
        (Rung.PHONE, Rung.PHONE, True),
        (Rung.FACT, Rung.PHONE, True),
        (Rung.FACT, Rung.FACT, True),
        (Rung.PIN, Rung.FACT, True),
        (Rung.PHONE, Rung.FACT, False),
        (Rung.FACT, Rung.PIN, False),
        (Rung.PHONE, Rung.PIN, False),
    ],
)
def test_a_rung_reaches_those_below_it(shown: Rung, needed: Rung, enough: bool) -> None:
    assert enough == shown.reaches(needed)


def test_the_reference_services_say_what_is_personal() -> None:
    assert {name for name, each in REFERENCE.items() if each.contract.personal} == PERSONAL
