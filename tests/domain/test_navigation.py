"""The engine, case by case; `test_wandering.py` holds what is true of every dialogue."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gateway.domain.channel import Keys
from gateway.domain.known import rows_of, value_of
from gateway.domain.menu import HOME, OpenScreen, Service
from gateway.domain.navigation import (
    PATIENCE,
    Event,
    PendingCall,
    advance,
    begin,
    resume,
    takes_free_text,
)
from gateway.domain.service_call import Outcome
from gateway.domain.session import Session
from gateway.domain.trail import LONGEST_TRAIL
from tests.domain.menus import SAMPLE, release_of, text
from tests.domain.talks import SECRET, Talk

TO_THE_YEAR = ("2", "10231456")
TO_THE_DESCRIPTION = ("1", "1", "2", "3")


def test_a_session_begins_on_the_home_screen_of_the_newest_release() -> None:
    step = begin(SAMPLE, "am")

    assert Event.SHOWN == step.event
    assert Session(release="r1", language="am", at=HOME) == step.session


def test_a_language_nobody_speaks_here_becomes_the_default_one() -> None:
    assert "en" == begin(SAMPLE, "xx").session.language
    assert "en" == begin(SAMPLE, "").session.language


def test_a_session_can_begin_in_a_service_and_goes_back_to_home_from_there() -> None:
    talk = Talk(service="result")

    assert "result.candidate" == talk.at
    talk.types("0")
    assert HOME == talk.at


@pytest.mark.parametrize(
    ("answers", "at"),
    [
        ((), HOME),
        (("1",), "report.category"),
        ((" 1 ",), "report.category"),
        (("Report a problem",), "report.category"),
        (("report A PROBLEM!",), "report.category"),
        (("3",), "report.category"),
        (("31",), "result.candidate"),
        (("41",), "report.category"),
        (("51",), "report.category"),
        (("8", "2"), HOME),
        (("1", "Water point"), "report.region"),
        (("1", "2"), "report.region"),
        (("1", "1", "2"), "report.district"),
        (("1", "1", "Upper River"), "report.district"),
        (("1", "1", "upper river", "Upper River 12"), "report.description"),
        (TO_THE_DESCRIPTION, "report.description"),
        ((*TO_THE_DESCRIPTION, "The pump is broken"), "report.name"),
        ((*TO_THE_DESCRIPTION, "The pump is broken", "Asha"), "report.opened"),
        (TO_THE_YEAR, "result.year"),
        ((*TO_THE_YEAR, "2025", SECRET), "result.found"),
        ((*TO_THE_YEAR, "2025", "16042007"), "result.unknown"),
        ((*TO_THE_YEAR, "2025", "16042007", "1"), "result.candidate"),
        ((*TO_THE_YEAR, "2025", "16042007", "2"), "report.category"),
    ],
)
def test_answers_lead_to_a_screen(answers: tuple[str, ...], at: str) -> None:
    talk = Talk()

    talk.types(*answers)

    assert at == talk.at
    assert 0 == talk.session.wrong


@pytest.mark.parametrize(
    ("answers", "wrong", "complaint"),
    [
        ((), "", "choice_wrong"),
        ((), "7", "choice_wrong"),
        ((), "99", "choice_wrong"),
        ((), "Report", "choice_wrong"),
        ((), "!?", "choice_wrong"),
        (("1",), "31", "choice_wrong"),
        (("1", "1"), "4", "choice_wrong"),
        (("1", "1"), "01", "choice_wrong"),
        (("1", "1"), "1000", "choice_wrong"),
        (("1", "1"), "-1", "choice_wrong"),
        (("1", "1"), "²", "choice_wrong"),
        (("1", "1"), "West", "choice_wrong"),
        (("1", "1"), "", "choice_wrong"),
        (("2",), "1023145", "digits_wrong"),
        (("2",), "98", "digits_wrong"),
        (TO_THE_YEAR, "2026", "choice_wrong"),
        ((*TO_THE_YEAR, "1"), "31022007", "date_wrong"),
        (TO_THE_DESCRIPTION, "no water", "text_wrong"),
        ((*TO_THE_DESCRIPTION, "The pump is broken"), "1234", "name_wrong"),
    ],
)
def test_a_wrong_answer_is_refused_and_stays_on_its_screen(
    answers: tuple[str, ...], wrong: str, complaint: str
) -> None:
    talk = Talk()
    talk.types(*answers)
    before = talk.session

    talk.types(wrong)

    assert Event.REFUSED == talk.step.event
    assert talk.step.complaint is not None
    assert complaint == talk.step.complaint.phrase
    assert replace(before, count=before.count + 1, wrong=1) == talk.step.session


@pytest.mark.parametrize("answers", [(), ("1", "1"), ("2",), TO_THE_DESCRIPTION])
def test_patience_ends_after_three_wrong_answers_in_a_row(answers: tuple[str, ...]) -> None:
    talk = Talk()
    talk.types(*answers)

    events = []
    for _ in range(PATIENCE + 1):
        talk.types("?")
        events.append(talk.step.event)

    assert [Event.REFUSED] * 3 + [Event.GIVEN_UP] == events
    assert talk.session.ended
    assert talk.shown.ends


def test_a_right_answer_in_between_gives_all_patience_back() -> None:
    talk = Talk()
    talk.types("?", "?", "?", "2", "?", "?", "?")

    assert Event.REFUSED == talk.step.event
    assert PATIENCE == talk.session.wrong


def test_a_shortcut_counts_on_the_home_screen_alone() -> None:
    elsewhere = Talk()
    elsewhere.types("8", "31")

    assert "language.choose" == elsewhere.at
    assert Event.REFUSED == elsewhere.step.event


def test_an_option_comes_before_a_shortcut_of_the_same_digits() -> None:
    same = Service(id="result", start="result.candidate", title=text("Results"), shortcut="1")
    release = release_of(list(SAMPLE.screens.values()), [*SAMPLE.services.values(), same])

    assert "report.category" == advance(release, begin(release, "en").session, "1").session.at


def test_choosing_a_language_goes_home_in_it() -> None:
    talk = Talk()

    page = talk.types("1", "0", "8", "አማርኛ")

    assert page.startswith("አገልግሎት\n1. ችግር ማሳወቅ")
    assert "am" == talk.step.language_chosen
    assert ((), {}) == (talk.session.trail, talk.session.answers)


def test_back_leads_through_services_and_handlers_as_one_came() -> None:
    talk = Talk()
    way = [talk.at]
    for answer in TO_THE_DESCRIPTION:
        talk.types(answer)
        way.append(talk.at)

    back = [talk.at]
    for _ in TO_THE_DESCRIPTION:
        talk.types("0")
        back.append(talk.at)

    assert [*reversed(way)] == back
    assert ((), {}, ()) == (talk.session.trail, talk.session.answers, talk.session.values)


def test_back_shows_the_list_of_then() -> None:
    talk = Talk()
    regions = talk.types("1", "1")
    districts = talk.types("2")
    talk.types("3")

    again = talk.types("0")
    still_before = talk.types("0")

    assert "South 3" in districts
    assert districts == again
    assert regions == still_before


def test_back_to_a_list_does_not_run_its_handler_again() -> None:
    talk = Talk()
    talk.types(*TO_THE_DESCRIPTION, "0", "0")

    assert ["list_regions", "list_districts"] == [call.handler for call in talk.calls]


def test_going_back_forgets_the_answers_of_the_screens_left() -> None:
    talk = Talk()
    talk.types(*TO_THE_DESCRIPTION)
    talk.types("0", "0")

    assert {"home.home": "1", "report.category": "water"} == talk.session.answers


def test_another_answer_after_going_back_is_the_one_that_counts() -> None:
    talk = Talk()
    talk.types(*TO_THE_DESCRIPTION, "0", "0", "0", "3", "1", "1", "The pump is broken", "Asha")

    case = talk.calls[-1]
    assert "open_case" == case.handler
    assert ("road", "North", "North 1") == tuple(
        case.answers[name] for name in ("category", "region", "district")
    )


def test_going_back_in_a_ring_gives_the_earlier_answer_back() -> None:
    talk = Talk()
    unknown = talk.types(*TO_THE_YEAR, "1", "16042007")
    talk.types("1")
    talk.types("99999999")

    talk.types("0")
    again = talk.types("0")

    assert unknown == again
    assert "10231456" in unknown
    assert "10231456" == talk.session.answers["result.candidate"]


def test_back_on_the_home_screen_stays_there() -> None:
    talk = Talk()

    home = talk.shown.text

    assert home == talk.types("0")
    assert home == talk.types("00")


def test_home_forgets_everything_but_the_language() -> None:
    talk = Talk(language="am")
    talk.types(*TO_THE_DESCRIPTION, "00")

    assert Session(release="r1", language="am", at=HOME, count=5) == talk.session


def test_the_keys_are_those_of_the_channel() -> None:
    talk = Talk(keys=Keys(back="9", home="99", more="*"))
    talk.types("1", "1", "2", "*")
    assert 1 == talk.session.page

    talk.types("9", "9")
    assert "report.region" == talk.at

    talk.types("99")
    assert HOME == talk.at


def test_more_turns_the_page_and_back_turns_it_back() -> None:
    talk = Talk()
    first = talk.types("1", "1", "2")

    second = talk.types("98")

    assert first != second
    assert "12. South 12" in second
    assert first == talk.types("0")
    assert "report.district" == talk.at


def test_more_is_an_answer_like_any_other_where_nothing_is_cut() -> None:
    talk = Talk()
    talk.types("1", "1", "98")

    assert Event.REFUSED == talk.step.event


def test_a_row_of_another_page_can_be_chosen_from_any_page() -> None:
    talk = Talk()
    talk.types("1", "1", "2", "12")

    assert "report.description" == talk.at
    assert "South 12" == talk.session.answers["report.district"]


def test_no_row_is_lost_when_a_complaint_took_its_room() -> None:
    talk = Talk()
    talk.types("1", "1", "2")

    pages = [talk.types("77"), talk.types("98"), talk.types("98")]

    shown = "\n".join(pages)
    assert all(f"{number}. South {number}" in shown for number in range(1, 13))
    assert "12. South 12" in pages[-1]


def test_an_end_screen_of_several_pages_ends_on_the_last() -> None:
    talk = Talk()
    talk.types(*TO_THE_YEAR, "1", SECRET)
    assert not talk.shown.ends

    pages = 1
    while not talk.shown.ends and pages < 10:
        talk.types("98")
        pages += 1

    assert 3 == pages
    assert talk.shown.text.endswith("word60")


def test_what_is_typed_on_an_unfinished_end_screen_is_refused() -> None:
    talk = Talk()
    talk.types(*TO_THE_YEAR, "1", SECRET, "5")

    assert Event.REFUSED == talk.step.event
    assert "result.found" == talk.at


@pytest.mark.parametrize(
    ("typed", "taken"), [(SECRET, True), ("31022007", True), ("0", False), ("00", False)]
)
def test_a_secret_is_told_as_used_whether_taken_or_refused(typed: str, taken: bool) -> None:
    talk = Talk()
    talk.types(*TO_THE_YEAR, "1")

    step = advance(SAMPLE, talk.session, typed)

    assert taken == step.used_secret


def test_a_secret_goes_to_the_next_handler_and_stands_in_no_session() -> None:
    talk = Talk()
    talk.types(*TO_THE_YEAR, "1", "16042007")

    assert "2007-04-16" == talk.calls[-1].answers["birth_date"]
    assert "2007" not in str(talk.session.to_plain())
    assert "16042007" not in str(talk.session.to_plain())


def test_a_handler_gets_the_answers_of_its_service_and_its_arguments() -> None:
    talk = Talk()
    talk.types(*TO_THE_YEAR, "0", "0", *TO_THE_DESCRIPTION, "The pump is broken", "Asha Musa")

    expected = {
        "category": "water",
        "region": "South",
        "district": "South 3",
        "description": "The pump is broken",
        "name": "Asha Musa",
        "about": "water",
    }
    assert PendingCall("open_case", expected) == talk.calls[-1]


@pytest.mark.parametrize(
    "outcome", [Outcome("never_heard_of"), Outcome("")], ids=["unknown", "empty"]
)
def test_an_outcome_without_a_screen_ends_the_session(outcome: Outcome) -> None:
    talk = Talk(plays=lambda call, session: outcome)
    talk.types("1", "1")

    assert Event.LOST == talk.step.event
    assert talk.session.ended
    assert ("try again", True) == (talk.shown.text, talk.shown.ends)


def test_an_outcome_for_a_session_that_waits_for_none_is_lost() -> None:
    step = resume(SAMPLE, begin(SAMPLE, "en").session, Outcome("found"))

    assert Event.LOST == step.event


def test_services_that_open_each_other_for_ever_end_the_session() -> None:
    ring = [
        OpenScreen(id="a.start", goto="b.start"),
        OpenScreen(id="b.start", goto="a.start"),
    ]
    services = [
        Service(id=each, start=f"{each}.start", title=text(each), shortcut=f"6{number}")
        for number, each in enumerate("ab")
    ]
    release = release_of([*SAMPLE.screens.values(), *ring], services)

    assert Event.LOST == begin(release, "en", "a").event
    assert Event.LOST == advance(release, begin(release, "en").session, "61").event


@pytest.mark.parametrize("at", ["gone.away", "report.list_regions", "desk.go"])
def test_a_session_on_a_screen_that_asks_nothing_goes_home(at: str) -> None:
    lost = replace(begin(SAMPLE, "am").session, at=at, answers={"report.category": "water"})

    step = advance(SAMPLE, lost, "1")

    assert (HOME, "am", {}) == (step.session.at, step.session.language, step.session.answers)


def test_a_list_of_nothing_is_shown_and_takes_nothing() -> None:
    talk = Talk(plays=lambda call, session: Outcome("found", {"places": []}))

    page = talk.types("1", "1")
    talk.types("1")

    assert "Which region?\n0 Back 00 Home" == page
    assert Event.REFUSED == talk.step.event


def test_the_newest_value_of_a_name_is_the_one_shown() -> None:
    session = replace(
        begin(SAMPLE, "en").session,
        values=({"grade": "C", "places": [{"name": "old"}]}, {"grade": "A"}),
    )

    assert "A" == value_of(session, "grade")
    assert [{"name": "old"}] == value_of(session, "places")
    assert "" == value_of(session, "missing")


def test_a_text_where_a_list_should_be_is_an_empty_list() -> None:
    screen = SAMPLE.screens["report.region"]
    session = replace(begin(SAMPLE, "en").session, values=({"places": "North"},))

    assert [] == rows_of(session, screen.listing)


@pytest.mark.parametrize(
    ("at", "free"),
    [
        ("report.description", True),
        ("report.name", False),
        ("result.candidate", False),
        (HOME, False),
        ("gone.away", False),
    ],
)
def test_free_text_is_what_takes_a_star(at: str, free: bool) -> None:
    session = replace(begin(SAMPLE, "en").session, at=at)

    assert free == takes_free_text(SAMPLE, session)


def test_a_long_wander_keeps_the_newest_steps_and_one_layer_below_them() -> None:
    talk = Talk()
    talk.types("2")
    for _ in range(20):
        talk.types("10231456", "1", "16042007", "1")

    assert LONGEST_TRAIL == len(talk.session.trail)
    assert talk.session.trail[0][1] <= 1
    assert len(talk.session.values) <= LONGEST_TRAIL + 1


def test_a_long_wander_can_be_gone_back_to_its_oldest_step() -> None:
    talk = Talk()
    talk.types("2")
    for _ in range(20):
        talk.types("10231456", "1", "16042007", "1")

    steps = 0
    while talk.session.trail:
        talk.types("0")
        steps += 1

    assert LONGEST_TRAIL == steps
    assert len(talk.session.values) <= 1
    talk.types("0")
    assert HOME == talk.at
