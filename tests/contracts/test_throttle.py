"""The throttle never lets a channel exceed its limit, and never stops it for good."""

from __future__ import annotations

import itertools
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from gateway.adapters.redis.link import RedisLink
from gateway.adapters.redis.throughput import (
    LATE_SECONDS,
    LEASE_SECONDS,
    SHARE,
    SPARE_SECONDS,
    RedisThrottle,
)
from gateway.domain.faults_and_errors.errors import StoreUnavailable
from gateway.domain.telecom.channel import Channel
from gateway.domain.telecom.sms import Lane
from tests.clock import FixedClock

WINDOW = 1 + SPARE_SECONDS
fresh_channel = (f"channel-{number}" for number in itertools.count())


def channel(per_second: float, name: str = "sms") -> Channel:
    return Channel(name=name, provider="simulator", max_per_second=per_second)


class Line:
    """A channel as its workers see it; `left` is when which segments left, and of which lane.

    Each call leaves at the last moment that its slot allows, or at the first, as it comes.
    """

    def __init__(self, throttle: RedisThrottle, clock: FixedClock, per_second: float) -> None:
        self.throttle, self.clock = throttle, clock
        self.channel = channel(per_second, next(fresh_channel))
        self.left: list[tuple[float, int, Lane]] = []

    def ask(self, lane: Lane, *wanted: int, lateness: float = 0.0) -> float:
        """Sends what may be; returns the seconds until more may be asked for."""
        slots, wait = self.throttle.take(self.channel, lane, wanted)
        for slot, segments in zip(slots, wanted, strict=False):
            self.left.append((slot.at + lateness * (slot.by - slot.at), segments, lane))
        return wait

    def lanes(self) -> Counter[Lane]:
        return Counter(lane for _, _, lane in self.left)

    def most_in_a_second(self) -> int:
        left = sorted(self.left)
        return max(
            sum(segments for at, segments, _ in left if first <= at <= first + 1.0)
            for first, _, _ in left
        )


@pytest.fixture
def throttle(valkey: str, clock: FixedClock) -> RedisThrottle:
    return RedisThrottle(RedisLink(valkey), clock, shares_time=True)


@pytest.fixture
def moments(throttle: RedisThrottle, clock: FixedClock) -> object:
    """Returns in how many seconds each call may leave."""

    def asked(per_second: float, lane: Lane, *wanted: int) -> list[float]:
        slots, _ = throttle.take(channel(per_second), lane, wanted)
        return [round(slot.at - clock.monotonic(), 3) for slot in slots]

    return asked


@pytest.mark.parametrize(
    ("per_second", "lane", "wanted", "expected"),
    [
        (10.0, Lane.REPLY, (1,), [0.0]),
        (10.0, Lane.REPLY, (1,) * 11, [0.0] * 10),
        (10.0, Lane.REPLY, (4, 4, 4), [0.0, 0.0]),
        (10.0, Lane.URGENT, (3, 3, 3, 1, 1), [0.0] * 4),
        (1.0, Lane.REPLY, (1, 1), [0.0]),
        (2.5, Lane.REPLY, (1,) * 5, [0.0] * 2),
        (0.5, Lane.REPLY, (1, 1), [0.0]),
        (2.0, Lane.REPLY, (5, 1), [0.0]),
        (10.0, Lane.BULK, (1,) * 5, [0.0]),
        (100.0, Lane.BULK, (1,) * 20, [0.0, 0.01, 0.021, 0.031, 0.041, 0.051, 0.062, 0.072, 0.082,
                                       0.092]),
        (100.0, Lane.BULK, (4, 4, 4, 4), [0.0, 0.041, 0.082]),
        (10.0, Lane.REPLY, (), []),
    ],
)  # fmt: skip
def test_a_rested_channel_gives_away_what_may_leave_soon(
    moments: object, per_second: float, lane: Lane, wanted: tuple[int, ...], expected: list[float]
) -> None:
    assert expected == moments(per_second, lane, *wanted)


def test_what_takes_more_segments_than_a_second_has_keeps_the_channel_for_as_long(
    throttle: RedisThrottle, clock: FixedClock
) -> None:
    line = Line(throttle, clock, 2)
    line.ask(Lane.REPLY, 6)
    while len(line.left) < 2:
        clock.advance(line.ask(Lane.REPLY, 1))

    assert pytest.approx(3 * WINDOW, abs=0.02) == line.left[1][0] - line.left[0][0]


