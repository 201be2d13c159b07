"""What is remembered of a subscriber: language and consents, on both databases."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import Engine

from gateway.adapters.sql.sms.outbox import SqlOutbox
from gateway.adapters.sql.sms.subscribers import SqlSubscribers
from gateway.adapters.system.keyring import Keyring
from gateway.domain.telecom.consent import EVERYTHING, ConsentState
from gateway.domain.telecom.msisdn import Msisdn
from gateway.use_cases.ports import ConsentChange
from tests.clock import FixedClock
from tests.consents import stops_of

KEYRING = Keyring(bytes(range(32)))
NUMBER = Msisdn("+999700000001")
OTHER_NUMBER = Msisdn("+999700000002")
IN, OUT = ConsentState.OPTED_IN, ConsentState.OPTED_OUT


@pytest.fixture
def subscribers(database: Engine) -> SqlSubscribers:
    return SqlSubscribers(database, KEYRING)


@pytest.fixture
def outbox(database: Engine) -> SqlOutbox:
    return SqlOutbox(database, KEYRING)


def change(state: ConsentState, topic: str = EVERYTHING, msisdn: Msisdn = NUMBER) -> ConsentChange:
    return ConsentChange(msisdn=msisdn, topic=topic, state=state, source="SMS")


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


@pytest.mark.parametrize(
    ("changes", "stopped"),
    [
        pytest.param([], set(), id="nothing said"),
        pytest.param([change(OUT)], {EVERYTHING}, id="stop"),
        pytest.param([change(OUT), change(IN)], set(), id="stop then start"),
        pytest.param([change(IN), change(OUT)], {EVERYTHING}, id="start then stop"),
        pytest.param([change(OUT), change(OUT)], {EVERYTHING}, id="stop twice"),
        pytest.param([change(OUT, "a"), change(OUT, "b")], {"a", "b"}, id="two topics"),
        pytest.param([change(OUT, "a"), change(IN, "b")], {"a"}, id="one topic of two"),
        pytest.param([change(OUT, msisdn=OTHER_NUMBER)], set(), id="someone else"),
        pytest.param([change(IN)], set(), id="start alone"),
    ],
)
@pytest.mark.parametrize("together", [True, False], ids=["one batch", "one by one"])
def test_what_was_said_last_counts(
    subscribers: SqlSubscribers,
    outbox: SqlOutbox,
    clock: FixedClock,
    changes: list[ConsentChange],
    stopped: set[str],
    together: bool,
) -> None:
    batches = [changes] if together else [[each] for each in changes]
    for batch in batches:
        subscribers.change_consents(batch, clock.advance(1))

    topics = stops_of(outbox, NUMBER)

    assert stopped == set(topics.get(NUMBER, frozenset()))


def test_a_stop_that_arrives_late_does_not_undo_a_newer_start(
    subscribers: SqlSubscribers, outbox: SqlOutbox, clock: FixedClock
) -> None:
    earlier = clock.now()
    subscribers.change_consents([change(IN)], clock.advance(60))
    subscribers.change_consents([change(OUT)], earlier)

    assert {} == stops_of(outbox, NUMBER)


def test_many_subscribers_are_asked_about_at_once(
    subscribers: SqlSubscribers, outbox: SqlOutbox, clock: FixedClock
) -> None:
    numbers = [Msisdn(f"+99970000{number:04}") for number in range(500)]
    subscribers.change_consents([change(OUT, msisdn=each) for each in numbers[::2]], clock.now())

    stopped = stops_of(outbox, *numbers)

    assert set(numbers[::2]) == set(stopped)
