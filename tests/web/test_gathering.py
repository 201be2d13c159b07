"""What is gathered is handed over whole, in its order, and nobody who comes alone waits."""

from __future__ import annotations

import threading
from collections.abc import Sequence

from gateway.web.front.gathering import MOST, Gathering
from tests.polling import eventually


class Taken:
    """What a gathering hands over; the first stays in hand until `go_on` is set."""

    def __init__(self) -> None:
        self.begun, self.go_on = threading.Event(), threading.Event()
        self.batches: list[list[int]] = []

    def __call__(self, batch: Sequence[int]) -> None:
        self.batches.append(list(batch))
        self.begun.set()
        assert self.go_on.wait(30)

    @property
    def number(self) -> int:
        return sum(len(batch) for batch in self.batches)


def test_what_comes_while_one_is_in_hand_is_taken_at_once_and_in_order() -> None:
    taken = Taken()
    gathering = Gathering[int](taken, "gathering")

    gathering.put(0)
    assert taken.begun.wait(30)
    for number in range(1, 100):
        gathering.put(number)
    taken.go_on.set()

    eventually(lambda: taken.number == 100)
    assert [[0], list(range(1, 100))] == taken.batches


def test_no_more_are_taken_at_once_than_one_commit_should_hold() -> None:
    taken = Taken()
    gathering = Gathering[int](taken, "gathering")

    gathering.put(0)
    assert taken.begun.wait(30)
    for number in range(1, MOST + 11):
        gathering.put(number)
    taken.go_on.set()

    eventually(lambda: taken.number == MOST + 11)
    assert [1, MOST, 10] == [len(batch) for batch in taken.batches]


def test_it_goes_on_after_a_mistake() -> None:
    met: list[int] = []

    def stumbles(batch: Sequence[int]) -> None:
        met.extend(batch)
        raise ValueError("A mistake.")

    gathering = Gathering[int](stumbles, "gathering")
    gathering.put(1)
    eventually(lambda: met == [1])
    gathering.put(2)

    eventually(lambda: met == [1, 2])
