"""Counts add up over all who count, and a lost one costs nothing but itself."""

from __future__ import annotations

import logging

import pytest

from gateway.adapters.redis.counters import Count, RedisCounters
from gateway.adapters.redis.link import RedisLink
from gateway.domain.faults_and_errors.errors import StoreUnavailable


@pytest.fixture
def counters(valkey: str) -> RedisCounters:
    return RedisCounters(RedisLink(valkey))


def test_nothing_was_counted_at_first(counters: RedisCounters) -> None:
    assert counters.snapshot() == {}


def test_counts_add_up_over_all_who_count(valkey: str, counters: RedisCounters) -> None:
    other = RedisCounters(RedisLink(valkey))

    counters.add("turns", channel="ussd")
    other.add("turns", channel="ussd")

    assert counters.snapshot() == {Count("turns", (("channel", "ussd"),)): 2}


def test_labels_are_counted_apart_in_whatever_order_they_come(counters: RedisCounters) -> None:
    counters.add("sent", channel="a", lane="bulk")
    counters.add("sent", lane="bulk", channel="a")
    counters.add("sent", channel="a", lane="reply")
    counters.add("sent")

    assert counters.snapshot() == {
        Count("sent", (("channel", "a"), ("lane", "bulk"))): 2,
        Count("sent", (("channel", "a"), ("lane", "reply"))): 1,
        Count("sent"): 1,
    }


@pytest.mark.parametrize("value", ['a"b', "a,b=c", "{x}", "ማ", ""])
def test_any_text_can_be_a_label(counters: RedisCounters, value: str) -> None:
    counters.add("turns", channel=value)

    assert counters.snapshot() == {Count("turns", (("channel", value),)): 1}


def test_a_lost_count_is_no_fault_and_told_once(caplog: pytest.LogCaptureFixture) -> None:
    counters = RedisCounters(RedisLink("unix:///tmp/no-such-gateway.sock"))

    with caplog.at_level(logging.WARNING):
        counters.add("turns")
        counters.add("turns")

    assert caplog.messages == ["Counts are being lost: code=store_unavailable"]
    with pytest.raises(StoreUnavailable):
        counters.snapshot()


def test_how_many_were_lost_is_told_when_counting_works_again(
    valkey: str, counters: RedisCounters, caplog: pytest.LogCaptureFixture
) -> None:
    link = RedisLink(valkey)
    link.call("SET", "counters", "in the way")
    counters.add("turns")
    counters.add("turns")
    link.call("DEL", "counters")

    with caplog.at_level(logging.WARNING):
        counters.add("turns")

    assert caplog.messages == ["Counts are being lost: code=store_unavailable",
                               "Counting again; lost: 2"]  # fmt: skip
    assert counters.snapshot() == {Count("turns"): 1}
