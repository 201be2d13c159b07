"""Which call a handler is answering: for the note of who has looked at a subscriber's rows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from gateway.domain.service_call import ServiceCall

_current: ContextVar[ServiceCall | None] = ContextVar("call", default=None)


def current_call() -> ServiceCall | None:
    """Returns the call that this thread is answering, or None outside of a handler."""
    return _current.get()


@contextmanager
def answering(call: ServiceCall) -> Iterator[None]:
    """Says for a while which call is answered."""
    token = _current.set(call)
    try:
        yield
    finally:
        _current.reset(token)
