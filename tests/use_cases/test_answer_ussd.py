"""USSD turns: answered always, counted once, and followed up by SMS."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gateway.adapters.redis import turn_codec
from gateway.domain.telecom.ussd import UssdReply
from tests.domain.menus import LONG_WORDS, SAMPLE
from tests.domain.talks import SECRET
from tests.fakes import Failing
from tests.use_cases.rig import CALLER, Rig

TO_A_CASE = ("1", "1", "2", "3", "The pump is broken", "Asha Musa")
FOUND = ("2", "10231456", "1", SECRET)
HOME_PAGE = "Services\n1. Report a problem\n2. Exam results\n3. Help desk\n8. Language"


def test_dialling_shows_the_home_screen(rig: Rig) -> None:
    assert UssdReply(text=HOME_PAGE, ends=False) == rig.turn()


def test_a_dialogue_is_led_turn_by_turn_to_its_end(rig: Rig) -> None:
    reply = rig.turns(*TO_A_CASE)

    assert UssdReply(text="Case 100 000 is open.", ends=True) == reply
    assert ["list_regions", "list_districts", "open_case"] == rig.handlers_run


def test_the_same_turn_again_gets_the_same_reply_and_runs_no_handler(rig: Rig) -> None:
    first = rig.turns("1", "1")
    rig.clock.advance(2)

    again = rig.turn("1*1")

    assert first == again
    assert ["list_regions"] == rig.handlers_run
    assert 3 == len(rig.sessions.records)


def test_the_last_turn_again_ends_again_and_opens_no_second_case(rig: Rig) -> None:
    first = rig.turns(*TO_A_CASE)

    again = rig.turn("*".join(TO_A_CASE))

    assert first == again
    assert 1 == len(rig.cases)
    assert [("Case 100 000 is open.", "queued")] == rig.queued()


def test_nothing_follows_the_end_of_a_session(rig: Rig) -> None:
    last = rig.turns(*TO_A_CASE)

    assert last == rig.turn("*".join((*TO_A_CASE, "1")))
    assert 1 == len(rig.cases)


def test_the_first_turn_again_shows_home_again(rig: Rig) -> None:
    assert rig.turn() == rig.turn()
    assert 1 == len(rig.sessions.records)


@pytest.mark.parametrize("late", ["1*1", "1", "", "1*9*9", "1*1*2x", "1*1*", "1*9*9*3"])
def test_a_text_that_does_not_go_on_from_the_last_one_moves_nothing(rig: Rig, late: str) -> None:
    latest = rig.turns("1", "1", "2")

    reply = rig.turn(late)

    assert latest == reply
    assert "What is wrong?\n0 Back 00 Home" == rig.turn("1*1*2*3").text


def test_an_empty_answer_is_a_wrong_answer_and_not_the_turn_before(rig: Rig) -> None:
    rig.turn()
    rig.turn("2")

    assert rig.turn("2*").text.startswith("digits wrong")


def test_several_answers_typed_in_one_turn_count_one_by_one(rig: Rig) -> None:
    rig.turn()

    assert "What is wrong?\n0 Back 00 Home" == rig.turn("1*1*2*3").text


def test_what_was_typed_before_is_kept_as_a_hash_alone(rig: Rig) -> None:
    rig.turns(*FOUND[:3], "16042007")

    written = turn_codec.encode(rig.sessions.kept[-1]).decode()
    assert "10231456" in written  # an answer the menu may show
    assert "16042007" not in written
    assert "2007-04-16" not in written


def test_an_end_screen_that_asks_for_it_is_sent_by_sms_whole(rig: Rig) -> None:
    reply = rig.turns(*FOUND)

    assert not reply.ends  # the first of several pages; the citizen may hang up here
    assert [(f"10231456 B+ {LONG_WORDS}", "queued")] == rig.queued()
    assert ["ke reply"] == rig.jobs.wakes


def test_reading_on_sends_the_sms_no_second_time(rig: Rig) -> None:
    rig.turns(*FOUND, "98", "98")

    assert 1 == len(rig.queued())


def test_an_end_screen_passed_within_one_turn_is_sent_all_the_same(rig: Rig) -> None:
    rig.turn("*".join((*FOUND, "98", "00", "1")))

    assert [(f"10231456 B+ {LONG_WORDS}", "queued")] == rig.queued()


def test_a_screen_that_does_not_ask_for_it_is_not_sent(rig: Rig) -> None:
    rig.turns("2", "10231456", "1", "16042007")

    assert [] == rig.queued()
    assert [] == rig.jobs.wakes


def test_an_sms_that_cannot_be_stored_does_not_cost_the_reply(rig: Rig) -> None:
    follow_up = replace(rig.answer_ussd.follow_up, outbox=Failing(rig.outbox, "add"))
    rig.answer_ussd = replace(rig.answer_ussd, follow_up=follow_up)

    assert "Case 100 000 is open." == rig.turns(*TO_A_CASE).text
    assert 1 == rig.count("ussd_follow_up_lost")


def test_a_turn_is_recorded_without_anything_of_the_citizen_s(rig: Rig) -> None:
    rig.turns("2", "10231456")

    record = rig.sessions.records[-1]
    assert ("ke", "result", "year", "shown", "en") == (
        record.channel, record.service, record.screen, record.event, record.language
    )  # fmt: skip
    assert rig.clock.now() == record.at
    assert "10231456" not in repr(record)
    assert CALLER.e164 not in repr(record)


def test_the_time_a_turn_took_is_recorded(rig: Rig) -> None:
    rig.releases.current = lambda: rig.clock.advance(0.25) and SAMPLE  # type: ignore[method-assign]

    rig.turn()

    assert 250 == rig.sessions.records[-1].milliseconds
