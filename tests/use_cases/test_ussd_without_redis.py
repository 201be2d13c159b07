"""USSD turns while Redis does not answer: built again from all that was typed."""

from __future__ import annotations

from dataclasses import replace

from gateway.domain.telecom.ussd import UssdReply
from tests.fakes import Failing
from tests.use_cases.rig import CALLER, Rig

TO_A_CASE = ("1", "1", "2", "3", "The pump is broken", "Asha Musa")
HOME_PAGE = "Services\n1. Report a problem\n2. Exam results\n3. Help desk\n8. Language"


def without_redis(rig: Rig, *methods: str) -> None:
    down = Failing(rig.sessions, *(methods or ("load", "save", "remember_language")))
    rig.answer_ussd = replace(rig.answer_ussd, sessions=down)


def test_without_redis_a_dialogue_goes_on_from_what_was_typed(rig: Rig) -> None:
    pages = [rig.turns(*TO_A_CASE[:number]) for number in range(len(TO_A_CASE) + 1)]
    rig.cases.clear()
    without_redis(rig)

    replayed = [rig.turn("*".join(TO_A_CASE[:number])) for number in range(len(TO_A_CASE) + 1)]

    assert pages == replayed
    assert len(TO_A_CASE) + 1 == rig.count("ussd_replayed")


def test_a_wrong_answer_that_was_mended_is_mended_when_the_dialogue_is_led_again(
    rig: Rig,
) -> None:
    without_redis(rig)

    pages = [rig.turn(text).text for text in ("2", "2*12", "2*12*10231456", "2*12*10231456*1")]

    assert "digits wrong 8\nCandidate number?\n0 Back 00 Home" == pages[1]
    assert pages[2].startswith("Year?")
    assert pages[3].startswith("Date of birth?")


def test_redis_lost_in_mid_dialogue_is_not_noticed(rig: Rig) -> None:
    rig.turns("1", "1", "2")
    without_redis(rig)

    assert "What is wrong?\n0 Back 00 Home" == rig.turn("1*1*2*3").text


def test_redis_that_comes_back_takes_up_what_was_replayed(rig: Rig) -> None:
    use_case = rig.answer_ussd
    without_redis(rig)
    rig.turns("1", "1", "2")
    rig.answer_ussd = use_case

    rig.turn("1*1*2*3")

    assert "Your name?\n0 Back 00 Home" == rig.turn("1*1*2*3*The pump is broken").text


def test_a_case_opened_before_redis_failed_is_the_case_replayed(rig: Rig) -> None:
    rig.turns(*TO_A_CASE[:-1])
    without_redis(rig, "save")

    reply = rig.turn("*".join(TO_A_CASE))

    assert UssdReply(text="Case 100 000 is open.", ends=True) == reply
    assert {"100 000"} == set(rig.cases.values())


def test_without_redis_the_sms_of_an_end_screen_is_still_queued_once(rig: Rig) -> None:
    without_redis(rig)

    rig.turn("*".join(TO_A_CASE))
    rig.turn("*".join(TO_A_CASE))

    assert [("Case 100 000 is open.", "queued")] == rig.queued()


def test_without_redis_the_chosen_language_is_still_spoken(rig: Rig) -> None:
    rig.subscribers.choose_language(CALLER, "am", rig.clock.now())
    without_redis(rig)

    assert rig.turn().text.startswith("አገልግሎት")


def test_without_any_store_the_provider_s_word_on_the_language_counts(rig: Rig) -> None:
    without_redis(rig)
    down = Failing(rig.subscribers, "language")
    rig.answer_ussd = replace(rig.answer_ussd, subscribers=down)

    assert rig.turn(language="am").text.startswith("አገልግሎት")
    assert HOME_PAGE == rig.turn().text
