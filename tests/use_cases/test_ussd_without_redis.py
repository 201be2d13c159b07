"""USSD turns while Redis does not answer: built again from all that was typed."""

from __future__ import annotations

from dataclasses import replace
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.domain.telecom.ussd import UssdReply
from tests.fakes import Failing
from tests.use_cases.rig import CALLER, Rig

TO_A_CASE = ("1", "1", "2", "3", "The pump is broken", "Asha Musa")
#: A session of its own for each example.
SESSIONS = count()
HOME_PAGE = "Services\n1. Report a problem\n2. Exam results\n3. Help desk\n8. Language"


#: To the question "What is wrong?", the last but one before the case is opened.
DESCRIBED = ("1", "1", "2", "3")
STARRED = "The pump * is broken"


def test_without_redis_a_dialogue_goes_on_from_what_was_typed(rig: Rig) -> None:
    pages = [rig.turns(*TO_A_CASE[:number]) for number in range(len(TO_A_CASE) + 1)]
    rig.cases.clear()
    rig.loses_redis()

    replayed = [rig.turn("*".join(TO_A_CASE[:number])) for number in range(len(TO_A_CASE) + 1)]

    assert pages == replayed
    assert len(TO_A_CASE) + 1 == rig.count("ussd_replayed")


def test_a_wrong_answer_that_was_mended_is_mended_when_the_dialogue_is_led_again(
    rig: Rig,
) -> None:
    rig.loses_redis()

    pages = [rig.turn(text).text for text in ("2", "2*12", "2*12*10231456", "2*12*10231456*1")]

    assert "digits wrong 8\nCandidate number?\n0 Back 00 Home" == pages[1]
    assert pages[2].startswith("Year?")
    assert pages[3].startswith("Date of birth?")


def test_redis_lost_in_mid_dialogue_is_not_noticed(rig: Rig) -> None:
    rig.turns("1", "1", "2")
    rig.loses_redis()

    assert "What is wrong?\n0 Back 00 Home" == rig.turn("1*1*2*3").text


def test_redis_that_comes_back_takes_up_what_was_replayed(rig: Rig) -> None:
    rig.loses_redis()
    rig.turns("1", "1", "2")
    rig.finds_redis()

    rig.turn("1*1*2*3")

    assert "Your name?\n0 Back 00 Home" == rig.turn("1*1*2*3*The pump is broken").text


def test_a_case_opened_before_redis_failed_is_the_case_replayed(rig: Rig) -> None:
    rig.turns(*TO_A_CASE[:-1])
    rig.loses_redis("save")

    reply = rig.turn("*".join(TO_A_CASE))

    assert UssdReply(text="Case 100 000 is open.", ends=True) == reply
    assert {"100 000"} == set(rig.cases.values())


def test_without_redis_the_sms_of_an_end_screen_is_still_queued_once(rig: Rig) -> None:
    rig.loses_redis()

    rig.turns(*TO_A_CASE)
    rig.turn("*".join(TO_A_CASE))

    assert [("Case 100 000 is open.", "queued")] == rig.queued()


def test_without_redis_the_chosen_language_is_still_spoken(rig: Rig) -> None:
    rig.subscribers.choose_language(CALLER, "am", rig.clock.now())
    rig.loses_redis()

    assert rig.turn().text.startswith("አገልግሎት")


def test_without_any_store_the_provider_s_word_on_the_language_counts(rig: Rig) -> None:
    rig.loses_redis()
    rig.loses_spare_sessions()
    down = Failing(rig.subscribers, "language")
    rig.answer_ussd = replace(rig.answer_ussd, subscribers=down)

    assert rig.turn(language="am").text.startswith("አገልግሎት")
    assert HOME_PAGE == rig.turn().text


def told_cases(rig: Rig) -> list[tuple[str, str]]:
    """Returns description and name of each case that was to be opened."""
    asked = [call.answers for call in rig.calls if call.handler == "open_case"]
    return [(each["description"], each["name"]) for each in asked]


