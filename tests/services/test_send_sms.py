"""Sending MTs: consent in one place, throughput, every kind of outcome, never blindly twice."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import Engine

from gateway.adapters.database.outbox import SqlOutbox
from gateway.domain.consent import EVERYTHING, ConsentState
from gateway.domain.delivery import DeliveryReport, DeliveryStatus
from gateway.domain.errors import (
    ChannelMisconfigured,
    OutcomeUnknown,
    ProviderUnavailable,
    SendRejected,
    StoreUnavailable,
    SubscriberOptedOut,
    Throttled,
)
from gateway.domain.retry import SCHEDULE
from gateway.domain.sms import Lane, Purpose
from gateway.services.ports import ConsentChange
from gateway.services.send_sms import JOB_SECONDS, LEASE_SECONDS
from tests.fakes import DyingOutbox, Failing, GrudgingOutbox, WorkerKilled
from tests.services.rig import CALLER, CHANNEL, OTHER_CALLER, Rig
from tests.session_samples import KEYRING


def stop(rig: Rig, topic: str = EVERYTHING) -> None:
    """Records that the caller has stopped a topic."""
    change = ConsentChange(
        msisdn=CALLER, topic=topic, state=ConsentState.OPTED_OUT, source="sms stop"
    )
    rig.subscribers.change_consents([change], rig.clock.now())


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


# ------------------------------------------------------------------ consent


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


def test_a_stop_that_comes_after_the_mt_was_queued_counts(rig: Rig) -> None:
    rig.accepts("a")

    stop(rig)
    rig.send_sms("ke", Lane.BULK)

    assert {"a": "refused"} == rig.statuses()


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
    rig.accepts("c", msisdn=OTHER_CALLER)

    rig.send_sms("ke", Lane.BULK)

    assert ["c"] == rig.provider.sent
    assert {"a": "refused", "b": "refused"} == rig.statuses()


# ------------------------------------------------------------------ throughput


def test_a_channel_sends_no_faster_than_its_limit(rig: Rig) -> None:
    rig.accepts(*(f"sms {number}" for number in range(23)))
    began = rig.clock.monotonic()

    done = rig.send_sms("ke", Lane.BULK)

    assert done
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
        together.wait(timeout=10)
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
    left = [text for text, status in rig.statuses().items() if status == "queued"]
    assert 0 < len(left) < 30


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


# ------------------------------------------------------------------ outcomes


@pytest.mark.parametrize(
    ("failure", "status", "again"),
    [
        (ProviderUnavailable("no_connection"), "queued", True),
        (Throttled("too_fast", retry_after=3.0), "queued", True),
        (ChannelMisconfigured("bad_credentials"), "queued", True),
        (OutcomeUnknown("no_answer"), "unknown", False),
        (SendRejected("bad_number", "21211"), "failed", False),
        (SubscriberOptedOut("opted_out", "21610"), "refused", False),
        (RuntimeError("a fault of the SDK"), "unknown", False),
        (KeyError("messages"), "unknown", False),
        (StoreUnavailable("not a word a provider may say"), "unknown", False),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else str(value),
)
def test_an_attempt_that_fails_is_settled_by_what_is_known(
    rig: Rig, failure: Exception, status: str, again: bool
) -> None:
    rig.provider.answers["a"] = failure
    rig.accepts("a", "b")

    rig.send_sms("ke", Lane.BULK)
    first = rig.statuses()
    rig.provider.answers.clear()
    rig.clock.advance(hours=2)
    rig.outbox.sweep(rig.clock.now())
    rig.send_sms("ke", Lane.BULK)

    assert {"a": status, "b": "sent"} == first
    assert 1 + again == rig.provider.sent.count("a")
    assert 1 == rig.provider.sent.count("b")


def test_another_try_waits_for_the_schedule(rig: Rig) -> None:
    rig.provider.answers["a"] = ProviderUnavailable("no_connection")
    rig.accepts("a")
    rig.send_sms("ke", Lane.BULK)

    rig.clock.advance(SCHEDULE[0] * 0.7)
    rig.send_sms("ke", Lane.BULK)
    assert 1 == len(rig.provider.sent)

    rig.clock.advance(SCHEDULE[0] * 0.6)
    rig.send_sms("ke", Lane.BULK)
    assert 2 == len(rig.provider.sent)


def test_a_provider_s_own_waiting_time_is_kept(rig: Rig) -> None:
    rig.provider.answers["a"] = Throttled("too_fast", retry_after=500.0)
    rig.accepts("a")
    rig.send_sms("ke", Lane.BULK)

    rig.clock.advance(499)
    rig.send_sms("ke", Lane.BULK)

    assert 1 == len(rig.provider.sent)


def test_tries_come_to_an_end(rig: Rig) -> None:
    rig.provider.answers["a"] = ProviderUnavailable("no_connection")
    rig.accepts("a")

    for delay in (0, *SCHEDULE, *SCHEDULE):
        rig.clock.advance(delay * 1.3)
        rig.send_sms("ke", Lane.BULK)

    assert 1 + len(SCHEDULE) == len(rig.provider.sent)
    assert {"a": "failed"} == rig.statuses()


def test_only_a_report_settles_an_unknown_outcome(rig: Rig) -> None:
    rig.provider.answers["a"] = OutcomeUnknown("no_answer")
    (message_id,) = rig.accepts("a")
    rig.send_sms("ke", Lane.BULK)

    report = DeliveryReport(
        provider_ref="ref-late", status=DeliveryStatus.DELIVERED, message_id=message_id
    )
    rig.outbox.record_report("ke", report, rig.clock.now())

    assert {"a": "delivered"} == rig.statuses()


def test_a_channel_that_refuses_everything_wakes_someone(
    rig: Rig, caplog: pytest.LogCaptureFixture
) -> None:
    rig.provider.answers["a"] = ChannelMisconfigured("bad_credentials", "20003")
    rig.accepts("a")

    rig.send_sms("ke", Lane.BULK)

    (record,) = [each for each in caplog.records if each.levelname == "ERROR"]
    assert "Channel ke refuses every MT: bad_credentials (20003)" == record.getMessage()


def test_what_an_exception_says_is_not_logged_or_stored(
    rig: Rig, sqlite_engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    rig.provider.answers["a"] = RuntimeError(f"could not send 'a' to {CALLER.e164}")
    rig.accepts("a")

    rig.send_sms("ke", Lane.BULK)

    assert "RuntimeError" in caplog.text
    assert CALLER.e164 not in caplog.text
    with sqlite_engine.connect() as connection:
        (error,) = connection.exec_driver_sql("SELECT error FROM outbound_sms").one()
    assert "send_raised (RuntimeError)" == error


# ------------------------------------------------------------------ lease and start


def with_outbox(rig: Rig, outbox: SqlOutbox) -> SqlOutbox:
    rig.send_sms = replace(rig.send_sms, outbox=outbox)
    return outbox


def test_what_another_worker_took_meanwhile_is_not_sent(rig: Rig, sqlite_engine: Engine) -> None:
    outbox = with_outbox(rig, GrudgingOutbox(sqlite_engine, KEYRING))
    ids = rig.accepts("a", "b", "c", "d", "e")
    outbox.taken = frozenset({ids[1], ids[3]})

    rig.send_sms("ke", Lane.BULK)

    assert {"a", "c", "e"} == set(rig.provider.sent)


def test_an_mt_whose_lease_ran_out_is_not_sent_by_its_old_worker(rig: Rig) -> None:
    rig.accepts("a", "b", "c", "d", "e", "f")

    def pauses_too_long(seconds: float) -> None:
        rig.clock.advance(LEASE_SECONDS + 1)
        rig.outbox.sweep(rig.clock.now())

    rig.clock.sleep = pauses_too_long  # type: ignore[method-assign]
    rig.send_sms("ke", Lane.BULK)
    sent_by_its_old_worker = sorted(rig.provider.sent)
    rig.send_sms("ke", Lane.BULK)

    assert ["a", "b", "c", "d", "e"] == sent_by_its_old_worker
    assert ["a", "b", "c", "d", "e", "f"] == sorted(rig.provider.sent)


def test_a_worker_killed_before_its_call_leaves_an_unknown_outcome(
    rig: Rig, sqlite_engine: Engine
) -> None:
    with_outbox(rig, DyingOutbox(sqlite_engine, KEYRING))
    rig.accepts("a", "b", "c", "d")
    dead_pool = ThreadPoolExecutor(1)
    dead_pool.shutdown()
    rig.send_sms = replace(rig.send_sms, pool=dead_pool)

    with pytest.raises(WorkerKilled):
        rig.send_sms("ke", Lane.BULK)
    rig.clock.advance(121)
    swept = rig.outbox.sweep(rig.clock.now())

    assert (3, 1) == (swept.unknown, swept.released)
    assert {"a": "unknown", "b": "unknown", "c": "unknown", "d": "queued"} == rig.statuses()


def test_a_throttle_that_fails_does_not_cost_what_is_known(rig: Rig) -> None:
    rig.accepts("a", "b", "c", "d")
    takes = [0]

    class OnceOnly:
        def take(self, channel: str, wanted: int, per_second: float) -> tuple[int, float]:
            takes[0] += 1
            if takes[0] > 1:
                raise StoreUnavailable("Redis does not answer.")
            return min(wanted, 2), 0.0

    rig.send_sms = replace(rig.send_sms, throttle=OnceOnly())

    with pytest.raises(StoreUnavailable):
        rig.send_sms("ke", Lane.BULK)

    assert {"a": "sent", "b": "sent", "c": "leased", "d": "leased"} == rig.statuses()


def test_a_database_that_fails_stops_the_job_before_anything_is_sent(rig: Rig) -> None:
    rig.accepts("a")
    rig.send_sms = replace(rig.send_sms, outbox=Failing(rig.outbox, "start"))

    with pytest.raises(StoreUnavailable):
        rig.send_sms("ke", Lane.BULK)

    assert [] == rig.provider.sent
    assert {"a": "leased"} == rig.statuses()


def test_two_workers_send_each_mt_once(rig: Rig) -> None:
    rig.accepts(*(f"sms {number}" for number in range(12)))
    wide = replace(rig.send_sms, channels={"ke": replace(CHANNEL, max_per_second=1000)})

    workers = [threading.Thread(target=wide, args=("ke", Lane.BULK)) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(timeout=20)

    assert 12 == len(rig.provider.sent) == len(set(rig.provider.sent))
