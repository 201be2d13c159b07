"""Being told to stop is never lost, whatever the process is at when the signal comes."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from types import FrameType
from typing import Any

import pytest

from gateway.adapters.system.processes.told_to_stop import ToldToStop, noted
from tests.polling import PATIENCE_SECONDS

SIGNALS = [signal.SIGTERM, signal.SIGINT]


class _BrokenOff(Exception):
    """What a wait is broken off by."""


def at_instruction(number: int, then: Callable[[], None], run: Callable[[], object]) -> bool:
    """Runs something, and something else before an instruction of it; returns whether it had it."""
    left = number

    def trace(frame: FrameType, event: str, _: object) -> Callable[..., Any]:
        nonlocal left
        frame.f_trace_opcodes = True
        if event == "opcode":
            left -= 1
            if left == 0:
                then()
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        run()
    finally:
        sys.settrace(before)
    return left <= 0


def wherever_it_comes(
    number: signal.Signals, wait: Callable[[ToldToStop], object]
) -> Iterator[ToldToStop]:
    """Yields who was told in a wait: before its first instruction, the second, and so on."""
    instruction, had_it = 0, True
    while had_it:
        instruction += 1
        with noted() as told:
            had_it = at_instruction(
                instruction,
                lambda: signal.raise_signal(number),
                lambda told=told: wait(told),  # type: ignore[misc] # bound at once
            )
            assert had_it == bool(told)
            if had_it:
                yield told
    assert instruction > 10


@pytest.mark.parametrize("number", SIGNALS)
def test_a_wait_ends_wherever_in_it_the_signal_comes(number: signal.Signals) -> None:
    for told in wherever_it_comes(number, lambda told: told.wait(0.001)):
        assert told.wait(PATIENCE_SECONDS)


def test_a_wait_of_somebody_else_is_broken_off_wherever_in_it_the_signal_comes() -> None:
    def wait(told: ToldToStop) -> None:
        with suppress(_BrokenOff), told.breaks_off(_BrokenOff):
            list(range(3))

    for told in wherever_it_comes(signal.SIGTERM, wait):
        signal.raise_signal(signal.SIGTERM)  # the wait is over: nothing is broken off
        with pytest.raises(_BrokenOff), told.breaks_off(_BrokenOff):
            pytest.fail("It was told before.")


def test_outside_of_such_a_wait_nothing_is_raised() -> None:
    with noted() as told:
        with told.breaks_off(_BrokenOff):
            pass
        signal.raise_signal(signal.SIGTERM)

        assert told


def test_who_is_told_again_is_asked_to_say_something() -> None:
    said: list[str] = []
    with noted(lambda: said.append("again")):
        signal.raise_signal(signal.SIGTERM)
        assert [] == said
        signal.raise_signal(signal.SIGINT)

    assert ["again"] == said


def test_what_is_said_then_does_not_meet_who_is_interrupted() -> None:
    """A file refuses what is written to it within a write, by an error in whoever was at it."""
    busy = threading.Lock()

    def say() -> None:
        assert busy.acquire(timeout=PATIENCE_SECONDS)
        said.append("again")
        busy.release()

    said: list[str] = []
    with noted(say), busy:
        signal.raise_signal(signal.SIGTERM)
        signal.raise_signal(signal.SIGTERM)
        assert [] == said

    assert ["again"] == said


def test_a_process_that_was_not_told_waits_and_goes_on() -> None:
    with noted() as told:
        assert not told.wait(0)
        assert not told


@pytest.mark.parametrize("number", SIGNALS)
def test_afterwards_the_signals_mean_what_they_meant(number: signal.Signals) -> None:
    before = signal.getsignal(number)

    with suppress(_BrokenOff), noted():
        assert before != signal.getsignal(number)
        raise _BrokenOff

    assert before == signal.getsignal(number)
