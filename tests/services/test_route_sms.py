"""MOs: reserved words first, then an open conversation, then keywords; one reply, stored once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import Engine, select

from gateway.adapters.database.engine import statements
from gateway.adapters.database.tables import inbound_sms
from gateway.domain.channel import Channel
from gateway.domain.menu import ServiceScreen
from gateway.domain.sms import Lane, OutboundSms, Purpose
from gateway.services.ports import Conversation
from tests.domain.menus import LONG_WORDS, SAMPLE
from tests.domain.talks import SECRET
from tests.services.rig import CALLER, CHANNEL, CODE, OTHER_CALLER, Rig

NOT_UNDERSTOOD = [f"not understood {CODE}"]
FOUND = f"10231456 B+ {LONG_WORDS}"


def stopped(rig: Rig) -> bool:
    """Returns whether the caller has stopped everything."""
    return bool(rig.outbox.opted_out_topics([CALLER]))


# ------------------------------------------------------------------ reserved words


def test_stop_is_confirmed_once_and_then_met_with_silence(rig: Rig) -> None:
    assert ["stopped"] == rig.texts("STOP")
    assert [] == rig.texts("stop")
    assert [] == rig.texts("Stop it at last!")
    assert stopped(rig)


def test_start_takes_stop_back_and_stop_is_confirmed_again(rig: Rig) -> None:
    rig.texts("STOP")

    assert ["started"] == rig.texts("START")
    assert not stopped(rig)
    assert ["stopped"] == rig.texts("አቁም")


def test_stop_is_the_word_of_one_subscriber_alone(rig: Rig) -> None:
    rig.texts("STOP", caller=OTHER_CALLER)

    assert not stopped(rig)


def test_stop_is_confirmed_in_the_language_chosen(rig: Rig) -> None:
    rig.subscribers.choose_language(CALLER, "am", rig.clock.now())

    assert ["አ stopped"] == rig.texts("STOP")


def test_stop_closes_an_open_conversation(rig: Rig) -> None:
    rig.texts("RESULT")

    rig.texts("STOP")

    assert NOT_UNDERSTOOD == rig.texts("10231456")


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


def test_help_names_the_code_and_the_keywords_of_the_language(rig: Rig) -> None:
    assert [f"help {CODE} REPORT, RESULT"] == rig.texts("help")

    rig.subscribers.choose_language(CALLER, "am", rig.clock.now())

    assert [f"አ help {CODE} ችግር, ውጤት"] == rig.texts("help")


def test_help_does_not_close_a_conversation(rig: Rig) -> None:
    rig.texts("RESULT")

    rig.texts("HELP")

    assert rig.texts("10231456")[0].startswith("Year?")


# ------------------------------------------------------------------ keywords and conversations


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
    ],
)
def test_one_text_leads_as_far_as_its_words_reach(rig: Rig, text: str, reply: str) -> None:
    (said,) = rig.texts(text)

    assert said.startswith(reply)


@pytest.mark.parametrize("text", ["", "   ", "🙂", "10231456", "please help", "RESUL 10231456"])
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


def test_an_answer_may_bring_the_next_ones_with_it(rig: Rig) -> None:
    rig.texts("RESULT 10231456")

    assert [FOUND] == rig.texts(f"2025 {SECRET}")


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


def test_a_word_that_opens_home_does_so_within_a_conversation(rig: Rig) -> None:
    rig.texts("REPORT water North North 1")

    assert rig.texts("MENU")[0].startswith("Services")
    assert rig.texts("2")[0].startswith("Candidate number?")


def test_a_conversation_that_has_expired_is_over(rig: Rig) -> None:
    rig.texts("RESULT")
    rig.clock.advance(CHANNEL.conversation_seconds + 1)

    assert NOT_UNDERSTOOD == rig.texts("10231456")
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
    assert NOT_UNDERSTOOD == rig.texts("10231456")


def test_a_conversation_stays_on_the_release_it_began_on(rig: Rig) -> None:
    rig.texts("RESULT")
    newer = replace(rig.releases.current(), id="r2", keywords={})
    rig.releases.replace(newer)

    assert rig.texts("10231456")[0].startswith("Year?")


def test_a_language_chosen_by_sms_is_remembered(rig: Rig) -> None:
    rig.texts("MENU")
    rig.texts("8")

    assert rig.texts("2")[0].startswith("አገልግሎት")
    assert "am" == rig.subscribers.language(CALLER)
    assert rig.texts("MENU")[0].startswith("አገልግሎት")


# ------------------------------------------------------------------ handlers


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


# ------------------------------------------------------------------ what is stored


def newest(rig: Rig) -> OutboundSms:
    """Returns the newest MT to the caller."""
    return rig.outbox.to_subscriber(CALLER, 1)[0][0]


def test_a_reply_goes_out_from_the_address_that_was_texted(rig: Rig) -> None:
    rig.texts("RESULT", link_id="link-7")

    reply = newest(rig)
    assert ("ke", "2026", "link-7") == (reply.channel, reply.sender, reply.link_id)
    assert (Lane.REPLY, Purpose.REPLY, "result") == (reply.lane, reply.purpose, reply.topic)
    assert ["inbound", "ke reply"] == rig.jobs.wakes


def test_the_confirmation_of_stop_may_pass_a_stop(rig: Rig) -> None:
    rig.texts("STOP")

    assert Purpose.CONSENT == newest(rig).purpose


def test_one_mo_is_routed_once(rig: Rig) -> None:
    rig.receives("RESULT")
    (inbound_id,) = rig.inbox.waiting(rig.clock.now(), 10)

    assert rig.route_sms(inbound_id)
    assert not rig.route_sms(inbound_id)
    assert not rig.route_sms(inbound_id + 1)
    assert 1 == len(rig.queued())


class Interrupted:
    """An inbox where something else happens once, right after a conversation was read."""

    def __init__(self, rig: Rig, happens: Callable[[], object]) -> None:
        self._inbox = rig.inbox
        self._happens: list[Callable[[], object]] = [happens]

    def __getattr__(self, name: str) -> object:
        return getattr(self._inbox, name)

    def conversation(self, *arguments: object) -> Conversation:
        found = self._inbox.conversation(*arguments)  # type: ignore[arg-type]
        while self._happens:
            self._happens.pop()()
        return found


def test_two_answers_at_the_same_moment_count_one_after_the_other(rig: Rig) -> None:
    rig.texts("RESULT")
    rig.receives("10231456")
    rig.receives("2025")
    first, second = rig.inbox.waiting(rig.clock.now(), 10)
    late = replace(rig.route_sms, inbox=Interrupted(rig, lambda: rig.route_sms(first)))

    overtaken = late(second)
    rig.drain_inbox()

    assert not overtaken
    replies = [text.partition("\n")[0] for text, _ in rig.queued()]
    assert ["Candidate number?", "Year?", "Date of birth?"] == replies


def test_an_mo_of_a_channel_that_is_gone_is_put_away_unanswered(rig: Rig) -> None:
    gone = replace(rig.route_sms, channels={"other": Channel(name="other", provider="simulator")})
    rig.receives("RESULT")
    (inbound_id,) = rig.inbox.waiting(rig.clock.now(), 10)

    assert gone(inbound_id)
    assert [] == rig.queued()
    assert [] == list(rig.inbox.waiting(rig.clock.now(), 10))


@pytest.mark.parametrize(
    ("texts", "forgotten"),
    [
        (["RESULT 10231456 2025"], [False]),
        ([f"RESULT 10231456 2025 {SECRET}"], [True]),
        (["RESULT 10231456 2025", SECRET], [False, True]),
        (["RESULT 10231456 2025", "31022007"], [False, True]),
        (["RESULT 10231456", f"2025 {SECRET}"], [False, True]),
        ([f"RESULT 1023145 2025 {SECRET}"], [True]),
        (["RESULT 10231456", SECRET], [False, True]),
        (["RESULT 10231456 2025 16042007 1 10231456"], [True]),
        (["REPORT water North"], [False]),
        (["REPORT 15042007"], [False]),
        (["hello 15042007"], [False]),
        (["STOP"], [False]),
    ],
)
def test_a_text_that_may_hold_a_secret_is_forgotten(
    rig: Rig, sqlite_engine: Engine, texts: list[str], forgotten: list[bool]
) -> None:
    for text in texts:
        rig.texts(text)

    assert forgotten == forgotten_texts(sqlite_engine)


def test_a_secret_that_was_not_reached_is_forgotten_too(rig: Rig, sqlite_engine: Engine) -> None:
    screens = dict(SAMPLE.screens)
    screens["result.candidate"] = replace(screens["result.candidate"], goto="result.check")
    screens["result.check"] = ServiceScreen(
        id="result.check", handler="list_regions", outcomes={"found": "result.year"}
    )
    rig.releases.replace(replace(SAMPLE, id="checks", screens=screens))
    rig.failure = TimeoutError()

    (said,) = rig.texts(f"RESULT 10231456 2025 {SECRET}")

    assert said.startswith("unavailable")
    assert [True] == forgotten_texts(sqlite_engine)


def forgotten_texts(engine: Engine) -> list[bool]:
    """Returns of each MO, oldest first, whether its text is no longer stored."""
    with statements(engine) as connection:
        rows = connection.execute(select(inbound_sms.c.text_sealed).order_by(inbound_sms.c.id))
        return [sealed is None for (sealed,) in rows]