def test_a_star_in_a_free_text_is_the_texts_own_without_redis(rig: Rig) -> None:
    rig.loses_redis()

    rig.turns(*DESCRIBED, STARRED, "Asha Musa")

    assert [(STARRED, "Asha Musa")] == told_cases(rig)


@pytest.mark.parametrize("typed", [(STARRED,), (STARRED, "Asha"), ("The pump is broken", "Asha")])
def test_a_text_that_may_be_cut_at_its_star_is_asked_for_again(
    rig: Rig, typed: tuple[str, ...]
) -> None:
    rig.turns(*DESCRIBED)
    rig.loses_redis()

    again = rig.turn("*".join((*DESCRIBED, *typed)))

    assert "What is wrong?" in again.text
    assert [] == told_cases(rig)


def test_what_is_asked_for_again_is_answered_by_what_comes_then(rig: Rig) -> None:
    rig.loses_redis()
    typed = "*".join((*DESCRIBED, "There is no water", "Asha"))
    assert "What is wrong?" in rig.turn(typed).text

    assert rig.turn(f"{typed}*{STARRED}").text.startswith("Your name?")
    rig.turn(f"{typed}*{STARRED}*Asha")

    assert [(STARRED, "Asha")] == told_cases(rig)


def test_an_answer_is_not_swallowed_by_the_text_before_it_when_redis_comes_back(rig: Rig) -> None:
    rig.turns(*DESCRIBED)
    rig.loses_redis()
    rig.turn("*".join((*DESCRIBED, "There is no water")))
    rig.finds_redis()

    rig.turn("*".join((*DESCRIBED, "There is no water", "Asha")))

    assert [("There is no water", "Asha")] == told_cases(rig)


def test_a_session_that_redis_never_knew_is_taken_up_where_it_was(rig: Rig) -> None:
    rig.loses_redis()
    rig.turns(*DESCRIBED, STARRED)
    rig.finds_redis()

    rig.turn("*".join((*DESCRIBED, STARRED, "Asha")))

    assert [(STARRED, "Asha")] == told_cases(rig)


def test_what_redis_could_not_store_is_not_led_again(rig: Rig) -> None:
    rig.turns(*DESCRIBED, STARRED)
    rig.loses_redis("save")

    assert "Case 100 000 is open." == rig.turn("*".join((*DESCRIBED, STARRED, "Asha"))).text


DESCRIPTIONS = (
    st.text(st.sampled_from("ab1 *"), min_size=10, max_size=20)
    .map(lambda text: " ".join(text.split()))
    .filter(lambda text: len(text) >= 10)
)


#: What is typed when this is asked.
ANSWERS = {
    "Services": "1",
    "What is it about?": "1",
    "Which region?": "2",
    "Which district": "3",
    "Your name?": "Asha Musa",
}


@given(described=DESCRIPTIONS, redis=st.lists(st.booleans(), min_size=12, max_size=12))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_who_answers_what_is_asked_is_understood_whenever_redis_is_away(
    rig: Rig, described: str, redis: list[bool]
) -> None:
    rig.calls.clear()
    rig.clock.advance(61)  # nobody dials too often
    session, typed = f"s-{next(SESSIONS)}", list[str]()
    for is_there in redis:
        if is_there:
            rig.finds_redis()
        else:
            rig.loses_redis()
        reply = rig.turn("*".join(typed), session=session)
        if reply.ends:
            break
        asked = [answer for question, answer in ANSWERS.items() if question in reply.text]
        typed += asked or [described]

    assert {(described, "Asha Musa")} == set(told_cases(rig))


@given(described=DESCRIPTIONS, turns=st.integers(0, 6))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_without_any_store_nothing_else_is_written_than_was_typed(
    rig: Rig, described: str, turns: int
) -> None:
    rig.calls.clear()
    rig.clock.advance(61)  # nobody dials too often
    rig.finds_redis()
    rig.loses_spare_sessions()
    session, answers = f"s-{next(SESSIONS)}", (*DESCRIBED, described, "Asha Musa")
    for number in range(7):
        if number == turns:
            rig.loses_redis()
        rig.turn("*".join(answers[:number]), session=session)

    assert set(told_cases(rig)) <= {(described, "Asha Musa")}
