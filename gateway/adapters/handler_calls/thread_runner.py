"""Runs handlers in threads, so that a turn can be answered in time whatever its handler does."""

from __future__ import annotations

import logging
import secrets
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from contextlib import AbstractContextManager, nullcontext
from contextvars import Context, copy_context
from queue import SimpleQueue

from gateway.adapters.handler_calls.contract_check import held_to
from gateway.adapters.handler_calls.current_call import answering
from gateway.adapters.handler_calls.scrubbed_traceback import trace
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
from gateway.domain.handler_contract.declared_call import PREFIX
from gateway.domain.handler_contract.service_call import HandlerContract, Outcome, ServiceCall
from gateway.use_cases.ports import Handler, Toolkit
from gateway.use_cases.ports.time_left import seconds_left, within

logger = logging.getLogger(__name__)

#: No two of these are mistaken for each other, read aloud or on a small screen.
_REFERENCE_LETTERS = "34679CDFGHJKMNPQRTVWXY"
_REFERENCE_LENGTH = 8

#: Told of a failure: its reference, and its trace without anything of the citizen's.
Report = Callable[[str, str], None]


class ThreadRunner:
    """Fits the `HandlerRunner` port.

    The threads are daemons: one that hangs in a handler cannot keep the gateway from stopping, as
    one of a ThreadPoolExecutor would. They live as long as the runner, and at most `size` exist.
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
        self._calls: SimpleQueue[tuple[Context, ServiceCall, Future[Outcome]] | None] = (
            SimpleQueue()
        )
        self._free = threading.Semaphore(size)
        self._idle = threading.Semaphore(0)
        self._closed = False

    def run(self, call: ServiceCall, seconds: float) -> Outcome:
        """Returns the outcome.

        Raises DeadlineExceeded after `seconds`, or at once when no thread is free: then others hang
        already, and waiting would use up the web's threads, too. The handler goes on meanwhile, and
        its outcome is dropped. Raises HandlerFailed, with a reference, when the handler raises or
        answers what it did not declare.
        """
        if seconds <= 0:
            raise DeadlineExceeded("No time is left in this turn for a handler.")
        if not self._free.acquire(blocking=False):
            raise NoRoom("Every handler thread is taken. See which handlers are slow.")
        if not self._idle.acquire(blocking=False):
            threading.Thread(target=self._serve, name="handler", daemon=True).start()
        future: Future[Outcome] = Future()
        with _within(seconds):
            self._calls.put((copy_context(), call, future))  # its lines carry the request's id
        try:
            return future.result(timeout=seconds)
        except TimeoutError:
            raise DeadlineExceeded(f"Handler '{call.handler}' did not answer in time.") from None

    def close(self) -> None:
        """Lets the threads go that wait for a call; one that hangs in a handler goes with us."""
        self._closed = True  # for a thread that is just about to wait again
        while self._idle.acquire(blocking=False):
            self._calls.put(None)

    def contract(self, call: ServiceCall) -> HandlerContract | None:
        """Returns what the handler or declared call states, or None when there is none."""
        handler = self._find(call)
        return None if handler is None else handler.contract

    def _find(self, call: ServiceCall) -> Handler | None:
        return self._handlers.get(call.handler) or self._declared(call)

    def _serve(self) -> None:
        while not self._closed:
            taken = self._calls.get()
            if taken is None:
                return
            context, call, future = taken
            try:
                future.set_result(context.run(self._outcome, call))
            except ServiceFailed as error:
                future.set_exception(error)
            finally:
                # In this order: who finds a free place also finds the thread that goes with it.
                self._idle.release()
                self._free.release()
            del (
                taken,
                context,
                call,
                future,
            )  # a citizen's answers do not wait here for the next call

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
        declared = handler.startswith(PREFIX) and isinstance(error, GatewayError)
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
