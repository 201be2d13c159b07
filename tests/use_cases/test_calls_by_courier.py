"""The calls of a job in one thread: at their moments, and all of them told."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest

from gateway.adapters.memory.stores import MemoryCounters
from gateway.adapters.system.clock import SystemClock
from gateway.domain.faults_and_errors.errors import (
    OutcomeUnknown,
    ProviderUnavailable,
    StoreUnavailable,
)
from gateway.domain.telecom.sms import Accepted, Lane, OutboundSms
from gateway.use_cases.outbound.sending.calls_by_courier import CallsByCourier
from gateway.use_cases.outbound.sending.calls_in_flight import Call
from gateway.use_cases.outbound.sending.make_call import MakeCall
from gateway.use_cases.ports import Clock, Slot
from gateway.use_cases.ports.sms.courier import Results
from tests.clock import FixedClock
from tests.polling import PATIENCE_SECONDS
from tests.providers.samples import outbound
from tests.use_cases.rig import CHANNEL

MOST = 3


@dataclass
class Carried:
    """A courier that ends a call once it is let go, and has connections for some alone."""

    refuses: frozenset[int] = frozenset()
    fails: bool = False
    breaks: bool = False
    out: dict[int, Sequence[OutboundSms]] = field(default_factory=dict)
    seen: list[int] = field(default_factory=list)
    most: int = 0
    threads: set[str] = field(default_factory=set)
    closed: int = 0
    let_go: threading.Event = field(default_factory=threading.Event)
    woken: threading.Event = field(default_factory=threading.Event)

    def begin(self, number: int, mts: Sequence[OutboundSms], delivery_url: str) -> bool:
        self.threads.add(threading.current_thread().name)
        if mts[0].id in self.refuses:
            return False
        self.out[number] = mts
        self.seen += [sms.id for sms in mts]
        self.most = max(self.most, len(self.out))
        return True

    def ended(self, seconds: float) -> Sequence[tuple[int, Results | Exception]]:
        if not (self.out and self.let_go.is_set()):
            self.woken.wait(min(seconds, 0.01))
            self.woken.clear()
            return []
        out, self.out = self.out, {}
        if self.breaks:
            raise OSError("a number")
        if self.fails:
            return [(number, ValueError("a number")) for number in out]
        return [
            (number, [Accepted(provider_ref=str(sms.id)) for sms in mts])
            for number, mts in out.items()
        ]

    def wake(self) -> None:
        self.woken.set()

    def close(self) -> None:
        self.closed += 1


@dataclass
class Moments:
    """Gives moments anew, and notes how many were asked for together."""

    asked: list[int] = field(default_factory=list)
    is_away: bool = False

    def take(self, channel: Any, lane: Any, wanted: Sequence[int], *rest: Any, **how: Any) -> Any:
        self.asked.append(len(wanted))
        if self.is_away:
            raise StoreUnavailable("away")
        return [now()] * len(wanted), 0.0


@dataclass
class Site:
    """What a job has."""

    calls: CallsByCourier
    courier: Carried
    moments: Moments
    alone: list[int]
    health: list[str]


def now(late: float = 0.0) -> Slot:
    """Returns a moment that has come, or is over since some seconds."""
    at = SystemClock().monotonic() - late
    return Slot(at=at, by=at + (PATIENCE_SECONDS if not late else 0.0))


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(8) as pool:
        yield pool


def site(pool: ThreadPoolExecutor, courier: Carried, clock: Clock | None = None) -> Site:
    alone, health, moments = list[int](), list[str](), Moments()

    def send(sms: OutboundSms, url: str) -> Accepted:
        alone.append(sms.id)
        return Accepted(provider_ref=str(sms.id))

    provider: Any = SimpleNamespace(send=send)
    saw: Any = SimpleNamespace(saw=lambda channel, *rest: health.append(channel))
    throttle: Any = moments
    make = MakeCall(
        channel=CHANNEL, lane=Lane.BULK, provider=provider, delivery_url="", throttle=throttle,
        health=saw, counters=MemoryCounters(), clock=clock or SystemClock(),
    )  # fmt: skip
    return Site(CallsByCourier(pool, MOST, make, lambda: courier), courier, moments, alone, health)


def begin(here: Site, ids: Sequence[int], slot: Slot | None = None) -> None:
    for id in ids:
        here.calls.begin(Call([outbound(id=id)], slot or now()))


def all_of(here: Site) -> dict[int, Any]:
    told = here.calls.ended(PATIENCE_SECONDS, here.calls.count)
    return {call.mts[0].id: results[0] for call, results in told}


def test_one_thread_makes_no_more_at_once_than_may_be(pool: ThreadPoolExecutor) -> None:
    here = site(pool, Carried())
    begin(here, range(1, 9))
    here.courier.let_go.set()

    assert {id: Accepted(provider_ref=str(id)) for id in range(1, 9)} == all_of(here)
    assert MOST == here.courier.most
    assert [*range(1, 9)] == here.courier.seen
    assert 1 == len(here.courier.threads)
    assert 0 == here.calls.count
    assert [CHANNEL.name] * 8 == here.health


def test_a_job_goes_on_after_a_pause(pool: ThreadPoolExecutor) -> None:
    here = site(pool, Carried())
    here.courier.let_go.set()
    for id in (1, 2):
        begin(here, [id])
        assert {id: Accepted(provider_ref=str(id))} == all_of(here)
    pool.shutdown()

    assert here.courier.closed in (1, 2)


def test_what_has_no_connection_is_made_by_a_thread_of_its_own(pool: ThreadPoolExecutor) -> None:
    here = site(pool, Carried(refuses=frozenset({1, 3})))
    here.courier.let_go.set()
    begin(here, [1, 2, 3, 4])

    assert {1, 2, 3, 4} == set(all_of(here))
    assert [1, 3] == sorted(here.alone)
    assert [2, 4] == here.courier.seen


def test_those_too_late_take_other_moments_in_one_question(pool: ThreadPoolExecutor) -> None:
    here = site(pool, Carried())
    here.courier.let_go.set()
    begin(here, [1, 2, 3], now(late=1.0))

    assert {1, 2, 3} == set(all_of(here))
    assert 3 == sum(here.moments.asked)
    assert [1, 2, 3] == sorted(here.courier.seen)


def test_a_moment_to_come_is_waited_for_by_the_clock_of_the_gateway(
    pool: ThreadPoolExecutor,
) -> None:
    clock = FixedClock()
    here, begun = site(pool, Carried(), clock), clock.monotonic()
    here.courier.let_go.set()
    begin(here, [1], Slot(at=begun + 90.5, by=begun + 91))

    assert {1} == set(all_of(here))
    assert 90.5 == pytest.approx(clock.monotonic() - begun)


def test_without_redis_nothing_leaves_late(pool: ThreadPoolExecutor) -> None:
    here = site(pool, Carried())
    here.moments.is_away = True
    begin(here, [1], now(late=1.0))

    came_to = all_of(here)[1]
    assert isinstance(came_to, ProviderUnavailable)
    assert "pacing_unavailable" == came_to.code
    assert [] == here.courier.seen


@pytest.mark.parametrize(
    ("courier", "error"), [(Carried(fails=True), "ValueError"), (Carried(breaks=True), "OSError")]
)
def test_a_fault_in_mid_call_leaves_its_outcome_open(
    pool: ThreadPoolExecutor, courier: Carried, error: str
) -> None:
    here = site(pool, courier)
    here.courier.let_go.set()
    begin(here, [1])

    came_to = all_of(here)[1]
    assert isinstance(came_to, OutcomeUnknown)
    assert ("send_raised", error) == (came_to.code, came_to.detail)


def test_what_is_left_to_itself_is_made_and_told_all_the_same(pool: ThreadPoolExecutor) -> None:
    here, told = site(pool, Carried()), list[int]()
    begin(here, range(1, 6))
    assert [] == here.calls.ended(0.0)

    here.calls.leave(lambda call, results: told.append(call.mts[0].id))
    here.courier.let_go.set()
    pool.shutdown()

    assert [1, 2, 3, 4, 5] == sorted(told)


def test_who_waits_for_several_is_not_told_of_each(pool: ThreadPoolExecutor) -> None:
    here = site(pool, Carried())
    begin(here, [1, 2])
    assert [] == here.calls.ended(0.01, 2)
    here.courier.let_go.set()

    assert 2 == len(here.calls.ended(PATIENCE_SECONDS, 2))
