"""Questions that may be skipped, and answers of which more is asked than their form."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from gateway.domain.dialogue.engine import advance, begin
from gateway.domain.dialogue.screen_rendering import show
from gateway.domain.dialogue.transition import Event, Step
from gateway.domain.input_kinds.base import NOT_HELD, Accepts
from gateway.domain.menu.conditions import parse
from gateway.domain.menu.release import HOME, Release, Service
from gateway.domain.menu.screens import BranchScreen, EndScreen, InputScreen
from gateway.domain.telecom.channel import Keys, PageBudget
from tests.domain.menus import choice, option, release_of, text
from tests.domain.talks import Talk

TODAY = date(2026, 11, 29)


def birth(*, skip: str = "", kind: str = "date") -> Release:
    """A menu that asks for a day of birth that has come, and for a weight that fits no adult."""
    born = InputScreen(
        id="child.born",
        text=text("Born on which day?"),
        accepts=Accepts(kind=kind),
        goto="child.weight",
        skip=skip,
        holds=parse("born <= today and year(born) > 1920"),
        complaint=text("A day of birth is in the past."),
    )
    weight = InputScreen(
        id="child.weight",
        text=text("Weight?"),
        accepts=Accepts(kind="integer", minimum=1, maximum=200),
        goto="child.way",
        holds=parse("weight < 30 or born < '2010'"),
        complaint=text("Too heavy for a child of {born}."),
    )
    ways = ((parse("born == ''"), "child.unknown"), (None, "child.known"))
    screens = [
        choice(HOME, text("Services"), option("1", text("Child"), "child.born")),
        born,
        weight,
        BranchScreen(id="child.way", ways=ways),
        EndScreen(id="child.known", text=text("{born}: {weight} kg.")),
        EndScreen(id="child.unknown", text=text("No day: {weight} kg.")),
    ]
    services = [
        Service(id="home", start=HOME, title=text("Home")),
        Service(id="child", start="child.born", title=text("Child")),
    ]
    return release_of(screens, services)


def answered(release: Release, *answers: str, today: date | None = TODAY) -> Step:
    step = begin(release, "en", "child")
    for answer in answers:
        step = advance(release, step.session, answer, today=today)
    return step


@pytest.mark.parametrize(
    ("typed", "event"),
    [
        ("29112026", Event.SHOWN),
        ("today", Event.SHOWN),
        ("30112026", Event.REFUSED),
        ("01011921", Event.SHOWN),
        ("31121920", Event.REFUSED),
        ("30022020", Event.REFUSED),
    ],
)
def test_an_answer_is_taken_where_its_condition_holds(typed: str, event: Event) -> None:
    assert answered(birth(), typed).event is event


def test_without_a_day_of_today_nothing_is_known_to_have_come() -> None:
    assert answered(birth(), "29112026", today=None).event is Event.REFUSED


@pytest.mark.parametrize(
    ("weight", "event"), [("29", Event.ENDED), ("30", Event.REFUSED), ("200", Event.REFUSED)]
)
def test_a_condition_may_use_earlier_answers(weight: str, event: Event) -> None:
    assert answered(birth(), "29112026", weight).event is event


def test_the_complaint_is_that_of_the_screen() -> None:
    release = birth()
    shown = show(release, answered(release, "01012020", "31"), Keys(), PageBudget())
    assert shown.text.splitlines()[0] == "Too heavy for a child of 2020-01-01."


def test_an_answer_that_is_none_is_not_said_to_fail_what_must_be_true() -> None:
    step = answered(birth(), "31022020")
    shown = show(birth(), step, Keys(), PageBudget())
    assert step.event is Event.REFUSED
    assert step.complaint is not None
    assert step.complaint.phrase != NOT_HELD
    assert shown.text.splitlines()[0] != "A day of birth is in the past."


@pytest.mark.parametrize("typed", ["99", "(99)", "99.", "፺፱"])
def test_what_skips_a_question_answers_nothing(typed: str) -> None:
    step = answered(birth(skip="99"), typed, "20")
    assert step.session.answers["child.born"] == ""
    assert step.session.at == "child.unknown"


@pytest.mark.parametrize("typed", ["999", "9", "99 kg", "skip", ""])
def test_nothing_else_skips_it(typed: str) -> None:
    assert answered(birth(skip="99"), typed).event is Event.REFUSED


def test_where_nothing_skips_the_digits_are_an_answer_like_any_other() -> None:
    assert answered(birth(), "99").event is Event.REFUSED


def test_a_free_text_is_skipped_too() -> None:
    release = birth(skip="99", kind="text")
    free = release.screens["child.born"]
    assert isinstance(free, InputScreen)
    release = replace(release, screens={**release.screens, free.id: replace(free, holds=None)})
    assert answered(release, "99", "20").session.answers["child.born"] == ""
    assert answered(release, "99 Main Street", "20").session.answers["child.born"] != ""


def test_the_page_says_what_skips_the_question() -> None:
    talk = Talk(release=birth(skip="99"), service="child")
    assert talk.shown.text.splitlines() == ["Born on which day?", "skip 99", "0 Back 00 Home"]
    assert "skip" not in Talk(release=birth(), service="child").shown.text


@pytest.mark.parametrize(
    ("born", "page"),
    [("99", "Right?\nWeight: 20"), ("01012020", "Right?\n2020-01-01\nWeight: 20")],
)
def test_what_was_passed_over_leaves_no_empty_line(born: str, page: str) -> None:
    release = birth(skip="99")
    said = EndScreen(id="child.way", text=text("Right?\n{born}\nWeight: {weight}\n{nothing}"))
    release = replace(release, screens={**release.screens, said.id: said})
    shown = show(release, answered(release, born, "20"), Keys(), PageBudget())
    assert shown.text == page


@pytest.mark.parametrize(
    ("written", "page"),
    [
        ("Right?\n\n{weight} kg", "Right?\n\n20 kg"),
        ("Right?\n\n{born}\n\n{weight}", "Right?\n\n\n20"),
        ("{born}\n{weight}", "20"),
        ("{born|date}\n{born} {nothing}\n{weight}", "20"),
        ("Born: {born}\n{weight}", "Born:\n20"),
        ("{born}", ""),
        ("A\n \nB", "A\n \nB"),
    ],
)
def test_a_line_that_the_menu_left_empty_stays(written: str, page: str) -> None:
    release = birth(skip="99")
    said = EndScreen(id="child.way", text=text(written))
    release = replace(release, screens={**release.screens, said.id: said})
    shown = show(release, answered(release, "99", "20"), Keys(), PageBudget())
    assert shown.text == page