def test_an_unused_moment_is_somebody_elses(throttle: RedisThrottle) -> None:
    ten = channel(10)
    slots, _ = throttle.take(ten, Lane.REPLY, [4, 6])
    full, _ = throttle.take(ten, Lane.REPLY, [1])
    given_back, _ = throttle.take(ten, Lane.REPLY, [6], slots[1:])

    assert ([], 1) == (full, len(given_back))


def test_who_was_too_late_gets_the_next_moment(throttle: RedisThrottle, clock: FixedClock) -> None:
    line = Line(throttle, clock, 10)
    slots, _ = throttle.take(line.channel, Lane.REPLY, [1])
    throttle.take(line.channel, Lane.REPLY, [1] * 9)
    clock.advance(LATE_SECONDS + 0.001)

    (again,), _ = throttle.take(line.channel, Lane.REPLY, [1], slots, first=True)

    assert slots[0].by < clock.monotonic() == again.at


def test_channels_do_not_share_a_limit(throttle: RedisThrottle) -> None:
    throttle.take(channel(10), Lane.REPLY, [10])

    assert 1 == len(throttle.take(channel(10, "other"), Lane.REPLY, [10])[0])


def test_without_redis_nothing_is_granted(clock: FixedClock) -> None:
    throttle = RedisThrottle(RedisLink("unix:///tmp/no-such-gateway.sock"), clock)

    with pytest.raises(StoreUnavailable):
        throttle.take(channel(10), Lane.REPLY, [1])


@pytest.mark.parametrize("back_seconds", [0.5, 3600.0])
def test_a_clock_that_is_set_back_does_not_stop_the_channel(
    throttle: RedisThrottle, clock: FixedClock, back_seconds: float
) -> None:
    line = Line(throttle, clock, 10)
    line.ask(Lane.REPLY, 10)
    clock.advance(-back_seconds)

    for _ in range(20):
        clock.advance(line.ask(Lane.REPLY, 1))

    assert len(line.left) > 1


def test_the_servers_time_is_used_when_none_is_shared(valkey: str, clock: FixedClock) -> None:
    throttle = RedisThrottle(RedisLink(valkey), clock)

    first = throttle.take(channel(0.01), Lane.REPLY, [1, 1])
    second = throttle.take(channel(0.01), Lane.REPLY, [1])

    assert 1 == len(first[0])
    assert ([], True) == (second[0], 90.0 < second[1] < 100 * WINDOW)


def test_a_channel_at_rest_leaves_nothing_in_redis(valkey: str, throttle: RedisThrottle) -> None:
    throttle.take(channel(10), Lane.REPLY, [3])

    link = RedisLink(valkey)
    assert 0 < link.call("PTTL", "throttle:sms") <= 1000 * WINDOW
    assert 0 < link.call("PTTL", "throttle:lanes:sms") <= 1000 * WINDOW * SHARE


@pytest.mark.parametrize("per_second", [1, 5, 100])
@pytest.mark.parametrize("higher", [Lane.URGENT, Lane.REPLY])
def test_bulk_takes_what_is_left_and_a_tenth_at_least(
    throttle: RedisThrottle, clock: FixedClock, per_second: int, higher: Lane
) -> None:
    line = Line(throttle, clock, per_second)
    step = 0.05
    for _ in range(int({1: 100, 5: 30, 100: 6}[per_second] / step)):
        for lane in (Lane.BULK, higher):
            line.ask(lane, *[1] * per_second)
        clock.advance(step)

    share = line.lanes()[Lane.BULK] / sum(line.lanes().values())
    assert 0.05 < share < 0.2
    assert line.most_in_a_second() <= per_second


@pytest.mark.parametrize("per_second", [5, 50])
def test_urgent_waits_little_behind_a_backlog_of_bulk(
    throttle: RedisThrottle, clock: FixedClock, per_second: int
) -> None:
    line = Line(throttle, clock, per_second)
    waited = []
    for number in range(400):
        line.ask(Lane.BULK, *[1] * per_second)
        if number % 40 == 39:
            began = clock.monotonic()
            while (wait := line.ask(Lane.URGENT, 1)) and line.left[-1][2] is not Lane.URGENT:
                clock.advance(wait)
                line.ask(Lane.BULK, *[1] * per_second)
            waited.append(line.left[-1][0] - began)
        clock.advance(0.02)

    assert max(waited) <= 0.1 + 2 / per_second


