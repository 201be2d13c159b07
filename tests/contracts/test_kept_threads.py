"""Threads that are kept: the one that fell idle last works next, and none is begun in vain."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from queue import SimpleQueue

import pytest

from gateway.adapters.threads.kept_threads import KeptThreads
from tests.polling import eventually

ENOUGH = 20.0


class Piece:
    """Work that is done when it is let."""

    def __init__(self) -> None:
        self.by: SimpleQueue[str] = SimpleQueue()
        self.may_end = threading.Event()

    def work(self) -> None:
        self.by.put(threading.current_thread().name)
        assert self.may_end.wait(ENOUGH)

    def begun(self) -> str:
        """Returns the thread that works on it."""
        return self.by.get(timeout=ENOUGH)


@pytest.fixture
def threads_of() -> Iterator[Callable[[int], KeptThreads[Piece]]]:
    """Makes threads, and lets them go."""
    made: list[KeptThreads[Piece]] = []

    def make(size: int) -> KeptThreads[Piece]:
        made.append(KeptThreads(Piece.work, size=size, name=f"kept-{len(made)}"))
        return made[-1]

    yield make
    for each in made:
        each.close()


def idle(threads: KeptThreads[Piece]) -> int:
    return len(threads._idle)


def test_a_piece_is_refused_when_every_thread_works(
    threads_of: Callable[[int], KeptThreads[Piece]],
) -> None:
    threads, pieces = threads_of(2), [Piece() for _ in range(3)]

    assert [True, True, False] == [threads.take(each) for each in pieces]

    for each in pieces:
        each.may_end.set()
    eventually(lambda: idle(threads) == 2)
    assert pieces[2].by.empty()
    assert threads.take(pieces[2])
    pieces[2].begun()


def test_what_may_wait_is_done_in_the_order_in_which_it_came(
    threads_of: Callable[[int], KeptThreads[Piece]],
) -> None:
    threads, pieces = threads_of(1), [Piece() for _ in range(4)]

    assert all(threads.take(each, may_wait=True) for each in pieces)

    for number, each in enumerate(pieces):
        each.begun()
        assert all(later.by.empty() for later in pieces[number + 1 :])
        each.may_end.set()


def test_the_thread_that_fell_idle_last_works_next(
    threads_of: Callable[[int], KeptThreads[Piece]],
) -> None:
    threads, pieces = threads_of(3), [Piece() for _ in range(3)]
    for each in pieces:
        threads.take(each)
        each.begun()
    for number, each in enumerate(pieces, 1):
        each.may_end.set()
        eventually(lambda expected=number: idle(threads) == expected)
    order = list(threads._idle)

    last = Piece()
    threads.take(last)
    last.begun()

    assert threads._idle == order[:-1]
    last.may_end.set()


def test_a_thread_is_begun_only_where_none_is_idle(
    threads_of: Callable[[int], KeptThreads[Piece]],
) -> None:
    threads = threads_of(8)
    for _ in range(5):
        piece = Piece()
        threads.take(piece)
        piece.may_end.set()
        eventually(lambda: idle(threads) == 1)

    assert threads._begun == 1


def test_threads_that_are_let_go_end_also_when_they_were_at_work() -> None:
    ended: SimpleQueue[None] = SimpleQueue()

    def work(piece: Piece) -> None:
        piece.work()
        ended.put(None)

    threads, waits, works = KeptThreads(work, size=2, name="let go"), Piece(), Piece()
    waits.may_end.set()
    threads.take(waits)
    eventually(lambda: len(threads._idle) == 1)
    threads.take(works)
    works.begun()

    threads.close()
    works.may_end.set()

    eventually(lambda: not any(each.name == "let go" for each in threading.enumerate()))


def test_a_machine_without_another_thread_costs_no_place_for_good(
    threads_of: Callable[[int], KeptThreads[Piece]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    threads, pieces = threads_of(2), [Piece() for _ in range(4)]
    for each in pieces:
        each.may_end.set()
    with monkeypatch.context() as without:
        without.setattr(threading.Thread, "start", refused)
        assert not any(threads.take(each, may_wait=True) for each in pieces[:2])

    assert threads.take(pieces[2])
    pieces[2].begun()
    eventually(lambda: idle(threads) == 1)
    assert threads.take(pieces[3])
    pieces[3].begun()


def test_what_may_wait_waits_for_a_thread_when_the_machine_has_no_other(
    threads_of: Callable[[int], KeptThreads[Piece]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    threads, works, waits = threads_of(2), Piece(), Piece()
    threads.take(works)
    works.begun()
    with monkeypatch.context() as without:
        without.setattr(threading.Thread, "start", refused)
        assert not threads.take(waits)
        assert threads.take(waits, may_wait=True)

    works.may_end.set()
    waits.begun()
    waits.may_end.set()


def test_one_that_is_given_up_has_its_place_taken_and_leaves_when_it_ends() -> None:
    threads = KeptThreads(Piece.work, size=1, name="given up", spare=1)
    hangs, works, late = Piece(), Piece(), Piece()
    assert threads.take(hangs)
    hangs.begun()
    assert not threads.take(works)

    assert threads.give_up(hangs, "theirs") == 1
    assert threads.take(works)
    works.begun()
    assert threads.give_up(works, "ours") == 0  # all that are spare work already
    assert not threads.take(late)

    hangs.may_end.set()
    eventually(lambda: threads.given_up("theirs") == 0)
    works.may_end.set()
    eventually(lambda: len(threads._idle) == 1)
    assert threads.give_up(works, "ours") == 0  # it has ended
    threads.close()
    eventually(lambda: not any(each.name == "given up" for each in threading.enumerate()))


def test_work_that_raises_costs_no_thread(caplog: pytest.LogCaptureFixture) -> None:
    def fail(piece: str) -> None:
        raise RuntimeError(piece)

    threads = KeptThreads(fail, size=1, name="stumbles")
    try:
        for _ in range(3):
            eventually(lambda: threads.take("a citizen's words"))
        eventually(lambda: len(caplog.messages) == 3)
    finally:
        threads.close()

    assert "A thread of 'stumbles' stumbled and goes on: RuntimeError" in caplog.messages[0]
    assert "citizen" not in caplog.text
