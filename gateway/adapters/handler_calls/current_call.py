"""Which call a handler is answering: for the note of who has looked, and to number its writes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from gateway.domain.handler_contract.service_call import ServiceCall


@dataclass(frozen=True, slots=True)
class _Answering:
    call: ServiceCall
    written: Counter[tuple[str, ...]] = field(default_factory=Counter)


_current: ContextVar[_Answering | None] = ContextVar("call", default=None)


def current_call() -> ServiceCall | None:
    """Returns the call that this thread is answering, or None outside of a handler."""
    answered = _current.get()
    return None if answered is None else answered.call


def times_written(write: tuple[str, ...]) -> int:
    """Returns how often the handler has done a write, told by its words, since it was started."""
    answered = _current.get()
    return 0 if answered is None else answered.written[write]


def count_write(write: tuple[str, ...]) -> None:
    """Notes that the handler has done a write. Outside of a handler nothing is counted."""
    answered = _current.get()
    if answered is not None:
        answered.written[write] += 1


@contextmanager
def answering(call: ServiceCall) -> Iterator[None]:
    """Says for a while which call is answered. Run again, it begins with no write done."""
    token = _current.set(_Answering(call))
    try:
        yield
    finally:
        _current.reset(token)
