"""MOs by keyword and by conversation: one reply each, as far as the words reach."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.domain.menus import LONG_WORDS, SAMPLE
from tests.domain.talks import SECRET
from tests.use_cases.rig import CALLER, CHANNEL, CODE, OTHER_CALLER, Rig

NOT_UNDERSTOOD = [f"not understood {CODE}"]
OVER = ["conversation over"]
FOUND = f"10231456 B+ {LONG_WORDS}"


@pytest.mark.parametrize(
    ("text", "reply"),
    [
        ("RESULT", "Candidate number?"),
        ("result: 10231456", "Year?"),
        ("RESULT 1023 1456 2025", "Date of birth?"),
        (f"RESULT 10231456 2025 {SECRET}", FOUND),
        ("RESULT 10231456 2025 15 04 2007", FOUND),
        ("RESULT 10231456 2025 16042007", "Nothing for 10231456 in 2025."),
        ("RESULT 1023145 2025", "digits wrong 8\nCandidate number?"),
        ("RESULT 10231456 2026 15042007", "choice wrong\nYear?"),
        ("REPORT", "What is it about?"),
        ("REPORT water point", "Which region?"),
        ("REPORT water North North 2 the pump is broken", "Your name?"),
        ("REPORT 3 2 11 the pump is broken", "Your name?"),
        ("REPORT fire", "choice wrong\nWhat is it about?"),
        ("ውጤት", "የተፈታኝ ቁጥር?"),
        ("menu", "Services\n1. Report a problem"),
        ("2026", "Services\n1. Report a problem"),
        ("*384*2026#", "Services\n1. Report a problem"),
        ("* 384 * 2026 #", "Services\n1. Report a problem"),
        ("*384*2026*31*10231456#", "Year?"),
        ("*٣٨٤*٢٠٢٦*٣١#", "Candidate number?"),
        ("*384*2026*2*10231456*2#", "Date of birth?"),
        ("*384*2026*77#", "no service 77"),
    ],
)
def test_one_text_leads_as_far_as_its_words_reach(rig: Rig, text: str, reply: str) -> None:
    (said,) = rig.texts(text)

    assert said.startswith(reply)


def with_topics_as_keywords(rig: Rig) -> None:
    """Serves reports that WATER opens, too, which is a line of their first screen."""
    report = replace(SAMPLE.services["report"], keywords={"en": ("REPORT", "WATER")})
    rig.releases.replace(
        replace(
            SAMPLE,
            id="r-topics",
            services={**SAMPLE.services, "report": report},
            keywords={**SAMPLE.keywords, "water": ("report", "en")},
        )
    )


@pytest.mark.parametrize(
    ("text", "reply"),
    [
        ("WATER", "Which region?"),
        ("Water!", "Which region?"),
        ("WATER North", "Which district of North?"),
        ("WATR North", "Which district of North?"),
        ("WATER1", "Which region?"),  # a line that was named counts more than the keyword
        ("WATER road", "Which region?"),
        ("WATER Nowhere", "choice wrong\nWhich region?"),
        ("REPORT North", "choice wrong\nWhat is it about?"),
        ("REPORT", "What is it about?"),
    ],
)
def test_a_keyword_that_is_a_line_of_the_first_screen_chooses_it(
    rig: Rig, text: str, reply: str
) -> None:
    with_topics_as_keywords(rig)

    assert rig.texts(text)[0].startswith(reply)


@pytest.mark.parametrize(("text", "chosen"), [("WATER North", "water"), ("WATER road", "road")])
def test_a_line_that_is_named_counts_more_than_the_keyword(
    rig: Rig, text: str, chosen: str
) -> None:
    with_topics_as_keywords(rig)
    rig.texts(text)

    session = rig.inbox.conversation(CHANNEL.name, CALLER, rig.clock.now()).session

    assert session is not None
    assert chosen == session.answers["report.category"]


@pytest.mark.parametrize("text", ["", "   ", "10231456", "no help", "RESLL 10231456"])
def test_a_text_that_opens_nothing_is_told_what_does(rig: Rig, text: str) -> None:
    assert NOT_UNDERSTOOD == rig.texts(text)


def test_a_refused_word_becomes_the_reply_and_the_conversation_goes_on(rig: Rig) -> None:
    rig.texts("RESULT 10231456 2026 15042007")

    assert rig.texts("2025")[0].startswith("Date of birth?")
    assert [FOUND] == rig.texts(SECRET)


def test_a_missing_answer_is_asked_for_and_the_conversation_goes_on(rig: Rig) -> None:
    assert rig.texts("REPORT water South")[0].startswith("Which district of South?")
    assert rig.texts("South 12")[0].startswith("What is wrong?")
    assert rig.texts("the pump is broken")[0].startswith("Your name?")
    assert ["Case 100 000 is open."] == rig.texts("Asha Musa")
    assert NOT_UNDERSTOOD == rig.texts("Asha Musa")


def test_an_answer_brings_no_other_with_it(rig: Rig) -> None:
    rig.texts("RESULT 10231456")

    assert rig.texts(f"2025 {SECRET}")[0].startswith("Date of birth?")
    assert [FOUND] == rig.texts(SECRET)


def test_keys_mean_in_a_conversation_what_they_mean_on_a_screen(rig: Rig) -> None:
    rig.texts("RESULT 10231456")

    assert rig.texts("0")[0].startswith("Candidate number?")
    assert rig.texts("00")[0].startswith("Services")


def test_a_keyword_within_a_conversation_opens_its_service(rig: Rig) -> None:
    rig.texts("RESULT 10231456")

    assert rig.texts("REPORT water")[0].startswith("Which region?")
    assert rig.texts("North")[0].startswith("Which district of North?")


def test_a_keyword_within_free_text_is_free_text(rig: Rig) -> None:
    rig.texts("REPORT water North North 1")

    assert rig.texts("result of the storm: no water")[0].startswith("Your name?")


def test_a_report_that_begins_like_stop_is_a_report(rig: Rig) -> None:
    rig.texts("REPORT water North North 1")

    assert rig.texts("Stop cock of the village tank leaks")[0].startswith("Your name?")


@pytest.mark.parametrize("asked", ["REPORT", "REPORT water North North 1"])
def test_stop_alone_ends_whatever_was_asked(rig: Rig, asked: str) -> None:
    rig.texts(asked)

    assert ["stopped"] == rig.texts("Stop.")


def test_stop_with_words_behind_it_ends_where_they_are_no_answer(rig: Rig) -> None:
    rig.texts("REPORT")

    assert ["stopped"] == rig.texts("stop, thank you")


def test_a_word_that_opens_home_does_so_within_a_conversation(rig: Rig) -> None:
    rig.texts("REPORT water North North 1")

    assert rig.texts("MENU")[0].startswith("Services")
    assert rig.texts("2")[0].startswith("Candidate number?")


def test_the_number_itself_is_an_answer_within_a_conversation(rig: Rig) -> None:
    rig.texts("RESULT 10231456")

    assert rig.texts("2026")[0].startswith("choice wrong")
    assert rig.texts(CODE)[0].startswith("Services")


def test_a_conversation_that_has_expired_is_over(rig: Rig) -> None:
    rig.texts("RESULT")
    rig.clock.advance(CHANNEL.conversation_seconds + 1)

    assert OVER == rig.texts("10231456")
    assert rig.texts("RESULT 10231456")[0].startswith("Year?")


def test_every_answer_keeps_a_conversation_open_for_its_full_time(rig: Rig) -> None:
    rig.texts("RESULT")
    rig.clock.advance(CHANNEL.conversation_seconds - 1)
    rig.texts("10231456")
    rig.clock.advance(CHANNEL.conversation_seconds - 1)

    assert rig.texts("2025")[0].startswith("Date of birth?")


def test_conversations_of_two_subscribers_do_not_meet(rig: Rig) -> None:
    rig.texts("RESULT")
    rig.texts("REPORT", caller=OTHER_CALLER)

    assert rig.texts("10231456")[0].startswith("Year?")
    assert rig.texts("water", caller=OTHER_CALLER)[0].startswith("Which region?")


def test_too_many_wrong_answers_end_a_conversation(rig: Rig) -> None:
    rig.texts("RESULT")
    for _ in range(3):
        assert rig.texts("?")[0].startswith("digits wrong")

    assert [f"too many wrong {CODE}"] == rig.texts("?")
    assert OVER == rig.texts("10231456")


def test_a_conversation_stays_on_the_release_it_began_on(rig: Rig) -> None:
    rig.texts("RESULT")
    newer = replace(rig.releases.current(), id="r2", keywords={})
    rig.releases.replace(newer)

    assert rig.texts("10231456")[0].startswith("Year?")


def test_a_keyword_that_came_with_a_newer_release_opens_its_service_all_the_same(rig: Rig) -> None:
    rig.texts("RESULT")
    release = rig.releases.current()
    rig.releases.replace(replace(release, id="r2", keywords={"leaks": ("report", "en")}))

    assert rig.texts("LEAKS water")[0].startswith("Which region?")


def test_a_language_chosen_by_sms_is_remembered(rig: Rig) -> None:
    rig.texts("MENU")
    rig.texts("8")

    assert rig.texts("2")[0].startswith("አገልግሎት")
    assert "am" == rig.subscribers.language(CALLER)
    assert rig.texts("MENU")[0].startswith("አገልግሎት")


def test_a_handler_that_raises_ends_the_conversation_civilly(rig: Rig) -> None:
    rig.failure = ValueError("10231456 is not in the register")

    (said,) = rig.texts("REPORT water")

    assert "unavailable" == said.split()[0]
    assert 8 == len(said.split()[1])
    assert NOT_UNDERSTOOD == rig.texts("North")


def test_handlers_of_one_text_share_its_time(rig: Rig) -> None:
    rig.takes_seconds = 26.0

    assert ["too slow"] == rig.texts("REPORT water North")
    assert ["list_regions"] == rig.handlers_run
