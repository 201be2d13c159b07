"""Conditions in a dialogue, lists searched by letters, and what is typed twice."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from gateway.domain.dialogue.engine import begin
from gateway.domain.dialogue.session import Session
from gateway.domain.dialogue.transition import Event, PendingCall
from gateway.domain.handler_contract.service_call import Outcome
from gateway.domain.input_kinds.base import Accepts
from gateway.domain.menu.conditions import parse
from gateway.domain.menu.release import HOME, Release, Service
from gateway.domain.menu.screens import (
    BranchScreen,
    EndScreen,
    InputScreen,
    OpenScreen,
    ServiceScreen,
)
from tests.domain.menus import SAMPLE, choice, listing, option, release_of, text
from tests.domain.talks import Talk

PIN = "3801"


def _asking(*ways: tuple[str, str]) -> Release:
    """Returns a release that asks for an age, and goes where the first condition says."""
    found = tuple((parse(when) if when else None, goto) for when, goto in ways)
    screens = (
        choice(HOME, text("Services"), option("1", text("Age"), "ask.age")),
        InputScreen(
            id="ask.age",
            text=text("Age?"),
            accepts=Accepts(kind="integer", minimum=0, maximum=120),
            goto="ask.age?next",
        ),
        BranchScreen(id="ask.age?next", ways=found),
        EndScreen(id="ask.minor", text=text("A minor of {age}")),
        EndScreen(id="ask.adult", text=text("An adult of {age}")),
        OpenScreen(id="ask.again", goto="ask.age"),
    )
    services = (
        Service(id="home", start=HOME, title=text("Services")),
        Service(id="ask", start="ask.age", title=text("Age")),
    )
    return release_of(screens, services)


AGES = _asking(("age < 18", "ask.minor"), ("age > 110", "ask.again"), ("", "ask.adult"))


@pytest.mark.parametrize(
    ("age", "expected"),
    [
        ("17", "A minor of 17"),
        ("18", "An adult of 18"),
        ("111", "Age?\n0 Back 00 Home"),
    ],
)
def test_the_first_way_whose_condition_holds_is_gone(age: str, expected: str) -> None:
    assert expected == Talk(release=AGES).types("1", age)


def test_a_branch_is_no_step_of_the_way_back() -> None:
    talk = Talk(release=_asking(("age > 110", "ask.again"), ("", "ask.adult")))

    assert "Age?\n0 Back 00 Home" == talk.types("1", "111")
    assert "Age?\n0 Back 00 Home" == talk.types("0")
    assert "Services\n1. Age" == talk.types("0")


def test_a_branch_that_leads_nowhere_ends_civilly() -> None:
    talk = Talk(release=_asking(("age < 0", "ask.minor")))

    talk.types("1", "5")

    assert Event.LOST is talk.step.event


def test_a_condition_may_ask_for_the_language() -> None:
    release = _asking(("language == 'am'", "ask.minor"), ("", "ask.adult"))

    assert "A minor of 30" == Talk(release=release, language="am").types("1", "30")
    assert "An adult of 30" == Talk(release=release, language="en").types("1", "30")


def _choosing() -> Release:
    adult = replace(
        option("2", text("Loan"), "shop.loan"), when=parse("age >= 18 and language == 'en'")
    )
    screens = (
        choice(HOME, text("Services"), option("1", text("Shop"), "shop.age")),
        InputScreen(
            id="shop.age",
            text=text("Age?"),
            accepts=Accepts(kind="integer", minimum=0, maximum=120),
            goto="shop.pick",
        ),
        choice("shop.pick", text("What?"), option("1", text("Seed"), "shop.seed"), adult),
        EndScreen(id="shop.seed", text=text("Seed")),
        EndScreen(id="shop.loan", text=text("Loan")),
    )
    services = (
        Service(id="home", start=HOME, title=text("Services")),
        Service(id="shop", start="shop.age", title=text("Shop")),
    )
    return release_of(screens, services)


def test_an_option_is_shown_where_its_condition_holds() -> None:
    talk = Talk(release=_choosing())

    assert "What?\n1. Seed\n2. Loan\n0 Back 00 Home" == talk.types("1", "18")
    assert "Loan" == talk.types("2")


@pytest.mark.parametrize("typed", ["2", "Loan"])
def test_an_option_that_is_not_shown_cannot_be_chosen(typed: str) -> None:
    talk = Talk(release=_choosing())

    assert "What?\n1. Seed\n0 Back 00 Home" == talk.types("1", "17")
    assert talk.types(typed).startswith("choice wrong")


# ------------------------------------------------------------ lists, by letters

TOWNS = ("Kisumu", "Kilifi", "Nairobi", "Nakuru", "Éldoret")


def _towns(call: PendingCall, session: Session) -> Outcome:
    return Outcome("found", {"towns": [{"id": name.upper(), "name": name} for name in TOWNS]})


def _listing() -> Release:
    screens = (
        choice(HOME, text("Services"), option("1", text("Towns"), "town.fetch")),
        ServiceScreen(id="town.fetch", handler="towns", outcomes={"found": "town.pick"}),
        listing("town.pick", text("Town?"), "towns", "town.sure"),
        choice("town.sure", text("{pick}?"), option("1", text("Yes"), "town.end")),
        EndScreen(id="town.end", text=text("{pick}")),
    )
    services = (
        Service(id="home", start=HOME, title=text("Services")),
        Service(id="town", start="town.fetch", title=text("Towns")),
    )
    return release_of(screens, services)


@pytest.mark.parametrize("typed", ["Nai", "nairobi", "NAIR", "3"])
def test_the_first_letters_of_one_row_are_its_answer(typed: str) -> None:
    talk = Talk(release=_listing(), plays=_towns)

    assert talk.types("1", typed).startswith("Nairobi?")


def test_the_first_letters_of_several_rows_show_those_alone() -> None:
    talk = Talk(release=_listing(), plays=_towns)

    assert "Town?\n1. Kisumu\n2. Kilifi\n0 Back 00 Home" == talk.types("1", "ki")
    assert talk.types("2").startswith("Kilifi?")
    assert "Town?\n1. Kisumu\n2. Kilifi\n0 Back 00 Home" == talk.types("0")
    assert talk.types("0").startswith("Town?\n1. Kisumu\n2. Kilifi\n3. Nairobi")
    assert "Services\n1. Towns" == talk.types("0")


def test_accents_of_a_row_need_not_be_typed() -> None:
    assert Talk(release=_listing(), plays=_towns).types("1", "eld").startswith("Éldoret?")


@pytest.mark.parametrize("typed", ["zz", "9", "*", "12", "Nairobi City"])
def test_what_begins_no_row_is_refused(typed: str) -> None:
    assert Talk(release=_listing(), plays=_towns).types("1", typed).startswith("choice wrong")


# ------------------------------------------------------------ typed twice


def _new_pin() -> Release:
    screens = (
        choice(HOME, text("Services"), option("1", text("PIN"), "pin.new")),
        InputScreen(
            id="pin.new",
            text=text("New PIN?"),
            accepts=Accepts(kind="pin", minimum=4, maximum=6, confirm=True),
            goto="pin.set",
            secret=True,
        ),
        ServiceScreen(id="pin.set", handler="set_pin", outcomes={"set": "pin.done"}),
        EndScreen(id="pin.done", text=text("Done.")),
    )
    services = (
        Service(id="home", start=HOME, title=text("Services")),
        Service(id="pin", start="pin.new", title=text("PIN")),
    )
    return release_of(screens, services)


def _talk() -> Talk:
    return Talk(release=_new_pin(), plays=lambda call, session: Outcome("set"))


def test_a_new_pin_is_asked_for_twice_and_goes_to_the_handler() -> None:
    talk = _talk()

    assert "pin again\n0 Back 00 Home" == talk.types("1", PIN)
    assert talk.step.used_secret
    assert "Done." == talk.types(PIN)
    assert [{"new": PIN}] == [call.answers for call in talk.calls]


def test_between_the_entries_a_session_does_not_hold_the_pin() -> None:
    talk = _talk()

    talk.types("1", PIN)

    assert talk.session.pending
    assert PIN not in json.dumps(talk.session.to_plain())
    assert talk.session.pending not in repr(talk.session)


def test_two_different_entries_begin_anew() -> None:
    talk = _talk()

    assert "pin differs\nNew PIN?\n0 Back 00 Home" == talk.types("1", PIN, "3802")
    assert "pin again\n0 Back 00 Home" == talk.types("3802")
    assert "Done." == talk.types("3802")


def test_the_second_entry_of_one_session_is_worth_nothing_in_another() -> None:
    first = _talk()
    first.types("1", PIN)
    other = _talk()
    other.types("00", "1", PIN)

    assert first.session.pending != other.session.pending


@pytest.mark.parametrize("way_out", ["0", "00"])
def test_leaving_between_the_entries_forgets_the_first(way_out: str) -> None:
    talk = _talk()

    talk.types("1", PIN, way_out)

    assert "" == talk.session.pending


def test_back_between_the_entries_is_the_first_entry_again() -> None:
    talk = _talk()

    assert "New PIN?\n0 Back 00 Home" == talk.types("1", PIN, "0")
    assert "pin again\n0 Back 00 Home" == talk.types("2468")


def test_a_wrong_second_entry_keeps_the_first() -> None:
    talk = _talk()

    assert talk.types("1", PIN, "38").startswith("pin wrong")
    assert "Done." == talk.types(PIN)


# ------------------------------------------------------------ the language first


def test_a_session_can_begin_with_the_choice_of_language() -> None:
    step = begin(SAMPLE, "", ask=True)

    assert "language.choose" == step.session.at
    assert "en" == step.session.language
