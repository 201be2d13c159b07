"""A back end is asked only when it is well, and what it said a moment ago is used again."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from gateway.adapters.memory.stores import MemoryCounters
from gateway.adapters.redis.breakers import RedisBreakers
from gateway.adapters.redis.call_cache_and_signal import RedisAnswers
from gateway.adapters.redis.link import RedisLink
from gateway.domain.faults_and_errors.errors import (
    BreakerOpen,
    DeadlineExceeded,
    FaultyAnswer,
    HandlerFailed,
    Misunderstood,
    NoRoom,
    OwnStoreAway,
    ServiceFailed,
    TooOften,
)
from gateway.domain.handler_contract.service_call import (
    Breaker,
    HandlerContract,
    Outcome,
    ServiceCall,
)
from gateway.domain.telecom.msisdn import Msisdn
from gateway.use_cases.handler_calls.guard_with_breaker import GuardWithBreaker
from gateway.use_cases.ports import Count
from tests.clock import FixedClock
from tests.session_samples import KEYRING

BREAKER = Breaker(failures=2, window_seconds=60, rest_seconds=30)
PLAIN = HandlerContract(outcomes={}, needs=("tank",), breaker=BREAKER)


class BackEnd:
    """Fits the `HandlerRunner` and `Contracts` ports: fails with `failure`, else counts up."""

    def __init__(self) -> None:
        self.asked = 0
        self.failure: ServiceFailed | None = None
        self.declared: HandlerContract | None = PLAIN

    def run(self, call: ServiceCall, seconds: float) -> Outcome:
        self.asked += 1
        if self.failure is not None:
            raise self.failure
        return Outcome("found", {"level": str(self.asked)})

    def contract(self, call: ServiceCall) -> HandlerContract | None:
        return self.declared


class Guarded:
    """A guarded back end on a real Redis."""

    def __init__(self, url: str, clock: FixedClock) -> None:
        self.clock, self.url, self.back_end = clock, url, BackEnd()
        self.counters = MemoryCounters()
        link = RedisLink(url)
        self.guard = GuardWithBreaker(
            runner=self.back_end,
            contracts=self.back_end,
            breakers=RedisBreakers(link, clock.monotonic, clock),
            kept=RedisAnswers(link, KEYRING),
            keyring=KEYRING,
            counters=self.counters,
            clock=clock,
        )

    def level(self, tank: str = "117", seconds: float = 5.0, **changes: object) -> object:
        """Returns the value that a call gave."""
        return self.guard.run(replace(call_of(tank), **changes), seconds).values["level"]  # type: ignore[arg-type]

    def fails(
        self, failure: ServiceFailed, times: int = 1, seconds: float = 5.0, tank: str = "117"
    ) -> None:
        """Makes calls that fail."""
        self.back_end.failure = failure
        for _ in range(times):
            with pytest.raises(ServiceFailed):
                self.guard.run(call_of(tank), seconds)
        self.back_end.failure = None


def call_of(tank: str = "117") -> ServiceCall:
    """Returns a call."""
    return ServiceCall(
        handler="call:tanks",
        answers={"tank": tank, "other": "x"},
        language="en",
        subscriber=Msisdn("+999700000123"),
        key="k",
        at=FixedClock().now(),
    )


@pytest.fixture
def guarded(valkey: str, clock: FixedClock) -> Guarded:
    return Guarded(valkey, clock)


@pytest.mark.parametrize(
    ("failure", "came_to"),
    [
        (HandlerFailed("It failed."), "failed"),
        (DeadlineExceeded("Too late."), "too_slow"),
        (FaultyAnswer("'level' is too long."), "faulty"),
    ],
)
def test_a_back_end_that_fails_is_left_alone(
    failure: ServiceFailed, came_to: str, guarded: Guarded
) -> None:
    guarded.fails(failure, times=2)

    with pytest.raises(BreakerOpen, match="'call:tanks' failed too often"):
        guarded.level()

    assert 2 == guarded.back_end.asked
    refused = Count("back_end_refused", (("back_end", "call:tanks"),))
    calls = Count("back_end_calls", (("back_end", "call:tanks"), ("outcome", came_to)))
    assert {refused: 1, calls: 2} == guarded.counters.snapshot()


NOTHING_TOLD = [
    (NoRoom("No thread."), 5.0),
    (OwnStoreAway("Our own database does not answer."), 5.0),
    (TooOften("One subscriber, again and again."), 5.0),
    (DeadlineExceeded("Hardly any time was left."), 0.9),
]


@pytest.mark.parametrize(("failure", "seconds"), [(Misunderstood("Not so."), 5.0), *NOTHING_TOLD])
def test_what_is_not_its_fault_does_not_count(
    failure: ServiceFailed, seconds: float, guarded: Guarded
) -> None:
    guarded.fails(failure, times=5, seconds=seconds)

    assert "6" == guarded.level()


def test_after_its_rest_it_is_asked_again_and_serves_everybody(guarded: Guarded) -> None:
    guarded.fails(HandlerFailed("It failed."), times=2)
    guarded.clock.advance(31)

    assert ["3", "4"] == [guarded.level(), guarded.level()]


@pytest.mark.parametrize(("failure", "seconds"), NOTHING_TOLD)
def test_a_call_that_finds_out_nothing_leaves_it_to_the_next(
    failure: ServiceFailed, seconds: float, guarded: Guarded
) -> None:
    guarded.fails(HandlerFailed("It failed."), times=2)
    guarded.clock.advance(31)

    guarded.fails(failure, seconds=seconds)

    assert ["4", "5"] == [guarded.level(), guarded.level()]


def test_a_call_that_finds_out_nothing_opens_nothing(guarded: Guarded) -> None:
    guarded.fails(HandlerFailed("It failed."), times=2)
    guarded.clock.advance(31)
    guarded.fails(NoRoom("No thread."))
    guarded.fails(HandlerFailed("It failed."))

    with pytest.raises(BreakerOpen):
        guarded.level()


def test_a_call_without_time_is_not_counted(guarded: Guarded) -> None:
    guarded.fails(DeadlineExceeded("No time."), times=5, seconds=0.0)

    assert "6" == guarded.level()


def test_an_answer_is_used_again_for_a_while(guarded: Guarded) -> None:
    guarded.back_end.declared = replace(PLAIN, cache_seconds=60)

    levels = [guarded.level(), guarded.level()]
    guarded.clock.advance(59)
    levels.append(guarded.level())
    guarded.clock.advance(1)
    levels.append(guarded.level())

    assert ["1", "1", "1", "2"] == levels


def test_without_a_cache_every_call_is_made(guarded: Guarded) -> None:
    assert ["1", "2"] == [guarded.level(), guarded.level()]


def test_only_the_same_question_gets_the_same_answer(guarded: Guarded) -> None:
    guarded.back_end.declared = replace(PLAIN, cache_seconds=60)
    other = Msisdn("+999700000456")

    levels = [
        guarded.level(),
        guarded.level("118"),
        guarded.level(language="sw"),
        guarded.level(release="r2"),
        guarded.level(handler="call:wells"),
        guarded.level(subscriber=other),
        guarded.level(answers={"tank": "117", "other": "y"}),
    ]

    assert ["1", "2", "3", "4", "5", "6", "1"] == levels


def test_an_answer_for_everybody_is_shared(guarded: Guarded) -> None:
    guarded.back_end.declared = replace(PLAIN, cache_seconds=60, by_subscriber=False)

    assert ["1", "1"] == [guarded.level(), guarded.level(subscriber=Msisdn("+999700000456"))]


def test_the_last_answer_stands_in_with_its_time(guarded: Guarded) -> None:
    guarded.back_end.declared = replace(PLAIN, keep_last=True)
    known_at = guarded.clock.now()
    guarded.level()
    guarded.clock.advance(3600)
    guarded.fails(HandlerFailed("It failed."), times=2, tank="118")

    outcome = guarded.guard.run(call_of(), 5)

    assert Outcome("found", {"level": "1"}, known_at) == outcome
    assert outcome == guarded.guard.without_asking(call_of())
    with pytest.raises(BreakerOpen):
        guarded.level("118")


@pytest.mark.parametrize(
    "failure",
    [
        HandlerFailed("It failed."),
        DeadlineExceeded("Too late."),
        NoRoom("No thread."),
        OwnStoreAway("Our own database does not answer."),
    ],
)
def test_the_last_answer_stands_in_at_the_first_failure(
    failure: ServiceFailed, guarded: Guarded
) -> None:
    guarded.back_end.declared = replace(PLAIN, keep_last=True)
    known_at = guarded.clock.now()
    guarded.level()
    guarded.clock.advance(60)
    guarded.back_end.failure = failure

    assert Outcome("found", {"level": "1"}, known_at) == guarded.guard.run(call_of(), 5)
    with pytest.raises(type(failure)):
        guarded.level("118")  # nothing is known of this one


@pytest.mark.parametrize("failure", [Misunderstood("Not so."), TooOften("Again and again.")])
def test_no_earlier_answer_stands_in_for_a_refusal(
    failure: ServiceFailed, guarded: Guarded
) -> None:
    guarded.back_end.declared = replace(PLAIN, keep_last=True)
    guarded.level()

    guarded.fails(failure)


def test_without_keep_last_a_failure_is_a_failure(guarded: Guarded) -> None:
    guarded.back_end.declared = replace(PLAIN, cache_seconds=1)
    guarded.level()
    guarded.clock.advance(2)

    guarded.fails(HandlerFailed("It failed."))


def test_who_meets_a_service_that_is_closed_is_counted(guarded: Guarded) -> None:
    assert not guarded.guard.refuses(())
    assert not guarded.guard.refuses(["call:tanks", "call:wells"])
    guarded.fails(HandlerFailed("It failed."), times=2)

    assert guarded.guard.refuses(["call:tanks"])
    refused = Count("back_end_refused", (("back_end", "call:tanks"),))
    assert 1 == guarded.counters.snapshot()[refused]


def test_a_fresh_answer_carries_no_time(guarded: Guarded) -> None:
    guarded.back_end.declared = replace(PLAIN, keep_last=True, cache_seconds=60)

    assert guarded.guard.run(call_of(), 5).known_at is None
    assert guarded.guard.run(call_of(), 5).known_at is None


def test_what_is_kept_is_sealed(guarded: Guarded) -> None:
    guarded.back_end.declared = replace(PLAIN, keep_last=True)
    guarded.level("10231456")
    link = RedisLink(guarded.url)

    (key,) = link.call("KEYS", "answer:*")
    stored = key + link.call("GET", key)

    assert b"10231456" not in stored
    assert b"found" not in stored
    week = timedelta(days=7).total_seconds() * 1000
    assert week - 60_000 < link.call("PTTL", key) <= week


def test_an_answer_that_cannot_be_read_is_asked_for_again(guarded: Guarded) -> None:
    guarded.back_end.declared = replace(PLAIN, cache_seconds=60)
    guarded.level()
    link = RedisLink(guarded.url)
    (key,) = link.call("KEYS", "answer:*")
    link.call("SET", key, b"written by another version")

    assert "2" == guarded.level()


def test_without_redis_every_call_is_made(clock: FixedClock) -> None:
    guarded = Guarded("unix:///nowhere/valkey.sock", clock)
    guarded.back_end.declared = replace(PLAIN, cache_seconds=60, keep_last=True)

    assert ["1", "2"] == [guarded.level(), guarded.level()]


def test_what_nobody_declared_is_only_handed_on(guarded: Guarded) -> None:
    guarded.back_end.declared = None

    assert "1" == guarded.level()
    assert guarded.guard.without_asking(call_of()) is None
