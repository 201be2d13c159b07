"""Menus and sessions that lead nowhere: an end all the same, never an exception."""

from __future__ import annotations

import pytest

from gateway.domain.dialogue.engine import advance, begin, resume
from gateway.domain.dialogue.scope import rows_of, value_of
from gateway.domain.dialogue.transition import Event
from gateway.domain.handler_contract.service_call import Outcome
from gateway.domain.menu.release import HOME, Service
from gateway.domain.menu.screens import OpenScreen
from tests.domain.menus import SAMPLE, release_of, text
from tests.domain.talks import Talk


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
    lost = begin(SAMPLE, "am").session._replace(at=at, answers={"report.category": "water"})

    step = advance(SAMPLE, lost, "1")

    assert (HOME, "am", {}) == (step.session.at, step.session.language, step.session.answers)


def test_a_list_of_nothing_is_shown_and_takes_nothing() -> None:
    talk = Talk(plays=lambda call, session: Outcome("found", {"places": []}))

    page = talk.types("1", "1")
    talk.types("1")

    assert "Which region?\n0 Back 00 Home" == page
    assert Event.REFUSED == talk.step.event


def test_the_newest_value_of_a_name_is_the_one_shown() -> None:
    session = begin(SAMPLE, "en").session._replace(
        values=({"grade": "C", "places": [{"name": "old"}]}, {"grade": "A"}),
    )

    assert "A" == value_of(session, "grade")
    assert [{"name": "old"}] == value_of(session, "places")
    assert "" == value_of(session, "missing")


def test_a_text_where_a_list_should_be_is_an_empty_list() -> None:
    screen = SAMPLE.screens["report.region"]
    session = begin(SAMPLE, "en").session._replace(values=({"places": "North"},))

    assert [] == rows_of(session, screen.listing)
