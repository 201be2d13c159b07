"""Runs handlers in threads, so that a turn can be answered in time whatever its handler does."""

from __future__ import annotations

import logging
import secrets
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from contextvars import Context, copy_context

from gateway.adapters.handler_calls.contract_check import held_to
from gateway.adapters.handler_calls.current_call import answering
from gateway.adapters.system.scrubbed_traceback import trace
from gateway.adapters.threads.kept_threads import KeptThreads
from gateway.domain.faults_and_errors.errors import (
    DeadlineExceeded,
    FaultyAnswer,
    GatewayError,
    HandlerFailed,
    Misunderstood,
    NoRoom,
    NoWayBySms,
    OwnStoreAway,
    ServiceFailed,
    StoreUnavailable,
    TooOften,
)
from gateway.domain.handler_contract.back_end_names import HANDLER, key_and_name
from gateway.domain.handler_contract.service_call import HandlerContract, Outcome, ServiceCall
from gateway.use_cases.ports import Handler, Toolkit
from gateway.use_cases.ports.time_left import seconds_left, within

logger = logging.getLogger(__name__)

#: No two of these are mistaken for each other, read aloud or on a small screen.
_REFERENCE_LETTERS = "34679CDFGHJKMNPQRTVWXY"
_REFERENCE_LENGTH = 8

#: How many times all threads may be replaced that hang, once for each handler that does.
_SPARE = 4

#: Told of a failure: its reference, and its trace without anything of the citizen's.
Report = Callable[[str, str], None]


class _Running:
    """A call on its way through a thread; `done` is released once its outcome or error is there."""

    __slots__ = ("call", "context", "done", "error", "outcome")

    def __init__(self, context: Context, call: ServiceCall) -> None:
        self.context, self.call = context, call
        self.outcome: Outcome | None = None
        self.error: ServiceFailed | None = None
        self.done = threading.Lock()
        self.done.acquire()


class ThreadRunner:
    """Fits the `HandlerRunner` port.

    Its threads live as long as the runner, and at most `size` work for those who wait. One that
    hangs in a handler cannot keep the gateway from stopping, and another works in its place, so
    that the other handlers go on; of one handler `size` may hang, and then it is not called.
    """

    def __init__(
        self,
        handlers: Mapping[str, Handler],
        desk: Toolkit,
        *,
        size: int = 32,
        report: Report | None = None,
        declared: Callable[[ServiceCall], Handler | None] = lambda call: None,
    ) -> None:
        self._handlers = handlers
        self._declared = declared
        self._desk = desk
        self._report = report
        self._size = size
        self._threads = KeptThreads(self._serve, size=size, name="handler", spare=_SPARE * size)

    def run(self, call: ServiceCall, seconds: float) -> Outcome:
        """Returns the outcome.

        Raises DeadlineExceeded after `seconds`, or at once when no thread is free: then others hang
        already, and waiting would use up the web's threads, too; or when too many calls of this
        very handler hang. The handler goes on meanwhile, and its outcome is dropped. Raises
        HandlerFailed, with a reference, when it raises or answers what it did not declare.
        """
        if seconds <= 0:
            raise DeadlineExceeded("No time is left in this turn for a handler.")
        if self._threads.given_up(call.handler) >= self._size:
            raise DeadlineExceeded(f"Handler '{call.handler}' hangs; its last thread is taken.")
        with _within(seconds):
            running = _Running(copy_context(), call)  # its lines carry the request's id
        if not self._threads.take(running):
            raise NoRoom("Every handler thread is taken. See which handlers are slow.")
        if not running.done.acquire(timeout=seconds):
            self._give_up(running)
            raise DeadlineExceeded(f"Handler '{call.handler}' did not answer in time.")
        if running.outcome is None:
            raise running.error or HandlerFailed(f"Handler '{call.handler}' failed.")
        return running.outcome

    def close(self) -> None:
        """Lets the threads go that wait for a call; one that hangs in a handler goes with us."""
        self._threads.close()

    def contract(self, call: ServiceCall) -> HandlerContract | None:
        """Returns what the handler or declared call states, or None when there is none."""
        handler = self._find(call)
        return None if handler is None else handler.contract

    def _give_up(self, running: _Running) -> None:
        handler = running.call.handler
        if self._threads.give_up(running, handler) == self._size:
            logger.error(
                "Handler '%s' hangs: %d of its calls do not end. It is not called until one does. "
                "Bound what it waits for, and start this process again.",
                handler,
                self._size,
            )

    def _find(self, call: ServiceCall) -> Handler | None:
        return self._handlers.get(call.handler) or self._declared(call)

    def _serve(self, running: _Running) -> None:
        try:
            running.outcome = running.context.run(self._outcome, running.call)
        except ServiceFailed as error:
            running.error = error
        finally:
            running.done.release()

    def _outcome(self, call: ServiceCall) -> Outcome:
        try:
            handler = self._find(call)
            if handler is None:
                raise ServiceFailed(f"There is no handler '{call.handler}'.")
            with answering(call):
                outcome = handler.run(call, self._desk)
            return held_to(handler.contract, call.handler, outcome)
        except DeadlineExceeded:
            raise
        except BaseException as error:  # whatever a handler does, the citizen gets a civil answer
            reference = "".join(
                secrets.choice(_REFERENCE_LETTERS) for _ in range(_REFERENCE_LENGTH)
            )
            self._tell(call.handler, reference, error)
            # Without its cause, whose text may be the citizen's.
            raise _kind(error)(f"Handler '{call.handler}' failed.", reference) from None

    def _tell(self, handler: str, reference: str, error: BaseException) -> None:
        # Of a declared call the sentence says it all, and there is no code of the deployment's.
        declared = key_and_name(handler)[0] != HANDLER and isinstance(error, GatewayError)
        failure = str(error) if declared else trace(error)
        logger.error("Handler '%s' failed: reference=%s %s", handler, reference, failure)
        if self._report is not None:
            try:
                self._report(reference, failure)
            except Exception as lost:  # a report that is lost must not cost the answer
                logger.error("Error report %s was lost: %s", reference, trace(lost))


def _within(seconds: float) -> AbstractContextManager[None]:
    """Lets our own stores give up before the handler is given up, where a turn waits.

    What they cannot tell in time is then their fault, and not taken for the handler's.
    """
    if seconds_left() is None:
        return nullcontext()
    until = time.monotonic() + seconds
    return within(lambda: until - time.monotonic())


def _kind(error: BaseException) -> type[HandlerFailed]:
    """Returns as what the failure of a handler counts."""
    match error:
        case Misunderstood():
            return Misunderstood
        case FaultyAnswer():
            return FaultyAnswer
        case StoreUnavailable():
            return OwnStoreAway
        case TooOften():
            return TooOften
        case NoWayBySms():
            return NoWayBySms
        case _:
            return HandlerFailed
