"""A choice of several lines: what is typed names some of them, and nothing else is an answer."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.commands.answers_within import answer_within
from gateway.domain.dialogue.answer_splitting import take_words
from gateway.domain.dialogue.transition import Event
from gateway.domain.handler_contract.service_call import Outcome
from gateway.domain.input_kinds.base import Accepts
from gateway.domain.menu.conditions import parse
from gateway.domain.menu.release import HOME, Release, Service
from gateway.domain.menu.screens import (
    BranchScreen,
    ChoiceScreen,
    EndScreen,
    InputScreen,
    Screen,
    ServiceScreen,
    Several,
)
from gateway.domain.reading.lines import lines_meant
from tests.domain.menus import choice, listing, option, release_of, text
from tests.domain.talks import Talk

SIGNS = [
    option("1", text("Fever", "ትኩሳት"), "visit.age", "fever"),
    option("2", text("Cough", "ሳል"), "visit.age", "cough"),
    option("3", text("Weak legs", "የእግር ድካም"), "visit.age", "weak"),
    option("4", text("Loss of smell", "ማሽተት አለመቻል"), "visit.age", "smell"),
]


def visit(least: int = 1, most: int = 4) -> Release:
    """A menu that asks for signs of an illness, then for an age, and says both."""
    asked = replace(
        choice("visit.signs", text("Which signs?", "ምልክቶች?"), *SIGNS),
        several=Several(goto="visit.age", least=least, most=most),
    )
    age = InputScreen(
        id="visit.age",
        text=text("Age?"),
        accepts=Accepts(kind="integer", minimum=1, maximum=120),
        goto="visit.way",
    )
    ways = ((parse("has(signs, 'fever') and count(signs) > 1"), "visit.ill"), (None, "visit.well"))
    screens: list[Screen] = [
        choice(HOME, text("Services"), option("1", text("Visit"), "visit.signs")),
        asked,
        age,
        BranchScreen(id="visit.way", ways=ways),
        EndScreen(id="visit.ill", text=text("Ill: {signs}.")),
        EndScreen(id="visit.well", text=text("Well: {signs}.")),
    ]
    services = [
        Service(id="home", start=HOME, title=text("Home")),
        Service(id="visit", start="visit.signs", title=text("Visit")),
    ]
    return release_of(screens, services)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("1", "fever"),
        ("13", "fever weak"),
        ("31", "fever weak"),
        ("1 3", "fever weak"),
        ("1,3", "fever weak"),
        ("1, 3 and 4", "fever weak smell"),
        ("1.3", "fever weak"),
        ("1+3", "fever weak"),
        ("1234", "fever cough weak smell"),
        ("፩ ፫", "fever weak"),
        ("١٣", "fever weak"),
        ("fever", "fever"),
        ("Cough and fever", "fever cough"),
        ("fever, weak legs", "fever weak"),
        ("one and two", "fever cough"),
        ("2 fever", "fever cough"),
        ("ትኩሳት ሳል", "fever cough"),
    ],
)
def test_lines_are_named_by_key_or_label(typed: str, kept: str) -> None:
    talk = Talk(release=visit(), service="visit")
    talk.types(typed)
    assert talk.session.answers["visit.signs"] == kept
    assert talk.at == "visit.age"


@pytest.mark.parametrize(
    "typed",
    [
        "5",
        "15",
        "11",
        "1 1",
        "10",
        "1 5",
        "headache",
        "fever headache",
        "-1",
        "1 no 2 yes",
        "",
        "??",
    ],
)
def test_what_names_anything_else_is_asked_again(typed: str) -> None:
    talk = Talk(release=visit(), service="visit")
    talk.types(typed)
    assert talk.step.event is Event.REFUSED
    assert talk.shown.text.startswith("several wrong 1 2")


@pytest.mark.parametrize(
    ("least", "most", "typed", "taken"),
    [
        (1, 2, "1", True),
        (1, 2, "12", True),
        (1, 2, "123", False),
        (2, 3, "1", False),
        (2, 3, "134", True),
        (3, 3, "12", False),
    ],
)
def test_as_many_lines_are_taken_as_the_menu_says(
    least: int, most: int, typed: str, taken: bool
) -> None:
    talk = Talk(release=visit(least, most), service="visit")
    talk.types(typed)
    assert (talk.step.event is Event.SHOWN) is taken


def test_the_page_says_how_several_are_typed() -> None:
    talk = Talk(release=visit(), service="visit")
    assert talk.shown.text.splitlines() == [
        "Which signs?",
        "1. Fever",
        "2. Cough",
        "3. Weak legs",
        "4. Loss of smell",
        "several 1 2",
        "0 Back 00 Home",
    ]


def test_texts_show_the_labels_and_conditions_ask_for_a_value() -> None:
    talk = Talk(release=visit(), service="visit")
    assert talk.types("3 1", "30") == "Ill: Fever, Weak legs."
    talk = Talk(release=visit(), service="visit", language="am")
    assert talk.types("2", "30") == "Well: ሳል."


@pytest.mark.parametrize(
    ("words", "answer", "left"),
    [
        ("13 30", "13", "30"),
        ("1,3 30", "1,3", "30"),
        ("fever cough 30", "fever cough", "30"),
        ("fever and weak legs 30", "fever and weak legs", "30"),
        ("30 fever", "30", "fever"),
    ],
)
def test_the_words_of_an_sms_name_as_many_lines_as_they_can(
    words: str, answer: str, left: str
) -> None:
    talk = Talk(release=visit(), service="visit")
    taken = take_words(talk.release, talk.session, words.split())
    assert taken == (answer, left.split())


def test_lines_are_found_behind_other_words() -> None:
    talk = Talk(release=visit(), service="visit")
    found = answer_within(
        talk.release, talk.session, ["my", "child", "has", "fever", "cough", "30"]
    )
    assert found is not None
    assert (found.answer, found.left) == ("fever cough", ("my", "child", "has", "30"))
    assert answer_within(talk.release, talk.session, ["headache"]) is None


def test_none_is_chosen_where_the_menu_lets_it() -> None:
    release = visit()
    screen = release.screens["visit.signs"]
    assert isinstance(screen, ChoiceScreen)
    assert screen.several is not None
    several = replace(screen.several, skip="99")
    skipping = {**release.screens, screen.id: replace(screen, several=several)}
    talk = Talk(release=replace(release, screens=skipping), service="visit")
    assert talk.shown.text.splitlines()[-3:] == ["several 1 2", "skip 99", "0 Back 00 Home"]
    assert talk.types("99", "30") == "Well: ."
    assert talk.session.answers["visit.signs"] == ""


ROWS = [
    *({"id": f"t{number}", "name": f"Town {number}"} for number in range(1, 12)),
    {"id": "old town", "name": "Mbale"},
    {"id": "m2", "name": "Mbale"},
]


def listed(skip: str = "") -> Talk:
    """A talk that stands at a list of which three rows are taken."""
    release = visit()
    asked = listing("visit.signs", text("Which towns?"), "towns", "visit.age")
    some = Several(goto="visit.age", least=1, most=3, skip=skip)
    look = ServiceScreen(id="visit.look", handler="towns", outcomes={"found": asked.id})
    screens = {**release.screens, asked.id: replace(asked, several=some), look.id: look}
    services = {**release.services, "visit": replace(release.services["visit"], start=look.id)}
    towns = Outcome("found", {"towns": ROWS})
    return Talk(
        release=replace(release, screens=screens, services=services),
        service="visit",
        plays=lambda call, session: towns,
    )


@pytest.mark.parametrize(
    ("typed", "kept", "said"),
    [
        ("3", "t3", "Town 3"),
        ("3 11", "t3 t11", "Town 3, Town 11"),
        ("11,3 and 1", "t1 t3 t11", "Town 1, Town 3, Town 11"),
        ("town 2, Mbale", "t2 old_town", "Town 2, Mbale"),
        ("13", "m2", "Mbale"),
        ("12 13", "old_town m2", "Mbale, Mbale"),
    ],
)
def test_several_rows_of_a_list_are_taken(typed: str, kept: str, said: str) -> None:
    talk = listed()
    assert talk.types(typed, "30") == f"Well: {said}."
    assert talk.session.answers["visit.signs"] == kept


@pytest.mark.parametrize("typed", ["0 1", "14", "1 14", "1 2 3 4", "to", "Kampala", "12 Kampala"])
def test_rows_that_are_not_there_are_asked_again(typed: str) -> None:
    talk = listed()
    talk.types(typed)
    assert talk.step.event is Event.REFUSED
    assert talk.shown.text.startswith("several wrong 1 2")


def test_a_list_says_how_several_and_none_are_typed() -> None:
    talk = listed(skip="99")
    assert "Which towns?\nseveral 1 2\n1. Town 1\n" in talk.shown.text
    assert "13. Mbale\nskip 99\n" in talk.types(talk.keys.more)
    assert talk.types("99", "30") == "Well: ."


@pytest.mark.parametrize(
    ("words", "answer", "left"),
    [("3 11 30", "3 11", "30"), ("town 2 mbale 30", "town 2 mbale", "30"), ("12 30", "12", "30")],
)
def test_the_words_of_an_sms_name_as_many_rows_as_they_can(
    words: str, answer: str, left: str
) -> None:
    talk = listed()
    assert take_words(talk.release, talk.session, words.split()) == (answer, left.split())
    found = answer_within(talk.release, talk.session, ["please", *words.split()])
    assert found is not None
    assert (found.answer, found.left) == (f"please {answer}", tuple(left.split()))


@given(st.text(st.sampled_from("0123456789 ,.*abfever"), max_size=40))
def test_any_text_names_lines_in_the_order_of_the_menu(typed: str) -> None:
    lines = {"Fever": "1", "Cough": "2", "Weak legs": "3"}
    found = lines_meant(lines, typed)
    assert found == sorted(set(found))
    assert set(found) <= set(lines.values())


@given(
    st.lists(st.sampled_from("1234"), min_size=1, unique=True),
    st.sampled_from(["", " ", ",", " , "]),
)
def test_keys_are_read_whatever_stands_between_them(keys: list[str], between: str) -> None:
    lines = {each.label["en"].pieces[0]: each.key for each in SIGNS}
    assert lines_meant(lines, between.join(keys)) == sorted(keys)


def test_keys_of_two_digits_are_never_read_as_two_lines() -> None:
    lines = {f"Line {letter}": str(key) for key, letter in enumerate("abcdefghijkl", start=1)}
    assert lines_meant(lines, "12") == ["12"]
    assert lines_meant(lines, "1 2") == ["1", "2"]
    assert lines_meant(lines, "34") == []


def test_a_screen_of_one_line_takes_no_two() -> None:
    screen = visit().screens["visit.signs"]
    assert isinstance(screen, ChoiceScreen)
    one = replace(visit(), screens={**visit().screens, screen.id: replace(screen, several=None)})
    talk = Talk(release=one, service="visit")
    talk.types("13")
    assert talk.step.event is Event.REFUSED
