"""From a step to a page: what stands on it, in which order, and what ends a dialogue."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gateway.domain.dialogue.engine import begin
from gateway.domain.dialogue.screen_rendering import closing, last_words, phrase, show
from gateway.domain.dialogue.session import Session
from gateway.domain.dialogue.transition import Event, Step
from gateway.domain.handler_contract.service_call import Value
from gateway.domain.input_kinds.base import Complaint
from gateway.domain.menu.release import HOME, Service
from gateway.domain.menu.screens import EndScreen
from gateway.domain.telecom.channel import Keys, PageBudget
from tests.domain.menus import LONG_WORDS, SAMPLE, choice, listing, option, release_of, text
from tests.domain.talks import SECRET, Talk

KEYS = Keys()
PAGE = PageBudget()


def at(screen: str, **changes: object) -> Session:
    return Session(release="r1", language="en", at=screen)._replace(**changes)


def test_the_home_screen_shows_its_options_and_no_way_back() -> None:
    assert (
        "Services\n1. Report a problem\n2. Exam results\n3. Help desk\n8. Language"
        == Talk().shown.text
    )


def test_any_other_screen_says_how_to_leave_it() -> None:
    talk = Talk()

    assert "Candidate number?\n0 Back 00 Home" == talk.types("2")
    assert "Year?\n1. 2024\n2. 2025\n0 Back 00 Home" == talk.types("10231456")


def test_the_keys_shown_are_those_of_the_channel() -> None:
    talk = Talk(keys=Keys(back="#", home="##", more="9"))

    assert talk.types("1", "1", "1").endswith("9 More\n# Back ## Home")


def test_a_complaint_stands_above_the_screen() -> None:
    talk = Talk()

    assert "digits wrong 8\nCandidate number?\n0 Back 00 Home" == talk.types("2", "12")


def test_a_screen_can_have_a_complaint_of_its_own() -> None:
    talk = Talk()

    page = talk.types("1", "1", "1", "1", "The pump is broken", "1")

    assert "A name, please.\nYour name?\n0 Back 00 Home" == page


def test_no_complaint_repeats_what_was_typed() -> None:
    talk = Talk()

    assert "31022007" not in talk.types("2", "10231456", "1", "31022007")


def test_a_list_is_numbered_in_the_order_given() -> None:
    talk = Talk()

    assert "Which region?\n1. North\n2. South\n3. Upper River\n0 Back 00 Home" == talk.types(
        "1", "1"
    )


def test_a_text_shows_answers_of_its_service_and_values_of_handlers() -> None:
    talk = Talk()

    assert talk.types("1", "1", "2").startswith("Which district of South?")
    talk.types("00", "2", "10231456", "1", SECRET)
    assert talk.shown.text.startswith("10231456 B+ word1")


PAID = release_of(
    [
        choice(
            "pay.what",
            text("What?", "ምን?"),
            option("1", text("Maize", "በቆሎ"), "pay.end", "maize"),
            option("2", text("{grade} beans", "ባቄላ"), "pay.end", "200"),
        ),
        listing("pay.where", text("Where?"), "places", "pay.end"),
        listing("pay.rows", text("Which?"), "rows", "pay.end"),
        EndScreen(id="pay.end", sms=True, text=text("{what}, {where}, {rows}: {what|number}")),
    ],
    [Service(id="pay", start="pay.what", title=text("Pay"))],
)
ROW = {"id": "17", "name": "Mbale"}


@pytest.mark.parametrize(
    ("answers", "values", "language", "shown"),
    [
        ({"what": "maize"}, (), "en", "Maize, , : maize"),
        ({"what": "maize"}, (), "am", "በቆሎ, , : maize"),
        ({"what": "200"}, ({"grade": "Fine"},), "en", "Fine beans, , : 200"),
        ({"what": "gone"}, (), "en", "gone, , : gone"),
        ({"what": "maize"}, ({"what": "White maize"},), "en", "White maize, , : White maize"),
        ({"where": "17"}, ({"places": [ROW]},), "en", ", Mbale, : "),
        ({"where": "17"}, ({"places": [ROW]}, {"places": []}), "en", ", Mbale, : "),
        ({"where": "18"}, ({"places": [ROW]},), "en", ", 18, : "),
        ({"where": "17"}, (), "en", ", 17, : "),
        ({"rows": "17"}, ({"rows": [ROW]},), "en", ", , Mbale: "),  # a list of the same name
    ],
)
def test_a_text_shows_of_a_choice_the_line_that_was_chosen(
    answers: dict[str, str], values: tuple[dict[str, Value], ...], language: str, shown: str
) -> None:
    given = {f"pay.{name}": value for name, value in answers.items()}
    session = Session(
        release="r1", language=language, at="pay.end", answers=given, values=values, ended=True
    )

    assert shown == last_words(PAID, session)


def test_a_text_shows_no_answer_of_another_service() -> None:
    session = at("result.unknown", answers={"report.candidate": "of another service"})

    page = show(SAMPLE, Step(session=session, event=Event.SHOWN), KEYS, PAGE).text

    assert "Nothing for  in ." == page.partition("\n")[0]


def test_the_newest_value_wins_over_an_older_one_and_over_an_answer() -> None:
    session = at(
        "result.unknown",
        answers={"result.candidate": "answer", "result.year": "answer"},
        values=({"candidate": "old"}, {"candidate": "new"}),
    )

    page = show(SAMPLE, Step(session=session, event=Event.SHOWN), KEYS, PAGE).text

    assert "Nothing for new in answer." == page.partition("\n")[0]


def test_a_label_may_show_a_value() -> None:
    screen = choice(HOME, text("Pay?"), option("1", text("Pay {amount}"), HOME))
    release = release_of([screen], [])
    session = at(HOME, values=({"amount": "KSh 50"},))

    page = show(release, Step(session=session, event=Event.SHOWN), KEYS, PAGE).text

    assert "Pay?\n1. Pay KSh 50" == page


def test_a_placeholder_in_a_value_is_not_filled_again() -> None:
    session = at("result.unknown", answers={"result.candidate": "{year}", "result.year": "2024"})

    page = show(SAMPLE, Step(session=session, event=Event.SHOWN), KEYS, PAGE).text

    assert "Nothing for {year} in 2024." == page.partition("\n")[0]


@pytest.mark.parametrize(("number", "kept", "more"), [(0, 0, True), (1, 1, False), (7, 1, False)])
def test_the_session_remembers_the_page_that_was_shown(number: int, kept: int, more: bool) -> None:
    talk = Talk()
    talk.types("1", "1", "2")

    step = Step(session=talk.session._replace(page=number), event=Event.SHOWN)
    shown = show(SAMPLE, step, KEYS, PAGE)

    assert (kept, more) == (shown.session.page, shown.session.more)


def test_a_page_holds_less_where_the_network_counts_the_prefix() -> None:
    wide, narrow = Talk(), Talk(budget=PageBudget(septets=150, count_prefix=True))

    assert "10. South 10" in wide.types("1", "1", "2")
    assert "10. South 10" not in narrow.types("1", "1", "2")


def test_an_end_screen_ends_on_its_last_page_and_not_before() -> None:
    talk = Talk()
    talk.types("2", "10231456", "1", SECRET)

    ends = [talk.shown.ends]
    while talk.session.more:
        talk.types("98")
        ends.append(talk.shown.ends)

    assert [False, False, True] == ends


def test_a_session_given_up_is_told_what_to_dial() -> None:
    talk = Talk()

    assert "too many wrong *384*2026#" == talk.types("?", "?", "?", "?")
    assert talk.shown.ends


@pytest.mark.parametrize("at_screen", ["report.list_regions", "desk.go"])
def test_a_step_that_has_no_page_ends_civilly(at_screen: str) -> None:
    step = Step(session=at(at_screen), event=Event.SHOWN)

    shown = show(SAMPLE, step, KEYS, PAGE)

    assert ("try again", True) == (shown.text, shown.ends)


def test_what_ends_a_dialogue_is_plain_enough_for_its_page() -> None:
    phrases = {**SAMPLE.phrases, "unavailable": text("Réessayez – référence : {reference}…")}
    release = replace(SAMPLE, phrases=phrases)

    shown = closing(release, at(HOME), "unavailable", {"reference": "K7M2PQ4T"})

    assert "Réessayez - référence : K7M2PQ4T..." == shown.text
    assert shown.ends


def test_a_phrase_without_a_value_leaves_its_place_empty() -> None:
    assert "help  " == phrase(SAMPLE, "en", "help")


def test_last_words_are_the_whole_text_of_an_end_screen() -> None:
    talk = Talk()
    talk.types("2", "10231456", "1", SECRET)

    assert f"10231456 B+ {LONG_WORDS}" == last_words(SAMPLE, talk.session)


def test_a_screen_that_asks_has_no_last_words() -> None:
    assert "" == last_words(SAMPLE, begin(SAMPLE, "en").session)
    assert "" == last_words(SAMPLE, at("gone.away"))


def test_a_refused_answer_on_an_end_screen_shows_it_again_with_a_complaint() -> None:
    screen = SAMPLE.screens["report.nothing"]
    assert isinstance(screen, EndScreen)
    step = Step(session=at(screen.id), event=Event.REFUSED, complaint=Complaint("choice_wrong"))

    assert "choice wrong\nThere is no list." == show(SAMPLE, step, KEYS, PAGE).text


def test_a_page_does_not_stand_in_a_repr() -> None:
    assert "Services" not in repr(Talk().shown)
