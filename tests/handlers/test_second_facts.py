"""Every service with a second fact: it cannot be tried out, whichever phones try."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from gateway.domain.telecom.msisdn import Msisdn
from handlers import HANDLERS
from tests.handlers.desk import DeskInMemory, call_of, run
from tests.phones import reference_look_ups

MENUS = Path(__file__).parents[2] / "menus"
#: Right answers to everything but the second fact.
KNOWN = {
    "candidate": "10231456",
    "year": "2025",
    "application": "30014527",
    "id_number": "30110042",
}


#: Whose records are those of a phone, so that no other phone comes at them (test_vaccination.py).
OWN_RECORDS = {"children_born", "forget_children"}
ASKED = {**HANDLERS, **reference_look_ups()}


def asking_a_second_fact() -> Iterator[tuple[str, str]]:
    """Yields each handler and look-up that is given a secret answer, no PIN, with that answer."""
    for file in MENUS.glob("*.yaml"):
        read = yaml.safe_load(file.read_text(encoding="utf-8"))
        screens = read.get("screens", {})
        secret = {
            name for name, screen in screens.items() if screen.get("secret") and "input" in screen
        }
        for name, screen in screens.items():
            look_up = f"lookup:{read['service']}.{name}" if "lookup" in screen else ""
            called = screen.get("handler", look_up)
            if called in ASKED and called not in OWN_RECORDS:
                yield from ((called, fact) for fact in secret & set(ASKED[called].contract.needs))


SECOND_FACTS = sorted(set(asking_a_second_fact()))
NOT_FOUND = {"unknown", "none"}


def test_the_services_with_a_second_fact_are_found() -> None:
    known = {"lookup:exam_results.fetch", "lookup:id_card.find", "prove_benefit_owner"}

    assert known <= {name for name, _ in SECOND_FACTS}


@pytest.mark.parametrize(("handler", "fact"), SECOND_FACTS, ids=[name for name, _ in SECOND_FACTS])
def test_a_fifth_guess_waits_whichever_phone_it_comes_from(handler: str, fact: str) -> None:
    desk = DeskInMemory()
    outcomes = []

    for n in range(5):
        answers = {name: KNOWN.get(name, "") for name in ASKED[handler].contract.needs}
        call = call_of(handler, {**answers, fact: f"1900-01-0{n + 1}"}, key=f"guess {n}")
        asked = replace(call, subscriber=Msisdn(f"+99970000080{n}"))
        outcomes.append(run(asked, desk, reference_look_ups()).name)

    assert NOT_FOUND >= set(outcomes[:4])
    assert "too_often" == outcomes[4]
