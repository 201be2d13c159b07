"""By SMS free text may be as long as an SMS carries; on a screen it is as long as the menu says."""

from __future__ import annotations

import pytest

from gateway.domain.inbound.sms_inputs import by_sms
from gateway.domain.menu.screens import InputScreen
from gateway.domain.telecom.sms import LONGEST_MO
from tests.domain.menus import SAMPLE
from tests.use_cases.rig import Rig

TWO_SMS = ("The pump by the school has been broken since Monday. " * 5)[:214].strip()


def describes(rig: Rig) -> None:
    """Leads the caller to where a problem is described."""
    for said in ("REPORT water", "North 1", "3"):
        rig.texts(said)


@pytest.mark.parametrize("length", [10, 160, 161, 214, 459, LONGEST_MO])
def test_a_description_as_long_as_an_sms_is_taken_whole(rig: Rig, length: int) -> None:
    describes(rig)
    said = ("broken pump " * 200)[: length - 1] + "!"

    assert rig.texts(said)[0].startswith("Your name?")
    rig.texts("Asha Musa")
    assert said == rig.calls[-1].answers["description"]


def test_a_description_behind_the_keyword_is_taken_whole_too(rig: Rig) -> None:
    assert len(TWO_SMS) > 160
    assert rig.texts(f"REPORT water 1 1 {TWO_SMS}")[0].startswith("Your name?")


@pytest.mark.parametrize("said", ["short", "x", "123456789"])
def test_what_is_too_short_is_refused_by_sms_as_ever(rig: Rig, said: str) -> None:
    describes(rig)

    assert rig.texts(said)[0].startswith("text wrong")


@pytest.mark.parametrize("said", ["N" * 41, "Amina " * 30])
def test_a_name_is_no_longer_by_sms_than_it_is_on_a_screen(rig: Rig, said: str) -> None:
    describes(rig)
    rig.texts(TWO_SMS)

    assert rig.texts(said)[0].startswith("A name, please.")


def test_on_a_screen_the_menu_says_how_long_a_description_is(rig: Rig) -> None:
    rig.turns("1", "1", "2", "3")

    assert rig.turn(f"1*1*2*3*{TWO_SMS}").text.startswith("text wrong")


def test_a_release_by_sms_is_made_once_and_differs_in_its_free_texts_alone() -> None:
    wider = by_sms(SAMPLE)

    assert wider is by_sms(SAMPLE) is by_sms(wider)
    assert SAMPLE.id == wider.id
    differing = [screen for name, screen in wider.screens.items() if screen != SAMPLE.screens[name]]
    assert {"text"} == {
        screen.accepts.kind for screen in differing if isinstance(screen, InputScreen)
    }
    assert {LONGEST_MO} == {
        screen.accepts.maximum for screen in differing if isinstance(screen, InputScreen)
    }