def test_a_job_whose_threads_are_all_out_has_time_for_all_of_its_next_calls(
    throttle: RedisThrottle,
) -> None:
    line = channel(10, next(fresh_channel))

    slots, _ = throttle.take(line, Lane.BULK, [2] * 5, at_any_time=True)

    spans = [round(slot.by - slot.at, 3) for slot in slots]
    # Four fifths of the limit; what is above waits for its moment.
    assert [LEASE_SECONDS] * 4 == spans[:4]
    assert [] == [each for each in spans[4:] if each != LATE_SECONDS]


def test_who_waits_behind_a_moment_far_ahead_is_not_told_to_ask_every_millisecond(
    throttle: RedisThrottle, clock: FixedClock
) -> None:
    line = Line(throttle, clock, 10)
    line.ask(Lane.URGENT, 1, 1, 1, 1, 2, 4)
    clock.advance(1e-6)
    while len(line.left) < 7:
        clock.advance(line.ask(Lane.URGENT, 1))

    asked = 0
    while len(line.left) < 8:
        clock.advance(line.ask(Lane.REPLY, 1))
        asked += 1

    assert asked <= 12


def test_a_log_that_was_written_by_others_is_counted_anew(
    throttle: RedisThrottle, valkey: str, clock: FixedClock
) -> None:
    """As where a node of an earlier version sends beside this one, or the lanes were forgotten."""
    line, link = Line(throttle, clock, 10), RedisLink(valkey)
    name = line.channel.name.encode()
    line.ask(Lane.REPLY, *[1] * 4)
    now = int(clock.now().timestamp() * 1e6)
    link.call(b"RPUSH", b"throttle:" + name, f"{now}:3")
    line.ask(Lane.REPLY, *[1] * 10)
    assert 7 == line.most_in_a_second()

    link.call(b"DEL", b"throttle:lanes:" + name)
    line.ask(Lane.REPLY, 1)
    assert 7 == line.most_in_a_second()


@settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    per_second=st.one_of(st.integers(1, 20), st.floats(0.2, 20)),
    steps=st.lists(
        st.tuples(
            st.integers(0, 700_000),
            st.sampled_from(Lane),
            st.lists(st.integers(1, 4), max_size=6),
            st.floats(0, 1),
        ),
        max_size=25,
    ),
)
def test_in_no_second_does_more_leave_than_the_limit_and_waiting_always_helps(
    valkey: str, per_second: float, steps: list[tuple[int, Lane, list[int], float]]
) -> None:
    clock = FixedClock()
    workers = [RedisThrottle(RedisLink(valkey), clock, shares_time=True) for _ in range(3)]
    line = Line(workers[0], clock, per_second)
    limit = max(1, int(per_second))

    for number, (microseconds, lane, wanted, lateness) in enumerate(steps):
        line.throttle = workers[number % 3]
        clock.advance(microseconds / 1e6)
        before = len(line.left)
        wait = line.ask(lane, *wanted, lateness=lateness)
        for _ in range(200):
            if len(line.left) > before or not wanted:
                break
            clock.advance(wait)
            wait = line.ask(lane, wanted[0], lateness=lateness)
        assert len(line.left) > before or not wanted

    whole = [(at, min(segments, limit), lane) for at, segments, lane in line.left]
    line.left = whole or [(0.0, 0, Lane.BULK)]
    assert line.most_in_a_second() <= limit


def test_who_was_too_late_has_time_where_the_channel_has_room(
    throttle: RedisThrottle, clock: FixedClock
) -> None:
    line = channel(10, next(fresh_channel))
    slots, _ = throttle.take(line, Lane.REPLY, [1, 1])
    clock.advance(LATE_SECONDS + 0.001)
    (with_room,), _ = throttle.take(line, Lane.REPLY, [1], slots[:1], first=True)
    filled, _ = throttle.take(line, Lane.REPLY, [1] * 10)
    (without,), _ = throttle.take(line, Lane.REPLY, [1], filled[:1], first=True)

    assert pytest.approx(LEASE_SECONDS) == with_room.by - with_room.at
    assert 8 == len(filled)
    assert pytest.approx(LATE_SECONDS) == without.by - without.at


@settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    per_second=st.integers(1, 20),
    steps=st.lists(
        st.tuples(
            st.integers(0, 700_000),
            st.sampled_from(Lane),
            st.lists(st.integers(1, 4), max_size=6),
            st.floats(0, 1),
            st.booleans(),
            st.booleans(),
        ),
        max_size=25,
    ),
)
@example(
    per_second=14,
    steps=[
        (0, Lane.URGENT, [1, 1, 3], 0.0, False, False),
        (0, Lane.URGENT, [1, 4, 4], 0.0, False, False),
        (0, Lane.REPLY, [1, 1], 0.0, False, True),
    ],
)
def test_those_that_miss_their_moments_do_not_exceed_the_limit_either(
    valkey: str, per_second: int, steps: list[tuple[int, Lane, list[int], float, bool, bool]]
) -> None:
    clock = FixedClock()
    line = Line(RedisThrottle(RedisLink(valkey), clock, shares_time=True), clock, per_second)

    for microseconds, lane, wanted, lateness, misses, whenever in steps:
        clock.advance(microseconds / 1e6)
        slots, _ = line.throttle.take(line.channel, lane, wanted, at_any_time=whenever)
        for slot, segments in zip(slots, wanted, strict=False):
            taken = slot
            if misses:
                clock.advance(max(0.0, slot.by - clock.monotonic()) + 0.001)
                (taken,), _ = line.throttle.take(line.channel, lane, [segments], [slot], first=True)
            at = taken.at + lateness * (taken.by - taken.at)
            line.left.append((at, min(segments, per_second), lane))

    line.left = line.left or [(0.0, 0, Lane.BULK)]
    assert line.most_in_a_second() <= per_second


@pytest.mark.parametrize("per_second", [1, 7, 30, 100])
def test_of_a_backlog_97_percent_of_the_limit_leaves(
    throttle: RedisThrottle, clock: FixedClock, per_second: int
) -> None:
    line = Line(throttle, clock, per_second)
    seconds = max(10, 100 // per_second)
    began = clock.monotonic()
    for _ in range(seconds * 20):
        line.ask(Lane.BULK, *[1] * per_second)
        clock.advance(0.05)

    left = sum(segments for at, segments, _ in line.left if at < began + seconds)
    assert left >= int(0.97 * per_second * seconds)


@pytest.mark.parametrize(
    ("per_second", "works", "pauses"), [(10, 2.0, 0.1), (40, 0.6, 0.06), (100, 2.0, 0.1)]
)
def test_what_a_pause_between_two_jobs_took_is_made_up_for(
    throttle: RedisThrottle, clock: FixedClock, per_second: int, works: float, pauses: float
) -> None:
    line = Line(throttle, clock, per_second)
    began, rounds = clock.monotonic(), int(20 / (works + pauses + 0.1))
    for _ in range(rounds):
        until = clock.monotonic() + works
        while clock.monotonic() < until:
            clock.advance(min(line.ask(Lane.BULK, *[1] * per_second), until - clock.monotonic()))
        # The moments that were given away are used, and then nothing is asked for.
        clock.advance(max(0.0, line.left[-1][0] - clock.monotonic()) + pauses)

    took = line.left[-1][0] - began  # the last pause is not made up for yet
    assert len(line.left) >= 0.97 * per_second * took - 1
    assert line.most_in_a_second() <= per_second
    gaps = [after - before for (before, *_), (after, *_) in itertools.pairwise(sorted(line.left))]
    assert max(gaps) <= 0.2 + 2 / per_second


def test_rest_is_not_made_up_for(throttle: RedisThrottle, clock: FixedClock) -> None:
    line = Line(throttle, clock, 100)
    for _ in range(2):
        line.ask(Lane.BULK, *[1] * 100)
        clock.advance(5.0)
    line.left.clear()
    line.ask(Lane.BULK, *[1] * 100)

    assert 10 == len(line.left)


def test_a_limit_changes_with_the_configuration(throttle: RedisThrottle, clock: FixedClock) -> None:
    line = Line(throttle, clock, 20)
    line.ask(Lane.REPLY, *[1] * 20)
    line.channel = replace(line.channel, max_per_second=5)
    for _ in range(5):
        clock.advance(line.ask(Lane.REPLY, 1))

    assert line.left[-1][0] - line.left[0][0] > 1.0
