"""Sending MTs: consent in one place, no faster than allowed, never blindly twice."""

from __future__ import annotations

import threading
from dataclasses import replace
from types import SimpleNamespace

import pytest

from gateway.adapters.memory.stores import NoSpools
from gateway.domain.faults_and_errors.errors import ProviderUnavailable, SubscriberOptedOut
from gateway.domain.telecom.channel import Channel
from gateway.domain.telecom.consent import EVERYTHING, ConsentState
from gateway.domain.telecom.retry_schedule import SCHEDULE
from gateway.domain.telecom.sms import Lane, Purpose
from gateway.use_cases.outbound.sending import sending_job
from gateway.use_cases.outbound.sending.sending_job import HELD_SECONDS, JOB_SECONDS
from gateway.use_cases.ports import ConsentChange, Slot
from tests.polling import PATIENCE_SECONDS
from tests.use_cases.rig import CALLER, CHANNEL, OTHER_CALLER, Rig


def stop(rig: Rig, topic: str = EVERYTHING) -> None:
    """Records that the caller has stopped a topic."""
    say(rig, topic, ConsentState.OPTED_OUT)


def say(rig: Rig, topic: str, state: ConsentState) -> None:
    """Records what the caller says of a topic now."""
    change = ConsentChange(subscriber=CALLER, topic=topic, state=state, source="test")
    rig.consents.change([change], rig.clock.now())


def test_what_is_due_is_sent_in_order_and_marked(rig: Rig) -> None:
    rig.accepts("a", "b", "c", "d")

    done = rig.send_sms("ke", Lane.BULK)

    assert done
    assert {"a", "b", "c", "d"} == set(rig.provider.sent)
    assert {"a": "sent", "b": "sent", "c": "sent", "d": "sent"} == rig.statuses()
    assert {"https://gateway.test/delivery/ke"} == rig.provider.urls
    assert 4 == rig.count("sms_attempts")


def test_nothing_due_is_soon_dealt_with(rig: Rig) -> None:
    rig.accepts("other lane", lane=Lane.URGENT)
    rig.accepts("other channel", channel="ng")

    assert rig.send_sms("ke", Lane.BULK)
    assert [] == rig.provider.sent


def test_sending_again_sends_nothing_again(rig: Rig) -> None:
    rig.accepts("a")
    rig.send_sms("ke", Lane.BULK)

    rig.clock.advance(days=1)
    rig.send_sms("ke", Lane.BULK)

    assert ["a"] == rig.provider.sent


@pytest.mark.parametrize(
    ("stopped", "purpose", "topic", "status"),
    [
        (EVERYTHING, Purpose.NOTICE, "prices", "refused"),
        (EVERYTHING, Purpose.NOTICE, "", "refused"),
        ("prices", Purpose.NOTICE, "prices", "refused"),
        ("prices", Purpose.NOTICE, "weather", "sent"),
        (EVERYTHING, Purpose.REPLY, "prices", "sent"),
        (EVERYTHING, Purpose.CONSENT, "", "sent"),
    ],
)
def test_a_stop_holds_back_what_was_not_asked_for(
    rig: Rig, stopped: str, purpose: Purpose, topic: str, status: str
) -> None:
    stop(rig, stopped)
    rig.accepts("a", purpose=purpose, topic=topic)

    rig.send_sms("ke", Lane.BULK)

    assert {"a": status} == rig.statuses()
    assert ["a"] * (status == "sent") == rig.provider.sent


def test_a_topic_that_was_asked_for_after_stop_is_sent_until_the_next_stop(rig: Rig) -> None:
    stop(rig)
    rig.clock.advance(1)
    say(rig, "prices", ConsentState.OPTED_IN)
    rig.accepts("asked for", topic="prices")
    rig.accepts("not asked for", topic="weather")
    rig.send_sms("ke", Lane.BULK)

    rig.clock.advance(1)
    stop(rig)
    rig.accepts("stopped again", topic="prices")
    rig.send_sms("ke", Lane.BULK)

    assert ["asked for"] == rig.provider.sent
    assert "refused" == rig.statuses()["stopped again"]


def test_a_network_that_keeps_its_opt_out_is_tried_once_for_a_topic_asked_for_again(
    rig: Rig,
) -> None:
    stop(rig)
    rig.clock.advance(1)
    say(rig, "prices", ConsentState.OPTED_IN)
    rig.clock.advance(1)
    rig.provider.answers["a"] = SubscriberOptedOut("21610")
    for text in ("a", "b"):
        rig.accepts(text, topic="prices")
        rig.send_sms("ke", Lane.BULK)

    assert ["a"] == rig.provider.sent
    assert {"a": "refused", "b": "refused"} == rig.statuses()


