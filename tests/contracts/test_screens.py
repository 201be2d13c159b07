"""One contract for what knows which screens were handed over in calls of their own."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from gateway.adapters.memory.screens import MemoryScreens
from gateway.adapters.redis.link import RedisLink
from gateway.adapters.redis.screens import MOST_TURNS, RedisScreens
from gateway.domain.faults_and_errors.errors import StoreUnavailable
from gateway.use_cases.ports.ussd import After, Entry, Screens
from tests import servers
from tests.clock import FixedClock
from tests.session_samples import KEY, OTHER_KEY


@pytest.fixture(params=["redis", "memory"])
def screens(request: pytest.FixtureRequest, clock: FixedClock) -> Screens:
    if request.param == "memory":
        return MemoryScreens(clock)
    return RedisScreens(RedisLink(request.getfixturevalue("valkey")), clock)


def enter(
    screens: Screens, name: bytes, claim: bytes, *, begins: bool = False, key: bytes = KEY
) -> Entry:
    return screens.enter(key, name, claim, begins=begins, until=8.0, keep=180.0)


def show(screens: Screens, name: bytes, claim: bytes, after: After = After.SHOWN) -> None:
    assert Entry.OURS is enter(screens, name, claim)
    assert screens.hand_over(KEY, claim)
    screens.settle(KEY, claim, after)


def test_one_turn_after_the_other_is_taken(screens: Screens) -> None:
    show(screens, b"t1", b"a")
    show(screens, b"t2", b"b")

    assert Entry.OURS is enter(screens, b"t3", b"c")


@pytest.mark.parametrize("name", [b"t1", b"t2"])
def test_a_turn_that_was_taken_is_given(screens: Screens, name: bytes) -> None:
    show(screens, b"t1", b"a")
    show(screens, b"t2", b"b")

    assert Entry.GIVEN is enter(screens, name, b"c")


def test_turns_without_a_name_are_taken_as_often_as_they_come(screens: Screens) -> None:
    show(screens, b"", b"a")
    show(screens, b"", b"b")

    assert Entry.OURS is enter(screens, b"", b"c")


@pytest.mark.parametrize("name", [b"t1", b"t2", b""])
def test_while_one_is_answered_no_other_can_be_an_answer_to_it(
    screens: Screens, name: bytes
) -> None:
    enter(screens, b"t1", b"a")

    assert Entry.GIVEN is enter(screens, name, b"b")


@pytest.mark.parametrize(
    ("name", "entry"), [(b"t1", Entry.GIVEN), (b"t2", Entry.BUSY), (b"", Entry.BUSY)]
)
def test_while_a_screen_is_handed_over_its_answer_waits(
    screens: Screens, name: bytes, entry: Entry
) -> None:
    enter(screens, b"t1", b"a")
    screens.hand_over(KEY, b"a")

    assert entry is enter(screens, name, b"b")
    screens.settle(KEY, b"a", After.SHOWN)
    assert (Entry.GIVEN if name == b"t1" else Entry.OURS) is enter(screens, name, b"b")


@pytest.mark.parametrize("handed", [True, False])
@pytest.mark.parametrize("name", [b"t1", b"t2"])
def test_what_a_process_left_that_died_is_lost_once_and_over_then(
    screens: Screens, clock: FixedClock, name: bytes, handed: bool
) -> None:
    enter(screens, b"t1", b"a")
    if handed:
        screens.hand_over(KEY, b"a")
    clock.advance(8.1)

    assert Entry.LOST is enter(screens, name, b"b")
    assert Entry.GIVEN is enter(screens, b"t3", b"c")
    assert not screens.hand_over(KEY, b"a")  # it was only slow: its screen must not follow


def test_a_session_that_was_not_ended_is_lost_with_its_next_turn(screens: Screens) -> None:
    show(screens, b"t1", b"a", After.LOST)

    assert Entry.GIVEN is enter(screens, b"t1", b"b")
    assert Entry.LOST is enter(screens, b"t2", b"c")


def test_nothing_is_taken_after_the_end_but_a_new_beginning(screens: Screens) -> None:
    show(screens, b"t1", b"a", After.OVER)

    assert Entry.GIVEN is enter(screens, b"t2", b"b")
    assert Entry.GIVEN is enter(screens, b"t1", b"c", begins=True)
    assert Entry.OURS is enter(screens, b"t3", b"d", begins=True)


def test_the_same_claim_again_finds_what_it_found(screens: Screens, clock: FixedClock) -> None:
    first = [enter(screens, b"t1", b"a") for _ in range(2)]
    clock.advance(8.1)
    later = [enter(screens, b"t2", b"b") for _ in range(2)]

    assert [Entry.OURS] * 2 == first
    assert [Entry.LOST] * 2 == later


def test_sessions_know_nothing_of_each_other(screens: Screens) -> None:
    show(screens, b"t1", b"a", After.OVER)

    assert Entry.OURS is enter(screens, b"t1", b"b", key=OTHER_KEY)


def test_a_loop_of_machines_ends(screens: Screens) -> None:
    for number in range(MOST_TURNS):
        show(screens, b"t%d" % number, b"c%d" % number)

    assert Entry.LOST is enter(screens, b"one more", b"c")


def test_of_many_at_the_same_moment_one_is_taken(screens: Screens) -> None:
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda n: enter(screens, b"t1", b"c%d" % n), range(40)))

    assert 1 == found.count(Entry.OURS)
    assert 39 == found.count(Entry.GIVEN)


def test_redis_that_was_emptied_has_forgotten_all(valkey: str, clock: FixedClock) -> None:
    screens = RedisScreens(RedisLink(valkey), clock)
    show(screens, b"t1", b"a")
    servers.empty_valkey(valkey)

    assert not screens.hand_over(KEY, b"a")
    assert Entry.OURS is enter(screens, b"t1", b"b")


def test_without_redis_it_says_so(clock: FixedClock) -> None:
    screens = RedisScreens(RedisLink("redis://127.0.0.1:1"), clock)

    with pytest.raises(StoreUnavailable):
        enter(screens, b"t1", b"a")
    with pytest.raises(StoreUnavailable):
        screens.hand_over(KEY, b"a")
    with pytest.raises(StoreUnavailable):
        screens.settle(KEY, b"a", After.SHOWN)
