"""Wait for a slow call while the turn's deadline allows, and hand it over to an SMS after that."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from threading import Semaphore

from gateway.domain.dialogue.session import Session
from gateway.domain.faults_and_errors.errors import (
    AnswerFollows,
    BreakerOpen,
    DeadlineExceeded,
    HandlerFailed,
    OwnStoreAway,
    ServiceFailed,
    StoreUnavailable,
    TooOften,
)
from gateway.domain.handler_contract.service_call import Outcome, ServiceCall
from gateway.domain.telecom.sms import Texted
from gateway.use_cases.handler_calls.guard_with_breaker import GuardWithBreaker
from gateway.use_cases.ports import Clock, Jobs
from gateway.use_cases.ports.calls import Claim, Result, ResultSignal, SlowCalls

#: A turn that has claimed nothing so long after its deadline is gone.
GRACE_SECONDS = 3.0

_FAILURES: dict[str, type[ServiceFailed]] = {
    "too_slow": DeadlineExceeded,
    "unavailable": HandlerFailed,
    "closed": BreakerOpen,
    "too_often": TooOften,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class AwaitSlowCall:
    """The use case, with the ports it needs.

    `places` is how many turns of this process may wait at a time: the others are told at once that
    the answer will come by SMS, so that slow services leave threads to those that are not.
    """

    calls: SlowCalls
    bell: ResultSignal
    jobs: Jobs
    guard: GuardWithBreaker
    clock: Clock
    places: Semaphore

    def covers(self, call: ServiceCall) -> bool:
        """Returns whether the back end was declared slow."""
        contract = self.guard.contracts.contract(call)
        return contract is not None and contract.slow

    def _is_storable(self, call: ServiceCall) -> bool:
        contract = self.guard.contracts.contract(call)
        return contract is not None and contract.storable

    def run(
        self,
        call: ServiceCall,
        session: Session,
        seconds_left: Callable[[], float],
        texted: Texted | None = None,
    ) -> Outcome:
        """Returns the outcome when it comes in time; `session` stands at the screen that asks.

        `texted` is the MO that asks: a late answer goes back the way it came.

        Raises AnswerFollows when it does not, OwnStoreAway when it is storable and our database
        cannot take it, and ServiceFailed when there will be none. Whoever
        asks again with the same call gets the same answer, unless a breaker or a kept answer
        stands in for the back end by then.
        """
        if seconds_left() <= 0:
            raise DeadlineExceeded("No time is left in this turn for a slow call.")
        known = self.guard.without_asking(call)
        if known is not None:
            return known
        now = self.clock.now()
        deadline = now + timedelta(seconds=seconds_left() + GRACE_SECONDS)
        try:
            begun = self.calls.begin(call, session, deadline, now, texted)
        except StoreUnavailable as error:
            if self._is_storable(call):
                raise OwnStoreAway(f"'{call.handler}' cannot be stored.") from error
            # It can be run here, and only for as long as the turn lasts.
            return self.guard.run(call, seconds_left())
        try:
            if begun.new:
                self.jobs.wake_calls()
            if not begun.done:
                self._wait(begun.id, seconds_left)
            taken = self.calls.take(begun.id, self.clock.now())
        except StoreUnavailable:  # it is stored and will be run; nobody claims it but the sweeper
            raise AnswerFollows(f"The answer of '{call.handler}' follows by SMS.") from None
        if taken.claim is Claim.SMS or taken.result is None:
            raise AnswerFollows(f"The answer of '{call.handler}' follows by SMS.")
        return _outcome(call, taken.result)

    def _wait(self, call_id: int, seconds_left: Callable[[], float]) -> None:
        if not self.places.acquire(blocking=False):
            return
        try:
            self.bell.wait(call_id, max(0.0, seconds_left()))
        except StoreUnavailable:  # then the answer cannot be heard coming
            pass
        finally:
            self.places.release()


def _outcome(call: ServiceCall, result: Result) -> Outcome:
    if result.outcome is not None:
        return result.outcome
    failure = _FAILURES.get(result.failure, HandlerFailed)
    raise failure(f"'{call.handler}' gave no answer.", result.reference)
