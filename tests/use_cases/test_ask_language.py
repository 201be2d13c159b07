"""First contact: a caller whose language nobody knows chooses it once."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gateway.adapters.releases.in_process import ServedReleases
from tests.domain.menus import SAMPLE
from tests.fakes import Failing
from tests.use_cases.rig import CALLER, OTHER_CALLER, Rig

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


def without_redis(rig: Rig) -> None:
    down = Failing(rig.sessions, "load", "save", "remember_language")
    rig.answer_ussd = replace(rig.answer_ussd, sessions=down)


@pytest.mark.parametrize("typed", [("2",), ("2", "1"), ("7", "2", "1", "1"), ("2", "8", "1", "1")])
def test_a_session_that_redis_lost_is_led_again_from_the_question(
    asking: Rig, typed: tuple[str, ...]
) -> None:
    page = asking.turns(*typed)
    without_redis(asking)

    assert page == asking.turn("*".join(typed))


def test_without_redis_who_chooses_a_language_goes_on_in_it(asking: Rig) -> None:
    without_redis(asking)

    pages = [asking.turn("*".join("21"[:count])).text for count in range(3)]

    question, home, service = pages
    assert question.startswith(QUESTION)
    assert home.startswith(HOME_IN_AMHARIC)
    assert service not in (question, home)


def test_who_was_asked_once_begins_at_home_without_redis(asking: Rig) -> None:
    asking.turns("2")
    without_redis(asking)

    assert asking.turn("", session="s-2").text.startswith(HOME_IN_AMHARIC)
    assert "choice wrong" in asking.turn("7", session="s-2").text


def test_others_are_asked_all_the_same(asking: Rig) -> None:
    asking.turns("2")

    assert asking.turn(session="s-2", caller=OTHER_CALLER).text.startswith(QUESTION)


def test_a_wrong_answer_is_asked_again_without_a_complaint_in_a_language_of_ours(
    asking: Rig,
) -> None:
    assert asking.turns("7").text == asking.turn(session="s-2").text
    assert asking.turn("7*2").text.startswith(HOME_IN_AMHARIC)


def test_who_is_known_by_the_network_is_not_asked(asking: Rig) -> None:
    assert asking.turn(language="am").text.startswith(HOME_IN_AMHARIC)


def test_who_dials_a_service_comes_there_at_once(asking: Rig) -> None:
    assert asking.turn(code="*384*2026*31#").text.startswith("Candidate number?")


def test_a_shortcut_that_comes_as_the_first_text_is_no_answer_to_the_question(asking: Rig) -> None:
    assert asking.turn("31").text.startswith("Candidate number?")


def test_a_menu_that_does_not_ask_begins_at_home(rig: Rig) -> None:
    assert rig.turn().text.startswith("Services")
