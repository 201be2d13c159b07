"""Dropped dialogues come back: offered to who redials, and to any phone after a second fact."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from gateway.domain.dialogue.engine import PATIENCE
from gateway.domain.menu.release import Release
from tests.domain.menus import SAMPLE
from tests.domain.talks import SECRET
from tests.fakes import Failing, WatchedSessions
from tests.use_cases.rig import CALLER, CHANNEL, OTHER_CALLER, Rig

HOME_PAGE = "Services\n1. Report a problem\n2. Exam results\n3. Help desk\n8. Language"
OFFER = "resume offer Exam results\n1. resume go on\n2. resume again"
NEUTRAL = "resume offer neutral\n1. resume go on\n2. resume again"
YEAR = "Year?\n1. 2024\n2. 2025\n0 Back 00 Home"
ASKED_AGAIN = "resume fact\nCandidate number?"


def menu(release_id: str = "r2", **changes: object) -> Release:
    """Returns the sample menu in which the exam results can be gone on with for half an hour."""
    resumed = {"resume_seconds": 1800, "second_fact": "result.candidate", **changes}
    result = replace(SAMPLE.services["result"], **resumed)
    return replace(SAMPLE, id=release_id, services={**SAMPLE.services, "result": result})


@pytest.fixture(autouse=True)
def half_an_hour(rig: Rig) -> None:
    rig.releases.replace(menu())


def cut_off(rig: Rig) -> None:
    """Leads a session to the question for the year, where the line drops."""
    assert YEAR == rig.turns("2", "10231456").text
    rig.clock.advance(200)


# ------------------------------------------------------------------ redialling


def test_who_redials_is_offered_to_go_on(rig: Rig) -> None:
    cut_off(rig)

    reply = rig.turn(session="s-2")

    assert (OFFER, False) == (reply.text, reply.ends)


def test_going_on_shows_the_screen_of_then_and_leads_to_the_end(rig: Rig) -> None:
    cut_off(rig)
    rig.turn(session="s-2")

    shown = rig.turn("1", session="s-2")
    rig.turn("1*2", session="s-2")
    last = rig.turn(f"1*2*{SECRET}", session="s-2")

    assert YEAR == shown.text
    assert "10231456 B+" in last.text
    assert {"candidate": "10231456", "year": "2025"}.items() <= rig.calls[-1].answers.items()


def test_starting_again_shows_home_and_forgets_the_dropped_dialogue(rig: Rig) -> None:
    cut_off(rig)
    rig.turn(session="s-2")

    again = rig.turn("2", session="s-2")

    assert HOME_PAGE == again.text
    assert HOME_PAGE == rig.turn(session="s-3").text


@pytest.mark.parametrize("typed", ["3", "9", "yes", "11", "0"])
def test_any_other_answer_is_refused_and_asked_again(rig: Rig, typed: str) -> None:
    cut_off(rig)
    rig.turn(session="s-2")

    assert f"choice wrong\n{OFFER}" == rig.turn(typed, session="s-2").text
    assert YEAR == rig.turn(f"{typed}* 1 ", session="s-2").text


def test_an_offer_ends_after_too_many_wrong_answers_and_is_not_made_again(rig: Rig) -> None:
    cut_off(rig)
    rig.turn(session="s-2")
    text = ["9"] * (PATIENCE + 1)

    for count in range(1, len(text) + 1):
        reply = rig.turn("*".join(text[:count]), session="s-2")

    assert ("too many wrong *384*2026#", True) == (reply.text, reply.ends)
    assert HOME_PAGE == rig.turn(session="s-3").text


def test_the_home_key_leads_home_from_an_offer(rig: Rig) -> None:
    cut_off(rig)
    rig.turn(session="s-2")

    assert HOME_PAGE == rig.turn("00", session="s-2").text


def test_answers_typed_at_once_go_on_behind_the_offer(rig: Rig) -> None:
    cut_off(rig)
    rig.turn(session="s-2")

    assert "Date of birth?\n0 Back 00 Home" == rig.turn("1*2", session="s-2").text


def test_a_dialogue_dropped_twice_comes_back_twice(rig: Rig) -> None:
    cut_off(rig)
    rig.turn(session="s-2")
    rig.turn("1", session="s-2")
    rig.turn("1*2", session="s-2")
    rig.turn(session="s-3")

    assert "Date of birth?\n0 Back 00 Home" == rig.turn("1", session="s-3").text


def test_an_offer_that_was_dropped_itself_is_made_again(rig: Rig) -> None:
    cut_off(rig)
    rig.turn(session="s-2")

    assert OFFER == rig.turn(session="s-3").text


def test_the_same_turn_again_gets_the_same_offer(rig: Rig) -> None:
    cut_off(rig)
    rig.turn(session="s-2")

    assert OFFER == rig.turn(session="s-2").text
    assert YEAR == rig.turn("1", session="s-2").text
    assert YEAR == rig.turn("1", session="s-2").text


def test_the_shortcut_dialled_again_is_offered_to_go_on(rig: Rig) -> None:
    rig.turn(code="*384*2026*31#", session="s-1")
    rig.turn("10231456", code="*384*2026*31#", session="s-1")

    offered = rig.turn(code="*384*2026*31#", session="s-2")
    again = rig.turn("2", code="*384*2026*31#", session="s-2")

    assert OFFER == offered.text
    assert "Candidate number?\n0 Back 00 Home" == again.text


@pytest.mark.parametrize("dialled", ["*384*2026*41#", "*384*2026*31*10231457#", "*384*2026*1#"])
def test_what_is_dialled_behind_the_code_goes_before_an_offer(rig: Rig, dialled: str) -> None:
    cut_off(rig)

    assert "resume" not in rig.turn(code=dialled, session="s-2").text


@pytest.mark.parametrize(("seconds", "expected"), [(1799, OFFER), (1800, HOME_PAGE)])
def test_the_offer_stands_for_the_time_that_the_service_says(
    rig: Rig, seconds: float, expected: str
) -> None:
    rig.turns("2", "10231456")
    rig.clock.advance(seconds)

    assert expected == rig.turn(session="s-2").text


@pytest.mark.parametrize("typed", ["1", " 1 ", "1.", "١"])
def test_the_digit_may_be_typed_as_on_other_screens(rig: Rig, typed: str) -> None:
    cut_off(rig)
    rig.turn(session="s-2")

    assert YEAR == rig.turn(typed, session="s-2").text


def test_nobody_is_offered_the_dialogue_of_another_number(rig: Rig) -> None:
    cut_off(rig)

    assert HOME_PAGE == rig.turn(session="s-2", caller=OTHER_CALLER).text


def test_another_channel_to_the_same_menu_offers_it_too(rig: Rig) -> None:
    cut_off(rig)

    assert OFFER == rig.turn(session="s-2", channel=replace(CHANNEL, name="ng")).text


def test_a_service_without_a_time_to_come_back_is_not_offered(rig: Rig) -> None:
    rig.turns("1", "1", "2")

    assert HOME_PAGE == rig.turn(session="s-2").text


def test_a_session_that_ended_is_forgotten_at_once(rig: Rig) -> None:
    rig.turns("2", "10231456", "1", SECRET.replace("2007", "2008"), "1", "10231456")
    assert OFFER == rig.turn(session="s-2").text

    rig.turns("2", "2", "10231456", "1", SECRET, "98", "98", "98", "98", session="s-2")

    assert HOME_PAGE == rig.turn(session="s-3").text


def test_who_went_home_has_left_the_service(rig: Rig) -> None:
    rig.turns("2", "10231456", "00")

    assert HOME_PAGE == rig.turn(session="s-2").text


def test_after_a_failure_the_screen_before_it_is_offered(rig: Rig) -> None:
    rig.failure = RuntimeError("down")
    ended = rig.turns("2", "10231456", "1", SECRET)
    rig.failure = None

    rig.turn(session="s-2")

    assert ended.ends
    assert "Date of birth?\n0 Back 00 Home" == rig.turn("1", session="s-2").text
    assert "B+" in rig.turn(f"1*{SECRET}", session="s-2").text


def test_a_release_that_is_gone_takes_its_offers_with_it(rig: Rig) -> None:
    cut_off(rig)
    for number in range(30):
        rig.releases.replace(menu(f"later-{number}"))

    assert HOME_PAGE == rig.turn(session="s-2").text


def test_a_release_that_goes_while_its_offer_is_shown_leads_home(rig: Rig) -> None:
    cut_off(rig)
    rig.turn(session="s-2")
    for number in range(30):
        rig.releases.replace(menu(f"later-{number}"))

    assert HOME_PAGE == rig.turn("1", session="s-2").text


@pytest.mark.parametrize(("after", "cases"), [("Asha", 1), ("Neema", 2)])
def test_a_call_before_the_drop_is_known_after_it_unless_answered_otherwise(
    rig: Rig, after: str, cases: int
) -> None:
    """The line may drop while the reply to a written form is on its way to nowhere."""
    report = replace(SAMPLE.services["report"], resume_seconds=600)
    rig.releases.replace(replace(menu("r3"), services={**SAMPLE.services, "report": report}))
    before = ("1", "1", "2", "3", "The pump is broken")
    rig.turns(*before)
    sessions = rig.sessions
    rig.answer_ussd = replace(rig.answer_ussd, sessions=Failing(sessions, "save"))
    rig.turn("*".join((*before, "Asha")))
    rig.answer_ussd = replace(rig.answer_ussd, sessions=sessions)

    rig.turn(session="s-2")
    rig.turn("1", session="s-2")
    rig.turn(f"1*{after}", session="s-2")

    assert cases == len(rig.cases)
    assert "open_case" == rig.handlers_run[-1]


def test_a_turn_that_can_be_resumed_is_still_one_load_and_one_save(rig: Rig) -> None:
    cut_off(rig)

    rig.turn(session="s-2")
    rig.turn("1", session="s-2")

    assert 5 == len(rig.sessions.records)
    assert ["shown", "shown", "shown", "offered", "shown"] == [
        record.event for record in rig.sessions.records
    ]
    assert 1 == rig.count("ussd_resumed")


def test_without_the_store_nothing_is_offered(rig: Rig) -> None:
    cut_off(rig)
    rig.answer_ussd = replace(rig.answer_ussd, sessions=Failing(rig.sessions, "load"))

    assert HOME_PAGE == rig.turn(session="s-2").text


# ------------------------------------------------------------------ sensitive services


def test_a_sensitive_service_is_offered_without_its_name_and_after_the_second_fact(
    rig: Rig,
) -> None:
    rig.releases.replace(menu("r3", sensitive=True))
    cut_off(rig)

    offered = rig.turn(session="s-2")
    asked = rig.turn("1", session="s-2")
    wrong = rig.turn("1*10231457", session="s-2")
    shown = rig.turn("1*10231457*1023 1456", session="s-2")

    assert NEUTRAL == offered.text
    assert ASKED_AGAIN == asked.text
    assert f"resume fact wrong\n{ASKED_AGAIN}" == wrong.text
    assert YEAR == shown.text


def test_a_sensitive_service_is_not_offered_before_it_knows_the_second_fact(rig: Rig) -> None:
    rig.releases.replace(menu("r3", sensitive=True))
    rig.turns("2")

    assert HOME_PAGE == rig.turn(session="s-2").text


def test_a_stranger_with_the_phone_cannot_try_for_ever(rig: Rig) -> None:
    rig.releases.replace(menu("r3", sensitive=True))
    cut_off(rig)
    rig.turn(session="s-2")
    typed = ["1", *["10000000"] * (PATIENCE + 1)]

    for count in range(1, len(typed) + 1):
        reply = rig.turn("*".join(typed[:count]), session="s-2")

    assert reply.ends
    assert HOME_PAGE == rig.turn(session="s-3").text


def test_the_way_back_from_another_service_does_not_lead_into_a_sensitive_one(rig: Rig) -> None:
    sensitive = menu("r3", sensitive=True)
    report = replace(sensitive.services["report"], resume_seconds=1800)
    rig.releases.replace(replace(sensitive, services={**sensitive.services, "report": report}))
    unknown = SECRET.replace("2007", "2008")
    rig.turns("2", "10231456", "1", unknown, "2", "1")
    rig.turn(session="s-2")

    shown = rig.turn("1", session="s-2")
    before = rig.turn("1*0", session="s-2")
    home = rig.turn("1*0*0", session="s-2")

    assert shown.text.startswith("Which region?\n1. North")
    assert before.text.startswith("What is it about?")
    assert HOME_PAGE == home.text


def test_a_sensitive_service_that_was_proven_keeps_its_way_back(rig: Rig) -> None:
    rig.releases.replace(menu("r3", sensitive=True))
    cut_off(rig)
    rig.turn(session="s-2")
    rig.turn("1*10231456", session="s-2")

    back = rig.turn("1*10231456*0", session="s-2")

    assert "Candidate number?\n0 Back 00 Home" == back.text


# ------------------------------------------------------------------ an SMS, and its code

NUDGED = {"nudge": True}


def nudged(rig: Rig) -> str:
    """Returns the code in the SMS that the subscriber got after a drop."""
    rig.releases.replace(menu("r3", **NUDGED))
    cut_off(rig)
    assert 1 == rig.nudge_dropped()
    ((said, _),) = rig.queued()
    return said.split("*")[-1].rstrip("#")


@pytest.mark.parametrize("caller", [CALLER, OTHER_CALLER], ids=["own phone", "another phone"])
def test_a_code_dialled_goes_on_after_the_second_fact(rig: Rig, caller: object) -> None:
    code = f"*384*2026*{nudged(rig)}#"

    asked = rig.turn(code=code, session="s-2", caller=caller)
    shown = rig.turn("10231456", code=code, session="s-2", caller=caller)

    assert (ASKED_AGAIN, YEAR) == (asked.text, shown.text)


def test_a_code_can_be_typed_at_home(rig: Rig) -> None:
    code = nudged(rig)
    rig.turn(session="s-2", caller=OTHER_CALLER)

    asked = rig.turn(code, session="s-2", caller=OTHER_CALLER)
    shown = rig.turn(f"{code}*10231456", session="s-2", caller=OTHER_CALLER)

    assert (ASKED_AGAIN, YEAR) == (asked.text, shown.text)


def test_code_and_fact_may_be_dialled_at_once(rig: Rig) -> None:
    code = nudged(rig)

    shown = rig.turn(code=f"*384*2026*{code}*10231456#", session="s-2", caller=OTHER_CALLER)

    assert YEAR == shown.text


def test_a_code_is_good_for_one_time(rig: Rig) -> None:
    code = f"*384*2026*{nudged(rig)}*10231456#"
    rig.turn(code=code, session="s-2", caller=OTHER_CALLER)

    again = rig.turn(code=code, session="s-3", caller=OTHER_CALLER)

    assert ("resume lapsed", True) == (again.text, again.ends)


def test_a_code_is_gone_after_a_few_wrong_facts(rig: Rig) -> None:
    code = nudged(rig)
    for number in range(3):
        rig.turn(code=f"*384*2026*{code}*1000000{number}#", session=f"n-{number}")

    late = rig.turn(code=f"*384*2026*{code}*10231456#", session="s-9")

    assert ("resume lapsed", True) == (late.text, late.ends)


def test_the_last_wrong_fact_says_that_the_code_is_gone(rig: Rig) -> None:
    code = f"*384*2026*{nudged(rig)}#"
    typed = [f"1000000{number}" for number in range(3)]

    rig.turn(code=code, session="s-2")
    pages = [rig.turn("*".join(typed[:n]), code=code, session="s-2").text for n in (1, 2, 3)]

    assert [f"resume fact wrong\n{ASKED_AGAIN}"] * 2 + ["resume lapsed"] == pages


def test_a_code_that_is_gone_is_refused_at_home(rig: Rig) -> None:
    rig.turns(session="s-2")

    assert f"resume lapsed\n{HOME_PAGE}" == rig.turn("1234567", session="s-2").text
    assert "Candidate number?\n0 Back 00 Home" == rig.turn("1234567*2", session="s-2").text


def test_who_starts_again_without_a_language_is_asked_for_it(rig: Rig) -> None:
    rig.releases.replace(replace(menu("r4"), ask_language=True))
    dialled = "*384*2026*31#"
    rig.turn(code=dialled)
    rig.turn("10231456", code=dialled)
    rig.clock.advance(200)
    rig.turn(session="s-2")

    asked = rig.turn("2", session="s-2")

    assert asked.text.endswith("1. English\n2. አማርኛ")
    assert rig.turn("2*2", session="s-2").text.startswith("አገልግሎት")


def test_a_fact_of_the_wrong_form_is_no_guess(rig: Rig) -> None:
    code = nudged(rig)
    for number in range(3):
        reply = rig.turn(code=f"*384*2026*{code}*{number}#", session=f"n-{number}")
        assert reply.text.startswith("digits wrong")

    assert YEAR == rig.turn(code=f"*384*2026*{code}*10231456#", session="s-9").text


def test_a_code_lapses_with_the_time_to_come_back(rig: Rig) -> None:
    code = nudged(rig)
    rig.clock.advance(1800)

    reply = rig.turn(code=f"*384*2026*{code}#", session="s-2")

    assert ("resume lapsed", True) == (reply.text, reply.ends)


def test_seven_digits_within_a_service_are_an_answer(rig: Rig) -> None:
    code = nudged(rig)
    rig.turn(session="s-2", caller=OTHER_CALLER)
    rig.turn("2", session="s-2", caller=OTHER_CALLER)

    reply = rig.turn(f"2*{code}", session="s-2", caller=OTHER_CALLER)

    assert reply.text.startswith("digits wrong")


def test_a_title_and_a_question_are_in_the_language_of_the_dialogue(rig: Rig) -> None:
    rig.turn(language="am")
    rig.turn("2", language="am")

    assert "የፈተና ውጤት" in rig.turn(session="s-2").text


def test_a_dialogue_its_own_phone_goes_on_with_has_no_code_any_more(rig: Rig) -> None:
    code = f"*384*2026*{nudged(rig)}*10231456#"
    rig.turns("1", session="s-2")

    reply = rig.turn(code=code, session="s-3", caller=OTHER_CALLER)

    assert ("resume lapsed", True) == (reply.text, reply.ends)


def test_a_dialogue_begun_again_on_its_own_phone_has_no_code_any_more(rig: Rig) -> None:
    code = f"*384*2026*{nudged(rig)}*10231456#"
    rig.turns("2", session="s-2")

    assert "resume lapsed" == rig.turn(code=code, session="s-3", caller=OTHER_CALLER).text


@pytest.mark.parametrize("typed", ["at once", "turn by turn"])
def test_a_dialogue_gone_on_with_elsewhere_is_offered_no_more(rig: Rig, typed: str) -> None:
    code = f"*384*2026*{nudged(rig)}#"
    if typed == "turn by turn":
        rig.turn(code=code, session="s-2", caller=OTHER_CALLER)
    rig.turn("10231456", code=code, session="s-2", caller=OTHER_CALLER)

    assert HOME_PAGE == rig.turn(session="s-3").text


def test_another_dialogue_than_the_one_gone_on_with_elsewhere_is_still_offered(rig: Rig) -> None:
    code = f"*384*2026*{nudged(rig)}*10231456#"
    rig.turns("2", "2", "10231457", session="s-2")
    rig.turn(code=code, session="s-3", caller=OTHER_CALLER)

    assert OFFER == rig.turn(session="s-4").text


# ------------------------------------------------------------------ when the store forgets


def forget(rig: Rig) -> None:
    """Lets the store lose every session."""
    rig.sessions = WatchedSessions(rig.clock)
    rig.answer_ussd = replace(rig.answer_ussd, sessions=rig.sessions)


@pytest.mark.parametrize("lost", ["forgotten", "silent"])
@pytest.mark.parametrize(
    ("typed", "then"), [((), "1"), (("1",), "2"), (("2",), "1"), (("00",), "1"), (("9",), "1")]
)
def test_a_lost_session_that_was_offered_something_ends_and_runs_nothing(
    rig: Rig, lost: str, typed: Sequence[str], then: str
) -> None:
    """Taken for answers to the home screen, what was typed would open another service."""
    cut_off(rig)
    rig.turns(*typed, session="s-2")
    if lost == "forgotten":
        forget(rig)
    else:
        rig.answer_ussd = replace(rig.answer_ussd, sessions=Failing(rig.sessions, "load", "save"))

    reply = rig.turn("*".join((*typed, then)), session="s-2")

    assert ("try again", True) == (reply.text, reply.ends)
    assert [] == rig.handlers_run


def test_an_offered_session_that_lapses_is_offered_again(rig: Rig) -> None:
    cut_off(rig)
    rig.turns("1", session="s-2")
    rig.clock.advance(CHANNEL.session_seconds + 1)

    assert "try again" == rig.turn("1*2", session="s-2").text
    assert OFFER == rig.turn(session="s-3").text


def test_a_session_that_was_offered_nothing_is_led_again_from_its_first_answer(rig: Rig) -> None:
    rig.turns("2", "10231456")
    forget(rig)

    assert "Date of birth?\n0 Back 00 Home" == rig.turn("2*10231456*2").text


def test_a_lost_session_that_began_with_a_code_is_led_through_it_again(rig: Rig) -> None:
    code = f"*384*2026*{nudged(rig)}#"
    rig.turn(code=code, session="s-2")
    rig.turn("10231456", code=code, session="s-2")
    forget(rig)

    shown = rig.turn("10231456*2", code=code, session="s-2")

    assert "Date of birth?\n0 Back 00 Home" == shown.text


@pytest.mark.parametrize("parties", [2, 3])
def test_a_code_in_turns_that_come_at_once_is_good_for_all_of_them(rig: Rig, parties: int) -> None:
    code = f"*384*2026*{nudged(rig)}*10231456#"
    rig.sessions.race(parties)

    with ThreadPoolExecutor(parties) as pool:
        coming = [pool.submit(rig.turn, code=code, session="s-2") for _ in range(parties)]

    assert {YEAR} == {each.result().text for each in coming}


def test_a_code_is_not_lost_with_the_turn_that_could_not_be_stored(rig: Rig) -> None:
    code, sessions = f"*384*2026*{nudged(rig)}*10231456#", rig.sessions
    rig.answer_ussd = replace(rig.answer_ussd, sessions=Failing(sessions, "save"))
    first = rig.turn(code=code, session="s-2")
    rig.answer_ussd = replace(rig.answer_ussd, sessions=sessions)

    assert (YEAR, YEAR) == (first.text, rig.turn(code=code, session="s-2").text)


# ------------------------------------------------------------------ without the database


def without_database(rig: Rig) -> None:
    """Lets every question about codes and offers fail."""
    methods = ("find", "miss", "use", "retire", "note_offered", "was_offered")
    offer_resume = replace(rig.answer_ussd.offer_resume, points=Failing(rig.points, *methods))
    rig.answer_ussd = replace(rig.answer_ussd, offer_resume=offer_resume)


@pytest.mark.parametrize(("answer", "page"), [("1", YEAR), ("2", HOME_PAGE), ("00", HOME_PAGE)])
def test_without_the_database_an_offer_is_answered_all_the_same(
    rig: Rig, answer: str, page: str
) -> None:
    nudged(rig)
    without_database(rig)

    assert OFFER == rig.turn(session="s-2").text
    assert page == rig.turn(answer, session="s-2").text
    assert 0 == rig.count("ussd_replayed")


def test_without_the_database_answers_dialled_at_once_are_a_session_like_any(rig: Rig) -> None:
    without_database(rig)

    assert YEAR == rig.turn("2*10231456", session="s-9").text
    assert 0 == rig.count("ussd_replayed")


def test_without_the_database_a_code_is_to_be_tried_again(rig: Rig) -> None:
    code = f"*384*2026*{nudged(rig)}#"
    without_database(rig)

    reply = rig.turn(code=code, session="s-2")

    assert ("try again", True) == (reply.text, reply.ends)


def test_without_redis_a_wrong_fact_that_was_mended_is_mended_again(rig: Rig) -> None:
    code = f"*384*2026*{nudged(rig)}#"
    rig.answer_ussd = replace(rig.answer_ussd, sessions=Failing(rig.sessions, "load", "save"))
    typed = ("10231457", "10231456", "2")

    pages = [rig.turn("*".join(typed[:n]), code=code, session="s-2").text for n in (1, 2, 3)]

    assert [f"resume fact wrong\n{ASKED_AGAIN}", YEAR] == pages[:2]
    assert "Date of birth?\n0 Back 00 Home" == pages[2]


def test_a_dialogue_left_for_home_has_no_code_any_more(rig: Rig) -> None:
    code = f"*384*2026*{nudged(rig)}*10231456#"
    rig.turns("00", session="s-2")

    assert "resume lapsed" == rig.turn(code=code, session="s-3", caller=OTHER_CALLER).text
