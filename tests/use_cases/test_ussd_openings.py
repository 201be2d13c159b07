"""How a USSD session begins: with answers dialled behind the code, and in the right language."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gateway.domain.telecom.channel import Channel
from tests.domain.talks import SECRET
from tests.fakes import Failing
from tests.use_cases.rig import CALLER, CODE, Rig

HOME_PAGE = "Services\n1. Report a problem\n2. Exam results\n3. Help desk\n8. Language"


@pytest.mark.parametrize(
    ("dialled", "text", "page"),
    [
        ("*384*2026*31#", "", "Candidate number?"),
        ("*384*2026*31*10231456#", "", "Year?"),
        ("*384*2026*31*1023#", "", "digits wrong 8"),
        (CODE, "31*10231456", "Year?"),
        ("*384*2026*31#", "10231456", "Year?"),
        ("*384*2026*1*1#", "", "Which region?"),
        ("*384*2027*31#", "", "Services"),
        ("384*2026*31", "", "Services"),
    ],
)
def test_answers_dialled_behind_the_code_are_answers(
    rig: Rig, dialled: str, text: str, page: str
) -> None:
    assert rig.turn(text, code=dialled).text.startswith(page)


def test_an_express_dialled_session_goes_on_turn_by_turn(rig: Rig) -> None:
    rig.turn("", code="*384*2026*31*10231456#")
    rig.turn("1", code="*384*2026*31*10231456#")
    rig.turn(f"1*{SECRET}", code="*384*2026*31*10231456#")

    expected = {"candidate": "10231456", "year": "2024", "birth_date": "2007-04-15"}
    assert expected == rig.calls[-1].answers


@pytest.mark.parametrize(
    ("dialled", "refused", "then", "shown"),
    [
        ("31*1023*2*15042007", "digits wrong 8\nCandidate number?", "10231456", "Year?"),
        ("31*10231456*7*15042007", "choice wrong\nYear?", "2", "Date of birth?"),
        ("7*31*10231456", "choice wrong\nServices", "2", "Candidate number?"),
    ],
)
def test_what_is_dialled_behind_a_refused_answer_answers_nothing_else(
    rig: Rig, dialled: str, refused: str, then: str, shown: str
) -> None:
    """A date of birth must not become a candidate number, which is no secret."""
    code = f"*384*2026*{dialled}#"

    first = rig.turn(code=code)
    after = rig.turn(then, code=code)

    assert first.text.startswith(refused)
    assert after.text.startswith(shown)


def test_what_is_typed_behind_a_refused_answer_answers_nothing_else(rig: Rig) -> None:
    rig.turns("2")

    assert rig.turn("2*1023*2*15042007").text.startswith("digits wrong 8\nCandidate number?")
    assert rig.turn("2*1023*2*15042007*10231456").text.startswith("Year?")


def test_a_channel_without_a_code_of_its_own_takes_no_code_for_answers(rig: Rig) -> None:
    bare = Channel(name="bare", provider="simulator")

    assert HOME_PAGE == rig.turn("", code="*384*2*1#", channel=bare).text


def test_the_database_is_asked_for_the_language_once(rig: Rig) -> None:
    rig.subscribers.choose_language(CALLER, "am", rig.clock.now())
    first = rig.turn()
    down = Failing(rig.subscribers, "language")
    rig.answer_ussd = replace(rig.answer_ussd, subscribers=down)

    assert first == rig.turn(session="s-2")
    assert first.text.startswith("አገልግሎት")


def test_a_choice_comes_before_the_provider_s_word_on_the_language(rig: Rig) -> None:
    assert rig.turn(language="am", session="s-1").text.startswith("አገልግሎት")
    rig.turns("8", "1", session="s-2")

    assert HOME_PAGE == rig.turn(language="am", session="s-3").text


def test_a_choice_that_cannot_be_stored_is_spoken_and_counted_as_lost(rig: Rig) -> None:
    down = Failing(rig.subscribers, "choose_language")
    follow_up = replace(rig.answer_ussd.follow_up, subscribers=down)
    rig.answer_ussd = replace(rig.answer_ussd, subscribers=down, follow_up=follow_up)

    assert rig.turns("8", "2").text.startswith("አገልግሎት")
    assert 1 == rig.count("ussd_follow_up_lost")
