"""Draining the inbox: one MO that cannot be routed is not in the way of the others."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gateway.domain.retry import SCHEDULE
from gateway.services import drain_inbox
from tests.fakes import Failing
from tests.services.rig import OTHER_CALLER, Rig


class Stumbling:
    """Routes MOs, but raises for some of them; `tried` holds the ids in order."""

    def __init__(self, rig: Rig, *stumbles: int) -> None:
        self._route_sms = rig.route_sms
        self.stumbles = set(stumbles)
        self.tried: list[int] = []

    def __call__(self, inbound_id: int) -> bool:
        self.tried.append(inbound_id)
        if inbound_id in self.stumbles:
            raise ValueError("RESULT 10231456 could not be read")
        return self._route_sms(inbound_id)


def waiting(rig: Rig) -> list[int]:
    """Returns the ids of the MOs that are due."""
    return list(rig.inbox.waiting(rig.clock.now(), 100))


def test_an_empty_inbox_is_drained_at_once(rig: Rig) -> None:
    assert 0 == rig.drain_inbox()


def test_mos_are_routed_oldest_first_beyond_one_batch(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drain_inbox, "BATCH", 2)
    for _ in range(5):
        rig.receives("RESULT")
    ids = waiting(rig)
    route = Stumbling(rig)

    routed = replace(rig.drain_inbox, route_sms=route)()

    assert 5 == routed
    assert ids == route.tried
    assert [] == waiting(rig)


def test_an_mo_that_cannot_be_routed_is_put_off_and_the_next_one_routed(
    rig: Rig, caplog: pytest.LogCaptureFixture
) -> None:
    rig.receives("RESULT 10231456")
    rig.receives("REPORT", caller=OTHER_CALLER)
    bad, good = waiting(rig)
    route = Stumbling(rig, bad)

    routed = replace(rig.drain_inbox, route_sms=route)()

    assert 1 == routed
    assert [bad, good] == route.tried
    assert 1 == len(rig.queued(OTHER_CALLER))
    assert [] == waiting(rig)
    assert f"Could not route MO {bad}: ValueError" in caplog.text
    assert "10231456" not in caplog.text


def test_an_mo_that_was_put_off_is_routed_later(rig: Rig) -> None:
    rig.receives("RESULT 10231456")
    (bad,) = waiting(rig)
    replace(rig.drain_inbox, route_sms=Stumbling(rig, bad))()

    assert 0 == rig.drain_inbox()
    rig.clock.advance(SCHEDULE[0] * 1.3)

    assert 1 == rig.drain_inbox()
    assert rig.queued()[0][0].startswith("Year?")


def test_a_database_that_fails_puts_mos_off(rig: Rig) -> None:
    rig.receives("RESULT")
    failing = replace(rig.route_sms, subscribers=Failing(rig.subscribers, "language"))
    broken = replace(rig.drain_inbox, route_sms=failing)
    rig.receives("STOP")

    assert 0 == broken()
    assert [] == rig.queued()
    assert [] == waiting(rig)

    rig.clock.advance(SCHEDULE[0] * 1.3)
    assert 2 == rig.drain_inbox()


def test_an_mo_another_worker_is_at_does_not_keep_this_one_busy(rig: Rig) -> None:
    rig.receives("RESULT")
    tried: list[int] = []

    def busy_elsewhere(inbound_id: int) -> bool:
        tried.append(inbound_id)
        return False

    assert 0 == replace(rig.drain_inbox, route_sms=busy_elsewhere)()  # type: ignore[arg-type]
    assert 1 == len(tried)
