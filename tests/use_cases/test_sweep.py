"""The sweeper: every reminder that may have been lost is given again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from gateway.domain.telecom.sms import Lane
from gateway.use_cases.outbound.sending.sending_job import LEASE_SECONDS
from gateway.use_cases.outbound.sweep import Sweep
from gateway.use_cases.ports import Outcomes, Swept
from tests.use_cases.rig import Rig


def sweeper(rig: Rig) -> Sweep:
    """Returns the use case over the rig's outbox."""
    return Sweep(outbox=rig.outbox, jobs=rig.jobs, counters=rig.counters, clock=rig.clock)


def test_with_nothing_to_do_nobody_is_woken(rig: Rig) -> None:
    assert Swept(due=[], given_up=[]) == sweeper(rig)()
    assert [] == rig.jobs.wakes


def test_lanes_with_due_mts_and_waiting_mos_are_woken_again(rig: Rig) -> None:
    rig.accepts("a", "b")
    rig.accepts("c", lane=Lane.URGENT)
    rig.receives("RESULT")
    rig.jobs.wakes.clear()

    sweeper(rig)()

    assert {"inbound", "ke bulk", "ke urgent"} == set(rig.jobs.wakes)
    assert 3 == len(rig.jobs.wakes)


def test_what_a_dead_worker_had_leased_is_due_again(rig: Rig) -> None:
    rig.accepts("a")
    now = rig.clock.now()
    rig.outbox.lease("ke", Lane.BULK, 10, now, now + timedelta(seconds=LEASE_SECONDS))

    assert 0 == sweeper(rig)().released
    rig.clock.advance(LEASE_SECONDS + 1)

    assert 1 == sweeper(rig)().released
    assert ["ke bulk"] == rig.jobs.wakes


def test_what_a_dead_worker_was_sending_is_unknown_and_said_so(
    rig: Rig, caplog: pytest.LogCaptureFixture
) -> None:
    ids = rig.accepts("a", "b")
    now = rig.clock.now()
    rig.outbox.lease("ke", Lane.BULK, 10, now, now + timedelta(seconds=LEASE_SECONDS))
    rig.outbox.start(ids, Outcomes(), now)
    rig.clock.advance(hours=1)

    swept = sweeper(rig)()

    assert ["ke", "ke"] == list(swept.given_up)
    assert 2 == rig.count("sms_ended")
    assert "2 MTs have an unknown outcome" in caplog.text
    assert {"a": "unknown", "b": "unknown"} == rig.statuses()
    assert [] == rig.jobs.wakes
    rig.send_sms("ke", Lane.BULK)
    assert [] == rig.provider.sent
