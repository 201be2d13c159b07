"""Breakers in Redis: they open after failures, let one call find out, and are shared."""

from __future__ import annotations

import pytest

from gateway.adapters.redis.breakers import FRESH_SECONDS, RedisBreakers
from gateway.adapters.redis.link import RedisLink
from gateway.domain.handler_contract.service_call import Breaker
from gateway.use_cases.ports.calls import BreakerState
from tests.clock import FixedClock

WATER = "call:water"
BREAKER = Breaker(failures=3, window_seconds=60, rest_seconds=30)


class Node:
    """One process; those of one Redis share their breakers."""

    def __init__(self, url: str, clock: FixedClock) -> None:
        self.clock = clock
        self.breakers = RedisBreakers(RedisLink(url), clock.monotonic, clock)

    def fails(self, times: int, every: float = 1.0) -> None:
        """Makes calls that fail."""
        for _ in range(times):
            self.breakers.note(WATER, BREAKER, well=False)
            self.clock.advance(every)

    def calls(self, *, well: bool = True) -> bool:
        """Makes a call, if it is let in."""
        if not self.breakers.admits(WATER, BREAKER):
            return False
        self.breakers.note(WATER, BREAKER, well=well)
        return True

    @property
    def state(self) -> BreakerState:
        """Returns the state of the one back end."""
        return self.breakers.states([WATER])[WATER]


@pytest.fixture
def node(valkey: str, clock: FixedClock) -> Node:
    return Node(valkey, clock)


@pytest.fixture
def other(valkey: str, clock: FixedClock) -> Node:
    return Node(valkey, clock)


@pytest.mark.parametrize(("failures", "let_in"), [(0, True), (2, True), (3, False), (9, False)])
def test_so_many_failures_open_it(failures: int, let_in: bool, node: Node) -> None:
    node.fails(failures)

    assert let_in == node.breakers.admits(WATER, BREAKER)
    assert (not let_in) == node.breakers.refuses([WATER])


def test_one_of_several_is_enough_and_rest_ends_it(node: Node) -> None:
    assert not node.breakers.refuses(["call:wells", WATER])
    node.fails(3)

    assert node.breakers.refuses(["call:wells", WATER])
    assert not node.breakers.refuses(["call:wells"])
    node.clock.advance(30)
    assert not node.breakers.refuses(["call:wells", WATER])


def test_what_is_well_is_not_asked_about_again_for_half_a_second(
    node: Node, other: Node, valkey: str
) -> None:
    link = RedisLink(valkey)
    assert not node.breakers.refuses([WATER])
    before = _commands(link)
    for _ in range(20):
        assert not node.breakers.refuses([WATER])
    assert _commands(link) - before <= 1

    other.fails(3, every=0.0)

    assert not node.breakers.refuses([WATER])
    node.clock.advance(FRESH_SECONDS)
    assert node.breakers.refuses([WATER])


def test_failures_of_long_ago_do_not_count(node: Node) -> None:
    node.fails(2)
    node.clock.advance(60)
    node.fails(2)

    assert node.state is BreakerState.CLOSED


def test_a_success_takes_one_failure_back(node: Node) -> None:
    for _ in range(5):
        node.fails(2)
        assert node.calls()
        assert node.calls()

    assert node.state is BreakerState.CLOSED


def test_a_back_end_that_fails_every_other_time_and_more_is_left_alone(node: Node) -> None:
    for _ in range(3):
        node.fails(2)
        node.calls()

    assert node.state is BreakerState.OPEN


def test_it_opens_for_every_process(node: Node, other: Node) -> None:
    assert other.calls()
    node.fails(2, every=0)
    other.clock.advance(FRESH_SECONDS)
    other.fails(1, every=0)

    assert not node.calls()
    assert not other.calls()


def test_a_process_that_knows_it_to_be_well_learns_within_half_a_second(
    node: Node, other: Node
) -> None:
    assert other.calls()
    node.fails(3, every=0)

    assert other.breakers.admits(WATER, BREAKER)
    other.clock.advance(FRESH_SECONDS)
    assert not other.breakers.admits(WATER, BREAKER)


def test_after_a_rest_one_call_finds_out(node: Node, other: Node) -> None:
    node.fails(3, every=0)
    node.clock.advance(29.9)
    assert not node.breakers.admits(WATER, BREAKER)
    node.clock.advance(0.2)

    assert node.state is BreakerState.HALF_OPEN
    admitted = [each.breakers.admits(WATER, BREAKER) for each in (node, other, node, other)]

    assert [True, False, False, False] == admitted


def test_a_success_of_that_call_shuts_it(node: Node, other: Node) -> None:
    node.fails(3, every=0)
    node.clock.advance(31)

    assert node.calls()

    assert node.state is BreakerState.CLOSED
    assert [True, True] == [other.calls(), other.calls()]


def test_a_failure_of_that_call_leaves_it_alone_for_another_rest(node: Node) -> None:
    node.fails(3, every=0)
    node.clock.advance(31)

    assert node.calls(well=False)

    assert node.state is BreakerState.OPEN
    node.clock.advance(29)
    assert not node.calls()
    node.clock.advance(2)
    assert node.calls()


def test_a_process_that_died_while_finding_out_does_not_shut_the_others_out(
    node: Node, other: Node
) -> None:
    node.fails(3, every=0)
    node.clock.advance(31)
    assert node.breakers.admits(WATER, BREAKER)
    assert not other.breakers.admits(WATER, BREAKER)

    node.clock.advance(61)

    assert other.calls()


def test_a_call_that_began_before_and_ends_well_does_not_shut_it_early(node: Node) -> None:
    node.fails(3, every=0)

    node.breakers.note(WATER, BREAKER, well=True)

    assert node.state is BreakerState.OPEN


def test_each_back_end_has_its_own(node: Node) -> None:
    node.fails(3)

    assert node.breakers.admits("exam_results", BREAKER)
    assert {WATER: BreakerState.OPEN, "exam_results": BreakerState.CLOSED} == (
        node.breakers.states([WATER, "exam_results"])
    )


def test_a_back_end_that_is_well_costs_no_round_trip(node: Node, valkey: str) -> None:
    link = RedisLink(valkey)
    assert node.calls()
    before = _commands(link)

    for _ in range(100):
        assert node.calls()

    assert _commands(link) - before <= 1


def test_without_redis_every_call_is_made(clock: FixedClock) -> None:
    breakers = RedisBreakers(RedisLink("unix:///nowhere/valkey.sock"), clock.monotonic, clock)

    for _ in range(5):
        breakers.note(WATER, BREAKER, well=False)

    assert breakers.admits(WATER, BREAKER)
    assert not breakers.refuses([WATER])


def test_the_time_of_redis_counts_when_no_clock_is_given(valkey: str, clock: FixedClock) -> None:
    breakers = RedisBreakers(RedisLink(valkey), clock.monotonic)
    for _ in range(3):
        breakers.note(WATER, BREAKER, well=False)

    assert breakers.refuses([WATER])
    assert not breakers.admits(WATER, BREAKER)


def _commands(link: RedisLink) -> int:
    told = link.call("INFO", "stats").decode()
    return int(told.partition("total_commands_processed:")[2].split()[0])
