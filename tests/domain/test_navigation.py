"""The engine, case by case; `test_wandering.py` holds what is true of every dialogue."""

from __future__ import annotations

import pytest

from gateway.domain.dialogue.engine import PATIENCE, advance, begin
from gateway.domain.dialogue.option_matching import takes_free_text
from gateway.domain.dialogue.session import Session
from gateway.domain.dialogue.transition import Event, PendingCall
from gateway.domain.menu.release import HOME, Service
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
        ((), "99", "no_service"),
        ((), "Repo", "choice_wrong"),
        ((), "!?", "choice_wrong"),
        (("1",), "31", "choice_wrong"),
        (("1", "1"), "4", "choice_wrong"),
        (("1", "1"), "04", "choice_wrong"),
        (("1", "1"), "1000", "choice_wrong"),
        (("1", "1"), "-1", "choice_wrong"),
        (("1", "1"), "²", "choice_wrong"),
        (("1", "1"), "West", "choice_wrong"),
        (("1", "1"), "", "choice_wrong"),
        (("2",), "1023145", "digits_wrong"),
        (("2",), "98", "digits_wrong"),
        (TO_THE_YEAR, "2026", "choice_wrong"),
        ((*TO_THE_YEAR, "1"), "31022007", "no_such_day"),
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
    assert before._replace(taken=before.taken + 1, wrong=1) == talk.step.session


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
    session = begin(SAMPLE, "en").session._replace(at=at)

    assert free == takes_free_text(SAMPLE, session)
