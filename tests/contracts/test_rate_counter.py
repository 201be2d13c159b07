"""How often somebody was heard: in Redis and in this process alike."""

from __future__ import annotations

import pytest

from gateway.adapters.memory.rate_counter import ProcessRateCounter
from gateway.adapters.memory.stores import NoRateCounter
from gateway.adapters.redis.link import RedisLink
from gateway.adapters.redis.rate_counter import RedisRateCounter, arrival_keys
from gateway.use_cases.ports import RateCounter
from tests.clock import FixedClock
from tests.polling import eventually


@pytest.fixture(params=["redis", "memory"])
def arrivals(request: pytest.FixtureRequest, clock: FixedClock) -> RateCounter:
    if request.param == "memory":
        return ProcessRateCounter(clock)
    return RedisRateCounter(RedisLink(request.getfixturevalue("valkey")))


def test_subscriber_and_channel_are_counted_apart(arrivals: RateCounter) -> None:
    assert (1, 1) == arrivals.count("ke", "sms", b"first", 60)
    assert (2, 2) == arrivals.count("ke", "sms", b"first", 60)
    assert (1, 3) == arrivals.count("ke", "sms", b"other", 60)


def test_surfaces_and_channels_do_not_count_for_each_other(arrivals: RateCounter) -> None:
    arrivals.count("ke", "sms", b"first", 60)

    assert (1, 1) == arrivals.count("ke", "ussd", b"first", 60)
    assert (1, 1) == arrivals.count("ug", "sms", b"first", 60)


def test_a_window_ends_and_counts_anew(valkey: str, clock: FixedClock) -> None:
    in_redis, in_process = RedisRateCounter(RedisLink(valkey)), ProcessRateCounter(clock)
    for arrivals in (in_redis, in_process):
        arrivals.count("ke", "sms", b"first", 0.05)
    clock.advance(0.05)

    assert (1, 1) == in_process.count("ke", "sms", b"first", 60)
    link = RedisLink(valkey)
    keys = arrival_keys("ke", "sms", b"first")
    eventually(lambda: link.call(b"EXISTS", *keys) == 0)
    assert (1, 1) == in_redis.count("ke", "sms", b"first", 60)


def test_nothing_is_counted_without_redis_and_where_nobody_floods() -> None:
    unreachable = RedisRateCounter(RedisLink("redis://127.0.0.1:1/0"))

    assert (0, 0) == unreachable.count("ke", "sms", b"first", 60)
    assert (0, 0) == NoRateCounter().count("ke", "sms", b"first", 60)
