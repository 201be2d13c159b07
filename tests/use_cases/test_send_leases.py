"""Workers that die, meet or lose their stores while they send."""

from __future__ import annotations

import math
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import Engine

from gateway.adapters.sql.sms.outbox import SqlOutbox
from gateway.domain.faults_and_errors.errors import StoreUnavailable
from gateway.domain.telecom.sms import Lane, OutboundSms
from gateway.use_cases.outbound.sending.sending_job import JOB_SECONDS, LEASE_SECONDS
from gateway.use_cases.ports import Slot
from tests.fakes import DyingOutbox, Failing, GrudgingOutbox, WorkerKilled
from tests.polling import PATIENCE_SECONDS, eventually
from tests.session_samples import KEYRING
from tests.use_cases.rig import CHANNEL, Rig


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
    rig.accepts(*"abcde")
    dead_pool = ThreadPoolExecutor(1)
    dead_pool.shutdown()
    rig.send_sms = replace(rig.send_sms, pool=dead_pool)

    with pytest.raises(WorkerKilled):
        rig.send_sms("ke", Lane.BULK)
    rig.clock.advance(121)
    swept = rig.outbox.sweep(rig.clock.now())

    # Those that may be in flight, and one that was marked ahead.
    assert (4, 1) == (len(swept.given_up), swept.released)
    assert dict.fromkeys("abcd", "unknown") | {"e": "queued"} == rig.statuses()


def test_a_throttle_that_fails_does_not_cost_what_is_known(rig: Rig) -> None:
    rig.accepts("a", "b", "c", "d")
    takes = [0]

    class OnceOnly:
        def take(self, *given: object, **more: object) -> tuple[list[Slot], float]:
            takes[0] += 1
            if takes[0] > 1:
                raise StoreUnavailable("Redis does not answer.")
            return [Slot(at=0.0, by=math.inf)] * 2, 0.0

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
        worker.join(PATIENCE_SECONDS)

    assert 12 == len(rig.provider.sent) == len(set(rig.provider.sent))


def test_a_job_whose_time_is_over_does_not_keep_the_rest_until_its_calls_end(rig: Rig) -> None:
    rig.accepts(*(f"sms {number}" for number in range(12)))
    rig.jobs.wakes.clear()
    over, seen = threading.Event(), list[object]()

    def takes_long(sms: OutboundSms) -> None:
        if sms.text != "sms 0":
            over.wait(PATIENCE_SECONDS)
            return
        rig.clock.advance(JOB_SECONDS)
        over.set()
        eventually(lambda: "ke bulk" in rig.jobs.wakes)
        seen.extend(status for status in rig.statuses().values() if status == "queued")

    rig.provider.before = takes_long
    done = rig.send_sms("ke", Lane.BULK)

    assert (False, ["ke bulk"]) == (done, rig.jobs.wakes)
    assert seen, "the rest was given back while a call was out"
