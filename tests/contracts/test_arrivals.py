"""How often somebody was heard: in Redis and in this process alike."""

from __future__ import annotations

import pytest

from gateway.adapters.memory.stores import NoArrivals
from gateway.adapters.redis.link import RedisLink
from gateway.adapters.redis.rate_counter import RedisArrivals
from gateway.use_cases.ports import Arrivals
from tests.clock import FixedClock
from tests.fakes import WindowArrivals
from tests.polling import eventually


@pytest.fixture(params=["redis", "memory"])
def arrivals(request: pytest.FixtureRequest, clock: FixedClock) -> Arrivals:
    if request.param == "memory":
        return WindowArrivals(clock)
    return RedisArrivals(RedisLink(request.getfixturevalue("valkey")))


def test_subscriber_and_channel_are_counted_apart(arrivals: Arrivals) -> None:
    assert (1, 1) == arrivals.count("ke", "sms", b"first", 60)
    assert (2, 2) == arrivals.count("ke", "sms", b"first", 60)
    assert (1, 3) == arrivals.count("ke", "sms", b"other", 60)


def test_surfaces_and_channels_do_not_count_for_each_other(arrivals: Arrivals) -> None:
    arrivals.count("ke", "sms", b"first", 60)

    assert (1, 1) == arrivals.count("ke", "ussd", b"first", 60)
    assert (1, 1) == arrivals.count("ug", "sms", b"first", 60)


def test_a_window_ends_and_counts_anew(valkey: str, clock: FixedClock) -> None:
    in_redis, in_process = RedisArrivals(RedisLink(valkey)), WindowArrivals(clock)
    for arrivals in (in_redis, in_process):
        arrivals.count("ke", "sms", b"first", 0.05)
    clock.advance(0.05)

    assert (1, 1) == in_process.count("ke", "sms", b"first", 60)
    link = RedisLink(valkey)
    eventually(lambda: link.call(b"DBSIZE") == 0)
    assert (1, 1) == in_redis.count("ke", "sms", b"first", 60)


def test_nothing_is_counted_without_redis_and_where_nobody_floods() -> None:
    unreachable = RedisArrivals(RedisLink("redis://127.0.0.1:1/0"))

    assert (0, 0) == unreachable.count("ke", "sms", b"first", 60)
    assert (0, 0) == NoArrivals().count("ke", "sms", b"first", 60)
