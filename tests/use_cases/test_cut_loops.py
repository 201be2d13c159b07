"""One text is one, whatever ids it came with; and a machine is seen by what we say to it."""

from __future__ import annotations

from uuid import uuid4

import pytest
from sqlalchemy import Engine

from gateway.adapters.sql.help_desk import SqlHelpDesk
from gateway.domain.telecom.sms import InboundSms
from gateway.use_cases.inbound.cut_loops import LOOP_SECONDS, MOST_REFUSED, MOST_SAME_REPLIES
from tests import servers
from tests.clock import FixedClock
from tests.session_samples import KEYRING
from tests.use_cases.rig import CALLER, OTHER_CALLER, Rig
from tests.use_cases.test_switch_channels import SPARE


class TwoNumbers(Rig):
    others = (SPARE,)


def received(rig: Rig, *texts: str, apart: float = 0.0) -> int:
    """Returns how many replies went out for texts that came so many seconds apart."""
    before = len(rig.queued())
    for text in texts:
        rig.receives(text)
        rig.route_pending()
        rig.clock.advance(apart)
    return len(rig.queued()) - before


@pytest.mark.parametrize(
    "text", ["REPORT water", "RESULT 10231456 2025", "RESULT", "my cow is ill", "HELP me now"]
)
def test_the_same_words_with_another_id_within_seconds_are_one_text(rig: Rig, text: str) -> None:
    assert 1 == received(rig, text, text, apart=2)


@pytest.mark.parametrize("text", ["REPORT water", "RESULT 10231456 2025", "RESULT"])
def test_the_same_words_later_are_another_text(rig: Rig, text: str) -> None:
    assert 2 == received(rig, text, text, apart=11)


def test_the_same_words_to_another_of_our_numbers_are_another_text(
    sqlite_engine: Engine, clock: FixedClock
) -> None:
    servers.empty_database(sqlite_engine)
    rig = TwoNumbers(sqlite_engine, clock)
    try:
        assert 1 == received(rig, "HELP")
        for channel in (SPARE, SPARE):  # and there the second is one with the first
            sms = InboundSms(provider_ref=uuid4().hex, subscriber=CALLER, to="3030", text="HELP")
            rig.accept_sms(channel, sms)
            rig.route_pending()
        assert 2 == len(rig.queued())
    finally:
        rig.pool.shutdown()


def test_other_words_and_other_people_are_no_twins(rig: Rig) -> None:
    assert 2 == received(rig, "REPORT water", "REPORT road")
    rig.receives("REPORT road", caller=OTHER_CALLER)
    rig.route_pending()
    assert 1 == len(rig.queued(OTHER_CALLER))


@pytest.mark.parametrize("answers", [("1", "1", "1"), ("North", "North")])
def test_an_answer_may_be_the_same_as_the_one_before(rig: Rig, answers: tuple[str, ...]) -> None:
    assert 1 + len(answers) == received(rig, "REPORT water", *answers)


def test_a_twin_moves_no_dialogue_and_drops_no_question(rig: Rig, sqlite_engine: Engine) -> None:
    received(rig, "REPORT water North North 1", "REPORT water North North 1")
    assert rig.texts("the pump by the school is broken")[0].startswith("Your name?")

    received(rig, "remove me please", "remove me please")
    assert ["stopped"] == rig.texts("1")
    assert [] == SqlHelpDesk(sqlite_engine, KEYRING).newest(None, "", 10)


def test_a_stop_is_heard_however_often_it_comes(rig: Rig) -> None:
    assert 3 == received(rig, "STOP please", "START please", "STOP please")


def test_a_machine_whose_texts_begin_with_a_keyword_is_seen_by_refusals(rig: Rig) -> None:
    said = [f"RESULT pending, your ticket is {number}" for number in range(24)]

    answered = received(rig, *said, apart=15)

    assert answered <= MOST_REFUSED + 1


def test_a_machine_that_sends_nothing_but_numbers_is_seen_by_refusals(rig: Rig) -> None:
    rig.texts("RESULT 10231456 2025")  # it ends: nothing is open any more
    codes = [str(number % 9 + 1) for number in range(24)]

    answered = received(rig, *codes, apart=15)

    assert MOST_REFUSED <= answered <= MOST_REFUSED + 1


def test_a_machine_is_seen_by_the_sameness_of_our_replies(rig: Rig) -> None:
    said = [f"HELP desk closed, ticket {number}" for number in range(24)]

    answered = received(rig, *said, apart=15)

    assert answered <= MOST_SAME_REPLIES + 2


def test_a_loop_is_forgotten_after_minutes(rig: Rig) -> None:
    received(rig, *(f"RESULT pending, ticket {number}" for number in range(12)), apart=5)
    rig.clock.advance(LOOP_SECONDS)

    assert 1 == received(rig, "RESULT pending, ticket 99")


def test_who_asks_for_a_whole_class_is_answered_each_time(rig: Rig) -> None:
    assert 25 == received(rig, *(f"RESULT {10231400 + each}" for each in range(25)), apart=3)


def test_an_answer_that_is_taken_ends_a_row_of_refusals(rig: Rig) -> None:
    received(rig, *(f"RESULT pending, ticket {number}" for number in range(12)), apart=5)

    assert rig.texts("RESULT 10231456")[0].startswith("Year?")


def test_numbers_turn_pages_as_often_as_people_like(rig: Rig) -> None:
    rig.texts("REPORT water")

    assert 20 == received(rig, *("98", "0") * 10, apart=1)
