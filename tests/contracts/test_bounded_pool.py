"""Threads for work that nobody waits for: bounded, finished before the end, and never silent."""

from __future__ import annotations

import threading
from contextvars import ContextVar

import pytest

from gateway.adapters.threads.bounded_pool import BoundedPool
from tests.polling import PATIENCE_SECONDS

NAME: ContextVar[str] = ContextVar("name", default="")


def test_what_was_taken_is_done_before_it_is_closed_and_nothing_is_taken_after() -> None:
    done: list[str] = []
    pool = BoundedPool("t", threads=1, most=20, failed=lambda error: None)

    for number in range(20):
        assert pool.take(lambda number=number: done.append(str(number)))  # type: ignore[misc]
    pool.close()

    assert [str(number) for number in range(20)] == done
    with pytest.raises(RuntimeError):
        pool.take(lambda: None)


def test_beyond_its_room_nothing_is_taken_until_a_piece_is_done() -> None:
    go_on, failures = threading.Event(), list[Exception]()
    pool = BoundedPool("t", threads=1, most=2, failed=failures.append)

    taken = [pool.take(lambda: go_on.wait(PATIENCE_SECONDS)) for _ in range(3)]
    go_on.set()
    pool.close()

    assert [True, True, False] == taken


def test_what_fails_is_told_and_makes_room() -> None:
    failures = list[Exception]()
    pool = BoundedPool("t", threads=1, most=1, failed=failures.append)

    def fail() -> None:
        raise ValueError

    for _ in range(2):
        assert pool.take(fail)
        assert pool.wait(PATIENCE_SECONDS)
    pool.close()

    assert [ValueError] * 2 == [type(each) for each in failures]
    assert 0 == pool.in_hand


def test_it_is_done_in_the_context_of_whoever_gave_it() -> None:
    seen: list[str] = []
    pool = BoundedPool("t", threads=1, most=2, failed=lambda error: None)

    NAME.set("request-1")
    pool.take(lambda: seen.append(NAME.get()))
    NAME.set("request-2")
    pool.close()

    assert ["request-1"] == seen
