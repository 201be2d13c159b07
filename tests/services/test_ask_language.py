"""First contact: a caller whose language nobody knows chooses it once."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gateway.adapters.served_releases import ServedReleases
from tests.domain.menus import SAMPLE
from tests.services.rig import CALLER, OTHER_CALLER, Rig

ASKING = replace(SAMPLE, id="r2", ask_language=True)
QUESTION = "Language\n1. English\n2. አማርኛ"
HOME_IN_AMHARIC = "አገልግሎት\n1. ችግር ማሳወቅ"


@pytest.fixture
def asking(rig: Rig) -> Rig:
    """The gateway in small, with a menu that asks for the language."""
    assert isinstance(rig.releases, ServedReleases)
    rig.releases.replace(ASKING)
    return rig


def test_the_first_screen_asks_and_the_answer_leads_home(asking: Rig) -> None:
    assert asking.turn().text.startswith(QUESTION)
    assert asking.turn("2").text.startswith(HOME_IN_AMHARIC)


def test_the_answer_is_remembered_and_asked_for_once(asking: Rig) -> None:
    asking.turns("2")

    assert asking.turn(session="s-2").text.startswith(HOME_IN_AMHARIC)
    assert "am" == asking.subscribers.language(CALLER)


def test_others_are_asked_all_the_same(asking: Rig) -> None:
    asking.turns("2")

    assert asking.turn(session="s-2", caller=OTHER_CALLER).text.startswith(QUESTION)


def test_a_wrong_answer_is_asked_again(asking: Rig) -> None:
    assert asking.turns("7").text.startswith("choice wrong\nLanguage")


def test_who_is_known_by_the_network_is_not_asked(asking: Rig) -> None:
    assert asking.turn(language="am").text.startswith(HOME_IN_AMHARIC)


def test_who_dials_a_service_comes_there_at_once(asking: Rig) -> None:
    assert asking.turn(code="*384*2026*31#").text.startswith("Candidate number?")


def test_a_shortcut_that_comes_as_the_first_text_is_no_answer_to_the_question(asking: Rig) -> None:
    assert asking.turn("31").text.startswith("Candidate number?")


def test_a_menu_that_does_not_ask_begins_at_home(rig: Rig) -> None:
    assert rig.turn().text.startswith("Services")
