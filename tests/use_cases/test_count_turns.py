"""Every turn is counted once: by channel, service and outcome, with how long it took."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gateway.domain.telecom.sms import Lane
from gateway.domain.telecom.ussd import UssdEnd, UssdTurn
from gateway.use_cases.ports import Count
from gateway.use_cases.ports.metrics import BOUNDS
from tests.fakes import Failing
from tests.use_cases.rig import CALLER, CHANNEL, CODE, Rig

TO_RESULTS = ("2", "10231456", "1", "03092007")
TO_A_CASE = ("1", "1", "2", "3", "The pump is broken", "Asha Musa")


def counts(rig: Rig, name: str) -> dict[tuple[str, ...], int]:
    """Returns what was counted under a name, by the values of its labels but for the channel."""
    return {
        tuple(value for label, value in count.labels if label != "channel"): number
        for count, number in rig.counters.snapshot().items()
        if count.name == name
    }


def seconds(rig: Rig) -> list[int]:
    """Returns how many turns fell into each bucket."""
    timed = rig.counters.counted().times[Count("answer_seconds", (("channel", CHANNEL.name),))]
    return list(timed.buckets)


def test_a_session_is_counted_from_its_begin_to_its_end(rig: Rig) -> None:
    rig.turns(*TO_A_CASE)

    assert {("shown", "home"): 1, ("shown", "report"): 5, ("ended", "report"): 1} == counts(
        rig, "turns"
    )
    assert 7 == sum(seconds(rig))
    assert {(): 1} == counts(rig, "sessions_begun")
    assert {("ended", "report"): 1} == counts(rig, "sessions_ended")
    assert {} == counts(rig, "turns_late")


def test_a_wrong_answer_is_counted_as_refused(rig: Rig) -> None:
    rig.turns("2", "12")

    assert 1 == counts(rig, "turns")[("refused", "result")]


def test_a_turn_that_comes_again_is_counted_as_that_and_ends_nothing_twice(rig: Rig) -> None:
    rig.turns(*TO_A_CASE)
    rig.turn("*".join(TO_A_CASE))

    assert 1 == counts(rig, "turns")[("repeated", "report")]
    assert 1 == rig.count("sessions_ended")
    assert 1 == rig.count("sessions_begun")


def test_a_turn_after_the_deadline_is_late(rig: Rig) -> None:
    for session, waited in (("s-1", 0.1), ("s-2", -0.1)):
        began = rig.clock.monotonic() - CHANNEL.deadline_seconds - waited
        said = UssdTurn(session_id=session, subscriber=CALLER, service_code=CODE, text="")
        rig.answer_ussd(CHANNEL, said, began)

    assert {(): 1} == counts(rig, "turns_late")
    assert [1, 1] == seconds(rig)[BOUNDS.index(6.0) :][:2]


def test_a_handler_that_fails_is_an_answer_of_its_own_kind(rig: Rig) -> None:
    rig.failure = ValueError("x")
    rig.turns(*TO_RESULTS)

    assert 1 == counts(rig, "turns")[("unavailable", "result")]
    assert {("unavailable", "result"): 1} == counts(rig, "sessions_ended")
    assert {("failed", "exam_results"): 1} == {
        (count.labels[1][1], count.labels[0][1]): number
        for count, number in rig.counters.snapshot().items()
        if count.name == "back_end_calls"
    }


def test_a_turn_that_nobody_got_an_answer_to_is_counted_as_failed(rig: Rig) -> None:
    class Broken:
        def load(self, *_: object) -> object:
            raise ZeroDivisionError

    rig.answer_ussd = replace(rig.answer_ussd, sessions=Broken())  # type: ignore[arg-type] # broken
    with pytest.raises(ZeroDivisionError):
        rig.turn()

    assert {("failed", "none"): 1} == counts(rig, "turns")
    assert 1 == sum(seconds(rig))


def test_without_redis_turns_are_counted_as_ever(rig: Rig) -> None:
    rig.answer_ussd = replace(rig.answer_ussd, sessions=Failing(rig.sessions, "load", "save"))
    rig.turns(*TO_A_CASE)

    assert 7 == rig.count("turns") == rig.count("ussd_replayed")
    assert 1 == rig.count("sessions_begun") == rig.count("sessions_ended")


@pytest.mark.parametrize(
    ("told", "shown"),
    [("Success", "success"), ("+999700000123", "other"), ("*384*2026#", "other"), ("", "other")],
)
def test_a_status_of_the_network_is_a_word_or_nothing(rig: Rig, told: str, shown: str) -> None:
    end = UssdEnd(session_id="s-1", subscriber=CALLER, service_code=CODE, status=told)
    rig.end_session(CHANNEL, end)

    assert {(shown,): 1} == counts(rig, "ussd_ended")


def test_an_mo_is_counted_when_it_comes_and_when_it_is_routed(rig: Rig) -> None:
    rig.receives("2")
    rig.clock.advance(7)
    rig.route_pending()
    rig.texts("no service has this name")

    assert {(): 2} == counts(rig, "inbound_accepted")
    routed = counts(rig, "inbound_routed")
    assert 2 == sum(routed.values()) == len(routed)
    waited = rig.counters.counted().times[Count("inbound_seconds", (("channel", CHANNEL.name),))]
    assert (2, 7.0) == (waited.count, waited.seconds)


def test_what_the_provider_takes_to_take_an_mt_is_timed(rig: Rig) -> None:
    rig.accepts("a", "b")
    rig.send_sms(CHANNEL.name, Lane.BULK)

    timed = rig.counters.counted().times[Count("provider_seconds", (("channel", CHANNEL.name),))]
    assert 2 == timed.count
    assert {("accepted",): 2} == counts(rig, "sms_attempts")
