"""STOP, START and HELP by SMS, before every menu."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gateway.domain.telecom.consent import ConsentState
from gateway.domain.telecom.sms import OutboundSms, Purpose
from gateway.use_cases.ports import ConsentChange
from tests.consents import stops_of
from tests.domain.menus import SAMPLE, choice, option, text
from tests.use_cases.rig import CALLER, CODE, OTHER_CALLER, Rig

OVER = ["conversation over"]


def stopped(rig: Rig) -> bool:
    """Returns whether the caller has stopped everything."""
    return bool(stops_of(rig.consents, CALLER))


def test_stop_is_confirmed_once_and_then_met_with_silence(rig: Rig) -> None:
    assert ["stopped"] == rig.texts("STOP")
    assert [] == rig.texts("stop")
    assert [] == rig.texts("Stop. Thank you")
    assert stopped(rig)


def test_start_takes_stop_back_and_stop_is_confirmed_again(rig: Rig) -> None:
    rig.texts("STOP")

    assert ["started"] == rig.texts("START")
    assert not stopped(rig)
    assert ["stopped"] == rig.texts("አቁም")


def test_stop_is_confirmed_again_by_whoever_asked_for_a_topic_since(rig: Rig) -> None:
    rig.texts("STOP")
    rig.clock.advance(1)
    asked = ConsentChange(
        subscriber=CALLER, topic="warnings", state=ConsentState.OPTED_IN, source="test"
    )
    rig.consents.change([asked], rig.clock.now())
    rig.clock.advance(1)

    assert ["stopped"] == rig.texts("STOP")
    assert [] == rig.texts("STOP")


def test_stop_is_the_word_of_one_subscriber_alone(rig: Rig) -> None:
    rig.texts("STOP", caller=OTHER_CALLER)

    assert not stopped(rig)


def test_stop_is_confirmed_in_the_language_chosen(rig: Rig) -> None:
    rig.subscribers.choose_language(CALLER, "am", rig.clock.now())

    assert ["አ stopped"] == rig.texts("STOP")


def in_two_languages(rig: Rig) -> None:
    """Serves the sample menu with reserved words that say of which language they are."""
    words = {"stop": "en", "አቁም": "am", "ሰላም": "am", "እርዳታ": "am", "menu": "en"}
    reserved = replace(
        SAMPLE.reserved,
        menu=SAMPLE.reserved.menu | {"ሰላም"},
        help=SAMPLE.reserved.help | {"እርዳታ"},
        languages=words,
    )
    rig.releases.replace(replace(SAMPLE, id="r2", reserved=reserved))


@pytest.mark.parametrize(
    ("text", "reply"),
    [
        ("አቁም", "አ stopped"),
        ("STOP", "stopped"),
        ("እርዳታ", "አ help"),
        ("እርዳታዎ", "አ help"),
        ("ሰላም", "አገልግሎት"),
        ("MENU", "Services"),
    ],
)
def test_a_reserved_word_is_answered_in_its_language(rig: Rig, text: str, reply: str) -> None:
    in_two_languages(rig)

    assert rig.texts(text)[0].startswith(reply)


def test_a_language_that_was_chosen_counts_more_than_that_of_a_reserved_word(rig: Rig) -> None:
    in_two_languages(rig)
    rig.subscribers.choose_language(CALLER, "am", rig.clock.now())

    assert ["አ stopped"] == rig.texts("STOP")
    assert rig.texts("MENU")[0].startswith("አገልግሎት")


def test_stop_closes_an_open_conversation(rig: Rig) -> None:
    rig.texts("RESULT")

    rig.texts("STOP")

    assert OVER == rig.texts("10231456")


@pytest.mark.parametrize(
    ("told", "text", "now_stopped"),
    [("STOP", "CANCEL", True), ("START", "UNSTOP", False), ("HELP", "INFO", True)],
)
def test_a_word_the_provider_has_answered_gets_no_second_reply(
    rig: Rig, told: str, text: str, now_stopped: bool
) -> None:
    rig.texts("STOP")

    assert [] == rig.texts(text, opt_out=told)
    assert now_stopped == stopped(rig)


def test_an_opt_out_only_the_provider_recognised_is_kept(rig: Rig) -> None:
    assert [] == rig.texts("ALTO", opt_out="STOP")
    assert stopped(rig)


def with_a_yes(rig: Rig) -> None:
    """Serves the sample menu with YES as a word for START and for yes, and asks for the latter."""
    also = frozenset({"yes"})
    sure = choice(
        "report.category",
        text("Sure?"),
        replace(option("1", text("Sure"), "report.description", "yes"), also=also),
        option("2", text("Not sure"), "report.nothing", "no"),
    )
    rig.releases.replace(
        replace(
            SAMPLE,
            id="r-yes",
            screens={**SAMPLE.screens, sure.id: sure},
            reserved=replace(SAMPLE.reserved, yes=also),
        )
    )


def test_yes_is_the_answer_where_a_conversation_asks_for_it(rig: Rig) -> None:
    with_a_yes(rig)
    rig.texts("REPORT")

    assert rig.texts("YES")[0].startswith("What is wrong?")


def test_a_yes_that_is_refused_is_complained_about_and_loses_nothing(rig: Rig) -> None:
    with_a_yes(rig)
    rig.texts("RESULT 10231456")

    assert rig.texts("Yes")[0].startswith("choice wrong")
    assert rig.texts("2")[0].startswith("Date of birth?")


@pytest.mark.parametrize("word", ["START", "Start!"])
def test_a_word_for_start_alone_is_that_within_a_conversation_too(rig: Rig, word: str) -> None:
    with_a_yes(rig)
    rig.texts("STOP")
    rig.texts("REPORT")

    assert ["started"] == rig.texts(word)
    assert not stopped(rig)


def test_yes_outside_of_a_conversation_takes_stop_back(rig: Rig) -> None:
    with_a_yes(rig)
    rig.texts("REPORT")
    rig.texts("STOP")

    assert ["started"] == rig.texts("YES")


def test_yes_within_a_conversation_is_start_where_the_provider_says_so(rig: Rig) -> None:
    with_a_yes(rig)
    rig.texts("STOP")
    rig.texts("REPORT")

    assert [] == rig.texts("YES", opt_out="START")
    assert not stopped(rig)


def test_help_names_the_code_and_the_keywords_of_the_language(rig: Rig) -> None:
    assert [f"help {CODE} REPORT, RESULT"] == rig.texts("help")

    rig.subscribers.choose_language(CALLER, "am", rig.clock.now())

    assert [f"አ help {CODE} ችግር, ውጤት"] == rig.texts("help")


def test_help_does_not_close_a_conversation(rig: Rig) -> None:
    rig.texts("RESULT")

    rig.texts("HELP")

    assert rig.texts("10231456")[0].startswith("Year?")


def newest(rig: Rig) -> OutboundSms:
    """Returns the newest MT to the caller."""
    return rig.outbox.to_subscriber(CALLER, 1)[0][0]


def test_the_confirmation_of_stop_may_pass_a_stop(rig: Rig) -> None:
    rig.texts("STOP")

    assert Purpose.CONSENT == newest(rig).purpose


@pytest.mark.parametrize(
    ("sentence", "keywords"),
    [
        ("{keywords}", "REPORT, RESULT"),
        ("x" * 146 + "{keywords}", "REPORT, RESULT"),
        ("x" * 147 + "{keywords}", "REPORT"),
        ("x" * 154 + "{keywords}", "REPORT"),
        ("x" * 155 + "{keywords}", "REPORT, RESULT"),
    ],
)
def test_help_names_as_many_keywords_as_one_segment_has_room_for(
    rig: Rig, sentence: str, keywords: str
) -> None:
    phrases = {**SAMPLE.phrases, "help": text(sentence)}
    rig.releases.replace(replace(SAMPLE, id="r-help", phrases=phrases))

    (said,) = rig.texts("HELP")

    assert keywords == said.lstrip("x")


def test_help_without_a_keyword_still_helps(rig: Rig) -> None:
    services = {name: replace(service, keywords={}) for name, service in SAMPLE.services.items()}
    rig.releases.replace(replace(SAMPLE, id="r-help", services=services))

    assert [f"help {CODE} "] == rig.texts("HELP")


@pytest.mark.parametrize("sent", ["HELP", "what is this", "REPROT water"])
def test_the_gateway_s_own_sentences_are_in_the_letters_of_their_language(
    rig: Rig, sent: str
) -> None:
    names = ("help", "not_understood", "did_you_mean")
    phrases = {name: text(f"Ngũgĩ’s {name}") for name in names}
    changed = replace(
        SAMPLE,
        id="r2",
        phrases={**SAMPLE.phrases, **phrases},
        services={
            **SAMPLE.services,
            "report": replace(SAMPLE.services["report"], writes=True),
        },
        transliterated=frozenset({"en"}),
    )
    rig.releases.replace(changed)

    (said,) = rig.texts(sent)

    assert said.startswith("Ngugi's ")


def test_help_names_services_in_the_order_of_the_home_screen(rig: Rig) -> None:
    backwards = dict(reversed(SAMPLE.services.items()))
    rig.releases.replace(replace(SAMPLE, id="r2", services=backwards))

    (said,) = rig.texts("HELP")

    assert said.index("REPORT") < said.index("RESULT")
