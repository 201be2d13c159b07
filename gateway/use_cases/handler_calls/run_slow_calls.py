"""Run the slow calls that wait, in a worker, and see that each answer is delivered."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from gateway.domain.faults_and_errors.errors import (
    BreakerOpen,
    DeadlineExceeded,
    Misunderstood,
    OwnStoreAway,
    ServiceFailed,
    StoreUnavailable,
    TooOften,
)
from gateway.use_cases.ports import Clock, HandlerRunner
from gateway.use_cases.ports.calls import Contracts, Result, ResultSignal, SlowCall, SlowCalls
from gateway.use_cases.ports.common import APART

log = logging.getLogger(__name__)

#: How long a slow back end may take: nobody waits for an SMS for ever either.
CALL_SECONDS = 45.0
#: How long a call is ours; after a crash it is due again. Longer than a call may take.
LEASE_SECONDS = 60.0
#: After so long a call is run again that our own database could not serve.
AGAIN_SECONDS = 10.0
#: A call that has taken so many workers with it is not tried again.
MOST_ATTEMPTS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSlowCalls:
    """The use case, with the ports it needs; `deliver` sends the answer of a call by SMS."""

    calls: SlowCalls
    runner: HandlerRunner
    contracts: Contracts
    bell: ResultSignal | None
    deliver: Callable[[int], bool]
    clock: Clock

    def next(self) -> SlowCall | None:
        """Takes the oldest call that is due, so that no other worker does; None without any."""
        now = self.clock.now()
        leased = self.calls.lease(1, now + APART, now + timedelta(seconds=LEASE_SECONDS))
        return leased[0] if leased else None

    def send_late(self) -> None:
        """Sends the answers whose worker or turn died before they were delivered.

        One that cannot be worded keeps neither the others nor the calls that wait from their turn.
        """
        for call_id in self.calls.undelivered(self.clock.now(), 50):
            try:
                self.deliver(call_id)
            except StoreUnavailable:
                raise
            except Exception as error:
                log.error("The answer of slow call %d waits: %s", call_id, type(error).__name__)

    def run(self, slow: SlowCall) -> None:
        """Runs a call that was taken, and delivers its answer unless a turn still waits for it.

        A worker that dies in the middle has stored nothing: the call is due again when its lease
        ends, and is run with the same key. So is one that our own database could not serve; and one
        that is storable, of which a citizen may have been told that it is kept: however long its
        back end is left alone, and a few times when that fails.
        """
        try:
            result = self._result(slow)
        except (OwnStoreAway, BreakerOpen):
            self.calls.put_off(slow.id, self.clock.now() + timedelta(seconds=AGAIN_SECONDS))
            return
        except ServiceFailed as error:
            log.warning("Slow call %d is run again: %s", slow.id, type(error).__name__)
            return  # when its lease ends
        if not self.calls.finish(slow.id, result, self.clock.now()):
            return  # another worker took over when our lease had ended, and was faster
        if self.bell is not None:
            try:
                self.bell.ring(slow.id)
            except StoreUnavailable as error:
                log.warning("A turn that waits was not told: code=%s", error.code)
        self.deliver(slow.id)

    def _result(self, slow: SlowCall) -> Result:
        if slow.attempt > MOST_ATTEMPTS:
            log.error("Slow call %d to '%s' is given up: its workers died", slow.id,
                      slow.call.handler)  # fmt: skip
            return Result(failure="try_again")
        try:
            return Result(self.runner.run(slow.call, CALL_SECONDS))
        except OwnStoreAway:
            raise
        except (TooOften, Misunderstood) as error:
            return _failed(error)
        except BreakerOpen as error:
            if self._is_kept(slow):
                raise
            return _failed(error)
        except ServiceFailed as error:
            if self._is_kept(slow) and slow.attempt < MOST_ATTEMPTS:
                raise
            return _failed(error)

    def _is_kept(self, slow: SlowCall) -> bool:
        contract = self.contracts.contract(slow.call)
        return contract is not None and contract.storable


def _failed(error: ServiceFailed) -> Result:
    """Returns the phrase that says why there is no outcome."""
    match error:
        case BreakerOpen():
            return Result(failure="closed")
        case DeadlineExceeded():
            return Result(failure="too_slow")
        case TooOften():
            return Result(failure="too_often")
        case _:
            return Result(failure="unavailable", reference=error.reference)
