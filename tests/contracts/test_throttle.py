"""The throttle never lets a channel exceed its limit, and never stops it for good."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.adapters.redis.link import RedisLink
from gateway.adapters.redis.throughput import RedisThrottle
from gateway.domain.faults_and_errors.errors import StoreUnavailable
from tests.clock import FixedClock

fresh_channel = (f"channel-{number}" for number in itertools.count())


@pytest.fixture
def throttle(valkey: str, clock: FixedClock) -> RedisThrottle:
    return RedisThrottle(RedisLink(valkey), clock)


@pytest.mark.parametrize(
    ("wanted", "per_second", "granted", "wait"),
    [
        (1, 10.0, 1, 0.0),
        (9, 10.0, 9, 0.0),
        (10, 10.0, 10, 1.001),
        (11, 10.0, 10, 1.001),
        (1000, 1.0, 1, 1.001),
        (5, 2.5, 2, 1.001),
        (5, 0.5, 1, 2.001),
        (5, 0.3, 1, 3.335),
        (0, 10.0, 0, 0.0),
    ],
)
def test_a_rested_channel_may_send_its_limit_at_once(
    throttle: RedisThrottle, wanted: int, per_second: float, granted: int, wait: float
) -> None:
    assert throttle.take("sms", wanted, per_second) == (granted, wait)


def test_a_used_up_limit_comes_back_as_it_was_used(
    throttle: RedisThrottle, clock: FixedClock
) -> None:
    throttle.take("sms", 6, 10)
    clock.advance(0.4)

    taken = [throttle.take("sms", 6, 10)]
    clock.advance(0.601)
    taken.append(throttle.take("sms", 10, 10))
    clock.advance(0.4)
    taken.append(throttle.take("sms", 10, 10))

    assert taken == [(4, 0.601), (6, 0.4), (4, 0.601)]


def test_channels_do_not_share_a_limit(throttle: RedisThrottle) -> None:
    throttle.take("sms", 10, 10)

    assert throttle.take("other", 10, 10)[0] == 10


@pytest.mark.parametrize("per_second", [0, -1.0])
def test_a_limit_that_is_none_is_refused(throttle: RedisThrottle, per_second: float) -> None:
    with pytest.raises(ValueError, match="above 0"):
        throttle.take("sms", 1, per_second)


def test_without_redis_nothing_is_granted() -> None:
    throttle = RedisThrottle(RedisLink("unix:///tmp/no-such-gateway.sock"))

    with pytest.raises(StoreUnavailable):
        throttle.take("sms", 1, 10)


@pytest.mark.parametrize("back_seconds", [0.5, 3600.0])
def test_a_clock_that_is_set_back_does_not_stop_the_channel(
    throttle: RedisThrottle, clock: FixedClock, back_seconds: float
) -> None:
    throttle.take("sms", 10, 10)
    clock.advance(-back_seconds)

    granted, wait = throttle.take("sms", 10, 10)
    clock.advance(wait + back_seconds)

    assert wait < 1.1
    assert throttle.take("sms", 1, 10)[0] == 1
    assert granted == (10 if back_seconds > 1 else 0)


def test_the_servers_time_is_used_when_none_is_given(valkey: str) -> None:
    throttle = RedisThrottle(RedisLink(valkey))

    first, second = throttle.take("sms", 3, 0.01), throttle.take("sms", 3, 0.01)

    assert first[0] == 1
    assert second[0] == 0
    assert 90.0 < second[1] <= 100.001


def test_a_channel_at_rest_leaves_nothing_in_redis(valkey: str, throttle: RedisThrottle) -> None:
    throttle.take("sms", 3, 10)

    assert 0 < RedisLink(valkey).call("PTTL", "throttle:sms") <= 1001


@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    per_second=st.one_of(st.integers(1, 20), st.floats(0.2, 20)),
    steps=st.lists(st.tuples(st.integers(0, 700_000), st.integers(0, 12)), max_size=25),
)
def test_in_no_second_is_the_limit_exceeded_and_waiting_always_helps(
    valkey: str, per_second: float, steps: list[tuple[int, int]]
) -> None:
    clock, channel = FixedClock(), next(fresh_channel)
    throttle = RedisThrottle(RedisLink(valkey), clock)
    sent_at: list[float] = []

    for microseconds, wanted in steps:
        clock.advance(microseconds / 1e6)
        granted, wait = throttle.take(channel, wanted, per_second)
        sent_at += [clock.monotonic()] * granted
        if granted < wanted:
            clock.advance(wait)
            granted, _ = throttle.take(channel, 1, per_second)
            assert granted == 1
            sent_at.append(clock.monotonic())

    limit, window = max(1, int(per_second)), max(1.0, 1 / per_second)
    for first, beyond in zip(sent_at, sent_at[limit:], strict=False):
        assert beyond - first >= window - 1e-9
