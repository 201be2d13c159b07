"""Every service with a second fact: it cannot be tried out, whichever phones try."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from gateway.domain.telecom.msisdn import Msisdn
from handlers import HANDLERS
from tests.handlers.desk import DeskInMemory, call_of, run

MENUS = Path(__file__).parents[2] / "menus"
#: Right answers to everything but the second fact.
KNOWN = {
    "candidate": "10231456",
    "year": "2025",
    "application": "30014527",
    "id_number": "30110042",
}


def asking_a_second_fact() -> set[tuple[str, str]]:
    """Returns each handler that is given a secret answer which is no PIN, and that answer."""
    found = set()
    for file in MENUS.glob("*.yaml"):
        screens = yaml.safe_load(file.read_text(encoding="utf-8")).get("screens", {})
        secret = {
            name for name, screen in screens.items() if screen.get("secret") and "input" in screen
        }
        called = {screen["handler"] for screen in screens.values() if "handler" in screen}
        for handler in called & set(HANDLERS):
            found |= {(handler, name) for name in secret & set(HANDLERS[handler].contract.needs)}
    return found


#: Whose records are those of a phone, so that no other phone comes at them (test_vaccination.py).
OWN_RECORDS = {"children_born", "forget_children"}
SECOND_FACTS = sorted(each for each in asking_a_second_fact() if each[0] not in OWN_RECORDS)


def test_the_services_with_a_second_fact_are_found() -> None:
    assert {"exam_results", "id_card", "prove_benefit_owner"} <= {name for name, _ in SECOND_FACTS}


@pytest.mark.parametrize(("handler", "fact"), SECOND_FACTS, ids=[name for name, _ in SECOND_FACTS])
def test_a_fifth_guess_waits_whichever_phone_it_comes_from(handler: str, fact: str) -> None:
    desk = DeskInMemory()
    outcomes = []

    for n in range(5):
        answers = {name: KNOWN.get(name, "") for name in HANDLERS[handler].contract.needs}
        call = call_of(handler, {**answers, fact: f"1900-01-0{n + 1}"}, key=f"guess {n}")
        outcomes.append(run(replace(call, subscriber=Msisdn(f"+99970000080{n}")), desk).name)

    assert ["unknown"] * 4 + ["too_often"] == outcomes
