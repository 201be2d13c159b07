"""On the stage of golden dialogues no other system is asked: what a call gives is pinned."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from gateway.deployment.load import load
from gateway.domain.dialogue.golden_dialogue import Dialogue, DialogueTurn, Surface
from gateway.domain.faults_and_errors.errors import Refused
from gateway.domain.handler_contract.service_call import Outcome
from gateway.rehearsal.stage import stage
from tests.ministry import ministry
from tests.small_deployment import small_deployment


def played(folder: Path, pins: Mapping[str, Outcome]) -> tuple[str, int]:
    """Returns the last page of a dialogue, and how often the other system was asked."""
    with ministry() as water:
        deployment = load(small_deployment(folder, water, "unix:///nowhere"))
        dialogue = Dialogue(
            title="A tank",
            surface=Surface.USSD,
            opening="*384*1#",
            turns=[
                DialogueTurn(sees="", types="1"),
                DialogueTurn(sees="", types="117"),
                DialogueTurn(sees=""),
            ],
            handlers=pins,
        )
        with stage(deployment, deployment.load_release()) as used:
            return used.play(dialogue).turns[-1].sees, len(water.asked)


def test_a_pinned_call_gives_what_is_pinned(tmp_path: Path) -> None:
    page = played(tmp_path, {"tank_level": Outcome("found", {"level": "45"})})

    assert ("Tank 117 is 45% full.", 0) == page


def test_a_call_that_is_not_pinned_is_not_made(tmp_path: Path) -> None:
    page, asked = played(tmp_path, {})

    assert page.startswith("unavailable ")
    assert 0 == asked


@pytest.mark.parametrize(
    ("pins", "says"),
    [
        ({"tank_leval": Outcome("found")}, "There is no handler 'tank_leval'"),
        ({"tank_level": Outcome("fuond")}, "no outcome 'fuond'. Did you mean 'found'?"),
    ],
)
def test_a_pin_that_fits_nothing_is_told(
    pins: Mapping[str, Outcome], says: str, tmp_path: Path
) -> None:
    with pytest.raises(Refused, match=says):
        played(tmp_path, pins)
