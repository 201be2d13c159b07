"""Nodes say that something waits on their disk; all that send hear it, while it counts."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import redis

from gateway.adapters.memory.stores import NoSpools
from gateway.adapters.redis.link import RedisLink
from gateway.adapters.redis.waiting_spools import SAID_AGAIN_SECONDS, RedisWaitingSpools
from gateway.domain.faults_and_errors.errors import StoreUnavailable
from gateway.domain.retention.what_is_removed import SPOOL_NOTED
from tests.clock import FixedClock


@pytest.fixture
def spools(valkey: str, clock: FixedClock) -> RedisWaitingSpools:
    return RedisWaitingSpools(RedisLink(valkey), clock)


def test_while_nobody_says_so_nothing_waits(spools: RedisWaitingSpools) -> None:
    assert not spools.may_hide_a_stop()
    assert [] == spools.nodes()


def test_what_one_node_says_all_hear_until_it_takes_it_back(
    spools: RedisWaitingSpools, valkey: str, clock: FixedClock
) -> None:
    other = RedisWaitingSpools(RedisLink(valkey), clock)
    for node in ("web-2", "web-1", "web-2"):
        spools.note(node)

    heard = (other.may_hide_a_stop(), other.nodes())
    spools.clear("web-2")
    one_left = other.may_hide_a_stop()
    spools.clear("web-1")
    spools.clear("web-1")

    assert (True, ["web-1", "web-2"]) == heard
    assert one_left
    assert not other.may_hide_a_stop()


def test_a_node_that_is_gone_is_believed_for_a_while_and_no_longer(
    spools: RedisWaitingSpools, clock: FixedClock
) -> None:
    spools.note("web-1")
    clock.advance(60)
    spools.note("web-1")

    clock.advance(SPOOL_NOTED.total_seconds() - 1)
    believed = spools.may_hide_a_stop()
    clock.advance(1)

    assert believed
    assert not spools.may_hide_a_stop()
    assert [] == spools.nodes()


def test_a_redis_that_has_lost_their_word_vouches_for_nothing_at_first(
    spools: RedisWaitingSpools, valkey: str, clock: FixedClock
) -> None:
    with redis.Redis.from_url(valkey) as client:
        client.flushall()

    told = [spools.may_hide_a_stop()]
    clock.advance(SAID_AGAIN_SECONDS - 1)
    told.append(spools.may_hide_a_stop())
    clock.advance(1)
    told.append(spools.may_hide_a_stop())

    assert [True, True, False] == told


def test_in_real_time_it_is_the_same(valkey: str) -> None:
    spools = RedisWaitingSpools(RedisLink(valkey))
    spools.note("web-1")

    assert ["web-1"] == spools.nodes()
    assert spools.may_hide_a_stop()


ASKED: list[Callable[[RedisWaitingSpools], object]] = [
    lambda spools: spools.note("web-1"),
    lambda spools: spools.clear("web-1"),
    lambda spools: spools.nodes(),
    lambda spools: spools.may_hide_a_stop(),
]


@pytest.mark.parametrize("ask", ASKED)
def test_without_redis_nobody_says_that_nothing_waits(
    ask: Callable[[RedisWaitingSpools], object],
) -> None:
    with pytest.raises(StoreUnavailable):
        ask(RedisWaitingSpools(RedisLink("redis://127.0.0.1:1")))


def test_where_something_is_tried_out_nothing_waits() -> None:
    spools = NoSpools()
    spools.note("here")
    spools.clear("here")

    assert ((), False) == (spools.nodes(), spools.may_hide_a_stop())
