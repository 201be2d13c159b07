"""Whether this process was told to stop: it is remembered, and whoever waits is woken."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from queue import Empty, SimpleQueue


class ToldToStop:
    """What SIGTERM and SIGINT have told, while `noted` holds.

    Not a `threading.Event`: a signal may come while the thread that waits holds the event's lock,
    and its handler would wait for that lock for ever. `SimpleQueue.put` may be called so.
    """

    def __init__(self) -> None:
        self._is_told = False
        self._wake_ups: SimpleQueue[None] = SimpleQueue()
        self._raised: type[Exception] | None = None

    def __bool__(self) -> bool:
        return self._is_told

    def tell(self) -> None:
        """Tells it; a signal handler may, too. Raises what `breaks_off` names, once within it."""
        self._is_told = True
        self._wake_ups.put(None)
        raised, self._raised = self._raised, None
        if raised is not None:
            raise raised

    def wait(self, seconds: float) -> bool:
        """Waits, but not longer than until it is told; returns whether it is."""
        if not self._is_told:
            with suppress(Empty):
                self._wake_ups.get(timeout=seconds)
        return self._is_told

    @contextmanager
    def breaks_off(self, error: type[Exception]) -> Iterator[None]:
        """Has this raised out of a wait of somebody else's; at once, where it was told before.

        It is only hastened so: code below may swallow the error, so wait in turns, each in here.
        """
        self._raised = error
        try:
            if self._is_told:
                raise error
            yield
        finally:
            self._raised = None


@contextmanager
def noted(again: Callable[[], None] = lambda: None) -> Iterator[ToldToStop]:
    """Notes the two signals meanwhile; `again` is called for each after the first.

    Call it in the main thread.
    """
    told = ToldToStop()
    with _apart(again) as say:

        def note(*_: object) -> None:
            if told:
                say()
            told.tell()

        numbers = (signal.SIGTERM, signal.SIGINT)
        before = {number: signal.signal(number, note) for number in numbers}
        try:
            yield told
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


@contextmanager
def _apart(then: Callable[[], None]) -> Iterator[Callable[[], None]]:
    """Yields what has something called in a thread; all of it is called before the end.

    A handler must not log: whoever it interrupts may be writing to the same file, and would fail
    of that in the middle of its work.
    """
    asked = SimpleQueue[bool]()

    def each() -> None:
        while asked.get():
            then()

    thread = threading.Thread(target=each, name="told again", daemon=True)
    thread.start()
    try:
        yield lambda: asked.put(True)
    finally:
        asked.put(False)
        thread.join()