def test_a_stop_that_comes_after_the_mt_was_queued_counts(rig: Rig) -> None:
    rig.accepts("a")

    stop(rig)
    rig.send_sms("ke", Lane.BULK)

    assert {"a": "refused"} == rig.statuses()


def test_a_stop_that_comes_while_others_are_sent_counts(rig: Rig) -> None:
    rig.accepts(*"abcdefgh")
    rig.provider.before = lambda sms: stop(rig) if sms.text == "c" else None
    one_by_one = {"ke": replace(CHANNEL, in_flight=1)}
    rig.send_sms = replace(rig.send_sms, channels=one_by_one)

    rig.send_sms("ke", Lane.BULK)

    assert set("abc") == set(rig.provider.sent)
    assert dict.fromkeys("abc", "sent") | dict.fromkeys("defgh", "refused") == rig.statuses()


def test_a_stop_is_asked_for_again_before_another_try(rig: Rig) -> None:
    rig.provider.answers["a"] = ProviderUnavailable("no_connection")
    rig.accepts("a")
    rig.send_sms("ke", Lane.BULK)
    stop(rig)

    rig.clock.advance(SCHEDULE[0] * 2)
    rig.send_sms("ke", Lane.BULK)

    assert ["a"] == rig.provider.sent
    assert {"a": "refused"} == rig.statuses()


def test_one_who_stopped_does_not_hold_up_the_others(rig: Rig) -> None:
    stop(rig)
    rig.accepts("a", "b")
    rig.accepts("c", subscriber=OTHER_CALLER)

    rig.send_sms("ke", Lane.BULK)

    assert ["c"] == rig.provider.sent
    assert {"a": "refused", "b": "refused"} == rig.statuses()


def test_a_channel_sends_no_faster_than_its_limit(rig: Rig) -> None:
    rig.accepts(*(f"sms {number}" for number in range(23)))
    began = rig.clock.monotonic()

    while not rig.send_sms("ke", Lane.BULK):
        pass

    assert 23 == len(rig.provider.sent)
    assert 4.0 <= rig.clock.monotonic() - began < 5.0
    for start, _ in rig.throttle.grants:
        within = [count for at, count in rig.throttle.grants if start <= at < start + 1.0]
        assert sum(within) <= CHANNEL.max_per_second


def test_no_more_is_in_flight_than_the_channel_allows(rig: Rig) -> None:
    lock, now, most = threading.Lock(), [0], [0]
    together = threading.Barrier(CHANNEL.in_flight)

    def count(step: int) -> None:
        with lock:
            now[0] += step
            most[0] = max(most[0], now[0])

    def before(_: object) -> None:
        count(+1)
        together.wait(PATIENCE_SECONDS)
        count(-1)

    rig.provider.before = before
    wide = {"ke": replace(CHANNEL, max_per_second=100)}
    rig.send_sms = replace(rig.send_sms, channels=wide)
    rig.accepts(*(f"sms {number}" for number in range(CHANNEL.in_flight * 3)))

    rig.send_sms("ke", Lane.BULK)

    assert CHANNEL.in_flight == most[0]


def test_a_job_makes_room_when_its_time_is_over(rig: Rig) -> None:
    rig.provider.before = lambda sms: rig.clock.advance(JOB_SECONDS + 1)
    rig.accepts(*(f"sms {number}" for number in range(30)))

    done = rig.send_sms("ke", Lane.BULK)

    assert not done
    statuses = list(rig.statuses().values())
    # One is marked ahead, so that a call that ends is followed by the next.
    assert CHANNEL.in_flight + 1 == statuses.count("sent")
    assert 30 - CHANNEL.in_flight - 1 == statuses.count("queued")


def test_a_long_pause_does_not_outlast_the_job(rig: Rig) -> None:
    slow = {"ke": replace(CHANNEL, max_per_second=1)}

    def seldom(*_: object, **more: object) -> tuple[list[Slot], float]:
        return [], 3600.0

    rig.send_sms = replace(rig.send_sms, channels=slow, throttle=SimpleNamespace(take=seldom))
    rig.accepts("a")
    began = rig.clock.monotonic()

    assert not rig.send_sms("ke", Lane.BULK)
    assert JOB_SECONDS == rig.clock.monotonic() - began
    assert {"a": "queued"} == rig.statuses()


def test_outcomes_are_stored_before_a_pause(rig: Rig) -> None:
    rig.accepts(*(f"sms {number}" for number in range(6)))
    seen: list[set[str]] = []
    sleep = rig.clock.sleep

    def watched(seconds: float) -> None:
        seen.append(set(rig.statuses().values()))
        sleep(seconds)

    rig.clock.sleep = watched  # type: ignore[method-assign]
    rig.send_sms("ke", Lane.BULK)

    assert [{"sent", "leased"}] == seen


