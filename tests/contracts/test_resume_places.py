"""One contract for the places to which dropped sessions can come back, in every store."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Protocol

import pytest

from gateway.adapters.memory.sessions import MemorySessions
from gateway.adapters.redis.dropped_sessions import RedisDroppedSessions
from gateway.adapters.redis.link import RedisLink
from gateway.adapters.redis.sessions import RedisSessions
from gateway.domain.dialogue.session import Offer, StoredTurn
from gateway.domain.faults_and_errors.errors import StoreUnavailable
from gateway.use_cases.ports import DroppedSessions, ResumePlace, Sessions
from tests.clock import FixedClock
from tests.session_samples import KEY, KEYRING, OTHER_KEY, RECORD, SUBSCRIBER, turn

AT = datetime(2026, 11, 23, 8, 3, tzinfo=UTC)
SECOND = timedelta(seconds=1)
OTHER_SUBSCRIBER = b"t" * 16


class Stores(Protocol):
    """A store of sessions, and the list of drops that belongs to it."""

    sessions: Sessions
    drops: DroppedSessions


class InRedis:
    def __init__(self, url: str) -> None:
        link = RedisLink(url)
        self.sessions, self.drops = (
            RedisSessions(link, KEYRING),
            RedisDroppedSessions(link, KEYRING),
        )


class InMemory:
    def __init__(self, clock: FixedClock) -> None:
        self.sessions = self.drops = MemorySessions(clock)


@pytest.fixture(params=["redis", "memory"])
def stores(request: pytest.FixtureRequest, clock: FixedClock) -> Stores:
    if request.param == "memory":
        return InMemory(clock)
    return InRedis(request.getfixturevalue("valkey"))


def saves(
    stores: Stores,
    kept: StoredTurn,
    keep_seconds: float | None,
    nudge_at: datetime | None = None,
    *,
    key: bytes = KEY,
    subscriber: bytes = SUBSCRIBER,
) -> bool:
    """Stores a turn after the one that is there."""
    token = stores.sessions.load(key, subscriber, "ke").token
    place = ResumePlace(subscriber=subscriber, keep_seconds=keep_seconds, nudge_at=nudge_at)
    return stores.sessions.save(key, token, kept, 180.0, RECORD, comeback=place)


def dropped(stores: Stores, subscriber: bytes = SUBSCRIBER) -> StoredTurn | None:
    """Returns what a new session of the subscriber may go on with."""
    return stores.sessions.load(b"new" * 5 + b"!", subscriber, "ke").dropped


def test_a_new_session_finds_the_newest_turn_of_the_one_before(stores: Stores) -> None:
    saves(stores, turn(3), 1800)
    saves(stores, turn(8), 1800)

    assert turn(8) == dropped(stores)
    assert stores.sessions.load(OTHER_KEY, SUBSCRIBER, "ke").has_dropped


def test_a_running_session_is_not_told_what_it_could_go_on_with(stores: Stores) -> None:
    saves(stores, turn(8), 1800)

    loaded = stores.sessions.load(KEY, SUBSCRIBER, "ke")

    assert (turn(8), None, True) == (loaded.kept, loaded.dropped, loaded.has_dropped)


def test_a_subscriber_is_forgotten_with_language_place_and_drop(stores: Stores) -> None:
    for subscriber, key in ((SUBSCRIBER, KEY), (OTHER_SUBSCRIBER, OTHER_KEY)):
        saves(stores, turn(8), 1800, AT, key=key, subscriber=subscriber)
        stores.sessions.remember_language(subscriber, "sw")

    stores.sessions.forget(SUBSCRIBER)

    loaded = stores.sessions.load(b"new" * 5 + b"!", SUBSCRIBER, "ke")
    assert (None, None, False) == (loaded.language, loaded.dropped, loaded.has_dropped)
    assert [OTHER_SUBSCRIBER] == [drop.subscriber for drop in stores.drops.due(AT, 10)]
    assert turn(8) == dropped(stores, OTHER_SUBSCRIBER)


@pytest.mark.parametrize(("keep_seconds", "expected"), [(0, None), (None, turn(3))])
def test_a_turn_can_forget_the_place_or_leave_it(
    stores: Stores, keep_seconds: float | None, expected: StoredTurn | None
) -> None:
    saves(stores, turn(3), 1800)

    saves(stores, turn(8), keep_seconds)

    assert expected == dropped(stores)


def test_a_turn_of_another_service_does_not_touch_the_place(stores: Stores) -> None:
    saves(stores, turn(3), 1800)
    token = stores.sessions.load(KEY, SUBSCRIBER, "ke").token

    stores.sessions.save(KEY, token, turn(8), 180.0, RECORD)

    assert turn(3) == dropped(stores)


def test_a_turn_that_came_second_changes_no_place(stores: Stores) -> None:
    saves(stores, turn(3), 1800, AT)
    place = ResumePlace(subscriber=SUBSCRIBER, keep_seconds=0)

    saved = stores.sessions.save(KEY, b"", turn(8), 180.0, RECORD, comeback=place)

    assert not saved
    assert turn(3) == dropped(stores)
    assert [AT] == [drop.at for drop in stores.drops.due(AT, 10)]


def test_places_of_subscribers_do_not_mix(stores: Stores) -> None:
    saves(stores, turn(3), 1800)
    saves(stores, turn(8), 1800, key=OTHER_KEY, subscriber=OTHER_SUBSCRIBER)

    assert (turn(3), turn(8)) == (dropped(stores), dropped(stores, OTHER_SUBSCRIBER))


def test_what_is_needed_to_go_on_survives_the_store(stores: Stores) -> None:
    offer = Offer(screen="a.b", fact="2f", code="0c", dialled="31", neutral=True)
    kept = turn()._replace(offer=offer, origin="ab", caller="+999700000123", channel="ke")

    saves(stores, kept, 1800)

    assert kept == dropped(stores)


def test_drops_come_due_by_the_clock_the_oldest_first(stores: Stores) -> None:
    saves(stores, turn(3), 1800, AT + SECOND)
    saves(stores, turn(8), 1800, AT, key=OTHER_KEY, subscriber=OTHER_SUBSCRIBER)

    assert [] == list(stores.drops.due(AT - SECOND, 10))
    assert [OTHER_SUBSCRIBER] == [drop.subscriber for drop in stores.drops.due(AT, 10)]
    due = stores.drops.due(AT + SECOND, 10)
    assert [turn(8), turn(3)] == [drop.kept for drop in due]
    assert 1 == len(stores.drops.due(AT + SECOND, 1))


def test_each_turn_puts_the_drop_off_and_the_last_takes_it_away(stores: Stores) -> None:
    saves(stores, turn(3), 1800, AT)
    saves(stores, turn(8), 1800, AT + SECOND)
    put_off = stores.drops.due(AT, 10)

    saves(stores, turn(11), 0)

    assert [] == list(put_off)
    assert [] == list(stores.drops.due(AT + SECOND, 10))


def test_a_settled_drop_is_gone(stores: Stores) -> None:
    saves(stores, turn(3), 1800, AT)
    (drop,) = stores.drops.due(AT, 10)

    stores.drops.settle(drop)

    assert [] == list(stores.drops.due(AT, 10))


def test_settling_does_not_take_away_the_drop_of_a_later_turn(stores: Stores) -> None:
    saves(stores, turn(3), 1800, AT)
    (drop,) = stores.drops.due(AT, 10)
    saves(stores, turn(8), 1800, AT + SECOND)

    stores.drops.settle(drop)

    assert [AT + SECOND] == [drop.at for drop in stores.drops.due(AT + SECOND, 10)]


def test_a_notice_of_the_end_lets_the_drop_come_earlier(stores: Stores) -> None:
    saves(stores, turn(3), 1800, AT + 60 * SECOND)

    stores.drops.hasten(KEY, SUBSCRIBER, AT)

    assert [AT] == [drop.at for drop in stores.drops.due(AT, 10)]


@pytest.mark.parametrize("nudge_at", [None, AT - SECOND], ids=["ended", "due before"])
def test_a_notice_makes_no_drop_and_puts_none_off(
    stores: Stores, nudge_at: datetime | None
) -> None:
    saves(stores, turn(3), 1800, nudge_at)

    stores.drops.hasten(KEY, SUBSCRIBER, AT)

    assert [nudge_at] * (nudge_at is not None) == [drop.at for drop in stores.drops.due(AT, 10)]


def test_a_notice_about_an_earlier_session_changes_nothing(stores: Stores) -> None:
    saves(stores, turn(3), 1800, AT)
    saves(stores, turn(8), 1800, AT + 60 * SECOND, key=OTHER_KEY)

    stores.drops.hasten(KEY, SUBSCRIBER, AT)

    assert [] == list(stores.drops.due(AT, 10))


def test_a_place_lapses_by_itself(clock: FixedClock, valkey: str) -> None:
    memory, redis = InMemory(clock), InRedis(valkey)
    for stores in (memory, redis):
        saves(stores, turn(), 1800, AT)

    clock.advance(1800)

    assert dropped(memory) is None
    assert [None] == [drop.kept for drop in memory.drops.due(AT, 10)]
    assert 1_790_000 < RedisLink(valkey).call("PTTL", b"back:" + SUBSCRIBER) <= 1_800_000


def test_redis_sees_nothing_of_who_dropped(valkey: str) -> None:
    stores = InRedis(valkey)
    saves(stores, turn()._replace(origin="ab", caller="+999700000123", channel="ke"), 1800, AT)

    link = RedisLink(valkey)
    everything = (
        link.call("GET", b"back:" + SUBSCRIBER) + repr(link.call("ZRANGE", "drops", 0, -1)).encode()
    )

    for text in (b"999700000123", b"tarakimu", b"candidate"):
        assert text not in everything


def test_a_turn_that_nobody_can_read_any_more_is_no_place_to_come_back_to(valkey: str) -> None:
    stores = InRedis(valkey)
    saves(stores, turn(), 1800, AT)
    RedisLink(valkey).call("SET", b"back:" + SUBSCRIBER, b"\0" * 64, "KEEPTTL")

    assert dropped(stores) is None
    assert [None] == [drop.kept for drop in stores.drops.due(AT, 10)]


def test_without_redis_every_call_about_drops_says_so() -> None:
    drops = RedisDroppedSessions(RedisLink("unix:///tmp/no-such-gateway.sock"), KEYRING)

    for call in (
        lambda: drops.due(AT, 10),
        lambda: drops.hasten(KEY, SUBSCRIBER, AT),
    ):
        with pytest.raises(StoreUnavailable):
            call()
