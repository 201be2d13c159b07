"""What may hang is read once at a time, and nobody waits for it longer than they have patience."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator

import pytest

from gateway.adapters.threads.in_time import InTime
from tests.clock import FixedClock


class Store:
    """Answers with the number of the question; hangs while it is told to."""

    def __init__(self) -> None:
        self.asked = 0
        self.answers = threading.Event()
        self.answers.set()

    def read(self) -> int:
        self.asked += 1
        number = self.asked
        assert self.answers.wait(60)
        return number


@pytest.fixture
def store() -> Iterator[Store]:
    made = Store()
    yield made
    made.answers.set()


def test_what_was_read_is_kept_for_a_moment(store: Store, clock: FixedClock) -> None:
    reading = InTime(store.read, clock.monotonic, name="store", patience=60, kept=1.0)

    assert [1, 1, 1] == [reading() for _ in range(3)]
    clock.advance(1.0)
    assert 2 == reading()


def test_a_store_that_hangs_is_asked_once_however_many_want_to_know(
    store: Store, clock: FixedClock
) -> None:
    store.answers.clear()
    reading = InTime(store.read, clock.monotonic, name="store", patience=0.05)

    assert [None] * 5 == [reading() for _ in range(5)]
    clock.advance(3600)
    assert reading() is None  # at once: it has had its time
    assert 1 == store.asked

    store.answers.set()
    first = reading.begin()
    assert first.done.wait(60)
    clock.advance(1.0)
    reading.begin().done.wait(60)
    assert 2 == reading()


def test_those_who_come_meanwhile_get_the_answer_of_the_reading_on_its_way(
    store: Store, clock: FixedClock
) -> None:
    store.answers.clear()
    reading = InTime(store.read, clock.monotonic, name="store", patience=60)
    reading.begin()
    found: list[int | None] = []
    threads = [threading.Thread(target=lambda: found.append(reading())) for _ in range(8)]
    for thread in threads:
        thread.start()
    store.answers.set()
    for thread in threads:
        thread.join()

    assert [1] * 8 == found


def test_what_cannot_be_read_is_nothing_and_is_told_without_its_words(
    clock: FixedClock, caplog: pytest.LogCaptureFixture
) -> None:
    def broken() -> int:
        raise ValueError("+254711000001")

    reading = InTime(broken, clock.monotonic, name="store", patience=60)
    with caplog.at_level(logging.WARNING):
        assert reading() is None

    (record,) = caplog.records
    assert record.message.startswith("Reading store failed: ValueError\n")