class Spools(NoSpools):
    """What nodes say of their spools, as a test has it."""

    waits = True

    def may_hide_a_stop(self) -> bool:
        return self.waits


#: What nobody asked for at this moment is held back, on whatever lane; answers are not.
HELD = dict.fromkeys(Purpose, False) | {Purpose.NOTICE: True}


@pytest.mark.parametrize("lane", Lane)
@pytest.mark.parametrize("purpose", Purpose)
def test_while_a_stop_may_wait_on_a_disk_notices_wait_and_answers_go(
    rig: Rig, purpose: Purpose, lane: Lane
) -> None:
    spools = Spools()
    send = replace(rig.send_sms, spools=spools)
    rig.accepts("a", "b", purpose=purpose, lane=lane)

    assert send("ke", lane)
    meanwhile = list(rig.provider.sent)
    spools.waits = False
    send("ke", lane)
    at_once = list(rig.provider.sent)
    rig.clock.advance(HELD_SECONDS)
    send("ke", lane)

    assert ([] if HELD[purpose] else ["a", "b"]) == sorted(meanwhile)
    assert meanwhile == at_once
    assert ["a", "b"] == sorted(rig.provider.sent)


def test_the_moments_of_held_notices_are_given_back_when_a_job_ends(rig: Rig) -> None:
    """Others could not use them: a second would hold fewer MTs than it may."""
    given: list[Slot] = []
    back: list[Slot] = []
    take = rig.throttle.take

    def noted(
        channel: Channel, lane: Lane, wanted: list[int], unused: list[Slot] = (), **_: object
    ) -> object:
        slots, pause = take(channel, lane, wanted)
        given.extend(slots)
        back.extend(unused)
        return slots, pause

    rig.throttle.take = noted
    rig.accepts("a", "b", "c")

    replace(rig.send_sms, spools=Spools())("ke", Lane.BULK)

    assert 3 == len(given)
    assert given == back


def test_a_notice_does_not_overtake_what_its_subscriber_has_texted(rig: Rig) -> None:
    rig.receives("STOP")
    rig.accepts("to who stopped")
    rig.accepts("to another", subscriber=OTHER_CALLER)
    rig.accepts("an answer", purpose=Purpose.REPLY)

    rig.send_sms("ke", Lane.BULK)
    before = sorted(rig.provider.sent)
    rig.route_pending()
    rig.clock.advance(HELD_SECONDS)
    rig.send_sms("ke", Lane.BULK)

    assert ["an answer", "to another"] == before
    assert before == sorted(rig.provider.sent)
    assert "refused" == rig.statuses()["to who stopped"]


def test_a_text_that_is_no_stop_delays_a_notice_and_no_more(rig: Rig) -> None:
    rig.receives("HELP")
    rig.accepts("a")

    rig.send_sms("ke", Lane.BULK)
    assert [] == rig.provider.sent
    rig.route_pending()
    rig.clock.advance(HELD_SECONDS)
    rig.send_sms("ke", Lane.BULK)

    assert ["a"] == rig.provider.sent


def test_when_all_have_to_wait_the_job_ends(rig: Rig) -> None:
    send = replace(rig.send_sms, spools=Spools())
    rig.accepts(*map(str, range(200)))

    assert send("ke", Lane.BULK)

    assert rig.provider.sent == []
    assert 200 - len(rig.outbox.lease("ke", Lane.BULK, 200, rig.clock.now(), rig.clock.now())) < 30


def test_a_slow_provider_holds_no_worker_and_gets_no_more_calls_than_it_may(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending_job, "LOOK_AGAIN_SECONDS", 0.001)
    answers, begun = threading.Event(), threading.Semaphore(0)

    def before(_: object) -> None:
        begun.release()
        rig.clock.advance(JOB_SECONDS)
        answers.wait(PATIENCE_SECONDS)

    rig.provider.before = before
    rig.accepts(*(f"sms {number}" for number in range(30)))
    try:
        first = rig.send_sms("ke", Lane.BULK)  # while no call is answered
        for _ in range(CHANNEL.in_flight):
            begun.acquire(timeout=PATIENCE_SECONDS)
        woken = len(rig.jobs.wakes)
        second = rig.send_sms("ke", Lane.BULK)

        assert (first, second) == (False, False)
        assert woken == len(rig.jobs.wakes)  # a job that may do nothing is not followed by one
        assert not begun.acquire(timeout=0.01)
        assert {"sending", "queued"} == set(rig.statuses().values())
    finally:
        answers.set()
        assert rig.send_sms.left.wait(PATIENCE_SECONDS)

    assert CHANNEL.in_flight + 1 == list(rig.statuses().values()).count("sent")
    assert woken < len(rig.jobs.wakes)
