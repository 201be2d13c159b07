"""The language of a subscriber, on both databases."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import Engine

from gateway.adapters.sql.sms.subscribers import SqlSubscribers
from gateway.adapters.system.keyring import Keyring
from gateway.domain.telecom.msisdn import Msisdn
from tests.clock import FixedClock

KEYRING = Keyring(bytes(range(32)))
NUMBER = Msisdn("+999700000001")
OTHER_NUMBER = Msisdn("+999700000002")


@pytest.fixture
def subscribers(database: Engine) -> SqlSubscribers:
    return SqlSubscribers(database, KEYRING)


def test_a_language_is_empty_until_it_is_chosen(
    subscribers: SqlSubscribers, clock: FixedClock
) -> None:
    before = subscribers.language(NUMBER)
    subscribers.choose_language(NUMBER, "sw", clock.now())

    assert ("", "sw") == (before, subscribers.language(NUMBER))
    assert "" == subscribers.language(OTHER_NUMBER)


def test_the_last_choice_counts_in_whatever_order_it_arrives(
    subscribers: SqlSubscribers, clock: FixedClock
) -> None:
    earlier = clock.now()
    subscribers.choose_language(NUMBER, "sw", clock.advance(1))
    subscribers.choose_language(NUMBER, "am", earlier)
    kept = subscribers.language(NUMBER)
    subscribers.choose_language(NUMBER, "fr", clock.advance(1))

    assert ("sw", "fr") == (kept, subscribers.language(NUMBER))


def test_a_language_that_was_used_counts_until_one_is_chosen(
    subscribers: SqlSubscribers, clock: FixedClock
) -> None:
    subscribers.use_language(NUMBER, "fr", clock.now())
    used = subscribers.language(NUMBER)
    subscribers.use_language(NUMBER, "am", clock.advance(1))
    used_last = subscribers.language(NUMBER)
    subscribers.choose_language(NUMBER, "sw", clock.advance(1))
    subscribers.use_language(NUMBER, "en", clock.advance(1))

    assert ("fr", "am", "sw") == (used, used_last, subscribers.language(NUMBER))
    assert "" == subscribers.language(OTHER_NUMBER)


def test_choices_at_the_same_moment_do_not_collide(
    subscribers: SqlSubscribers, clock: FixedClock
) -> None:
    barrier = threading.Barrier(4)
    done: list[int] = []

    def choose() -> None:
        barrier.wait()
        subscribers.choose_language(NUMBER, "sw", clock.now())
        done.append(1)

    threads = [threading.Thread(target=choose) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert 4 == len(done)
    assert "sw" == subscribers.language(NUMBER)
