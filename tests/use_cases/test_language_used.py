"""A language once used is that of every reply, also to what is not understood."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gateway.domain.faults_and_errors.errors import StoreUnavailable
from tests.domain.menus import SAMPLE
from tests.domain.talks import SECRET
from tests.use_cases.rig import CALLER, CHANNEL, CODE, OTHER_CALLER, Rig

OF_WORDS = {"stop": "en", "start": "en", "help": "en", "menu": "en", "ሰላም": "am", "ጤናይስጥልኝ": "am"}
WHOLE = f"ውጤት 10231456 2025 {SECRET}"


@pytest.fixture(autouse=True)
def spoken(rig: Rig) -> None:
    """The sample menu, with reserved words that say of which language they are."""
    menu = SAMPLE.reserved.menu | {"ሰላም", "ጤናይስጥልኝ"}
    reserved = replace(SAMPLE.reserved, menu=menu, languages=OF_WORDS)
    rig.releases.replace(replace(SAMPLE, id="r2", reserved=reserved))


@pytest.mark.parametrize(
    ("before", "text", "amharic"),
    [
        ([], "STOP", False),
        ([], "HELP", False),
        ([], "what is this", False),
        ([], "2", False),
        # in an open dialogue
        (["ሰላም"], "STOP", True),
        (["ሰላም"], "HELP", True),
        (["ውጤት"], "STOP", True),
        (["ውጤት", "10231456"], "HELP", True),
        (["MENU"], "STOP", False),
        (["RESULT"], "HELP", False),
        # after a whole one
        ([WHOLE], "what is this", True),
        ([WHOLE], "2", True),
        ([WHOLE], "STOP", True),
        ([WHOLE], "HELP", True),
        ([WHOLE], "MENU", True),
        ([WHOLE, "STOP"], "START", True),
        (["ሰላም", "STOP"], "START", True),
        ([f"RESULT 10231456 2025 {SECRET}"], "what is this", False),
        ([WHOLE, f"RESULT 10231456 2025 {SECRET}"], "STOP", False),
        # a keyword, and a greeting, of another language
        ([WHOLE], "RESULT", False),
        (["RESULT"], "ሰላም", True),
        (["ሰላም"], "MENU", False),
        # a dialogue that too many wrong answers have ended says nothing of a language
        (["ውጤት", "?", "?", "?", "?"], "what is this", False),
    ],
)
def test_a_language_once_used_is_that_of_the_reply(
    before: list[str], text: str, amharic: bool, rig: Rig
) -> None:
    for each in before:
        rig.texts(each)

    (said,) = rig.texts(text)

    assert amharic == any("ሀ" <= char <= "፼" for char in said), said


def test_the_language_of_a_dialogue_that_has_lapsed_is_that_of_the_reply(rig: Rig) -> None:
    rig.texts("ውጤት")
    rig.clock.advance(CHANNEL.conversation_seconds + 1)

    assert ["አ conversation over"] == rig.texts("10231456")


def test_one_answer_in_a_language_is_enough_where_the_dialogue_is_never_ended(rig: Rig) -> None:
    rig.texts("ውጤት")
    before = rig.subscribers.language(CALLER)

    rig.texts("10231456")

    assert ("", "am") == (before, rig.subscribers.language(CALLER))


def test_a_language_that_was_chosen_counts_more_than_one_that_was_used(rig: Rig) -> None:
    rig.subscribers.choose_language(CALLER, "en", rig.clock.now())
    rig.texts(WHOLE)

    assert [f"not understood {CODE}"] == rig.texts("what is this")


def test_the_language_used_is_that_of_one_subscriber_alone(rig: Rig) -> None:
    rig.texts(WHOLE)

    assert [f"not understood {CODE}"] == rig.texts("what is this", caller=OTHER_CALLER)


def test_who_has_used_a_language_by_sms_dials_in_it(rig: Rig) -> None:
    assert rig.turn("").text.startswith("Services")
    rig.texts(WHOLE)

    assert rig.turn("", session="s-2").text.startswith("አገልግሎት")


def test_who_has_chosen_a_language_by_sms_dials_in_it_at_once(rig: Rig) -> None:
    assert rig.turn("").text.startswith("Services")
    for text in ("MENU", "8", "2"):
        rig.texts(text)

    assert rig.turn("", session="s-2").text.startswith("አገልግሎት")


def test_without_redis_a_language_used_by_sms_is_kept_all_the_same(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(subscriber: bytes) -> None:
        raise StoreUnavailable("Redis does not answer.")

    monkeypatch.setattr(rig.sessions, "forget_language", away)
    rig.texts(WHOLE)

    assert "am" == rig.subscribers.language(CALLER)


@pytest.mark.parametrize(("language", "remembered"), [("am", "am"), ("", ""), ("xx", "")])
def test_a_language_that_the_provider_tells_is_kept_after_a_whole_dialogue(
    language: str, remembered: str, rig: Rig
) -> None:
    for text in ("", "2", "2*10231456", "2*10231456*2"):
        rig.turn(text, language=language)
    before = rig.subscribers.language(CALLER)

    reply = rig.turn(f"2*10231456*2*{SECRET}", language=language)

    assert reply.text.startswith("10231456 B+")
    assert ("", remembered) == (before, rig.subscribers.language(CALLER))
