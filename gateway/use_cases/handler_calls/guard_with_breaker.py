"""Ask a back end only when it is well, and use again what it said a moment ago."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from gateway.domain.faults_and_errors.errors import (
    BreakerOpen,
    DeadlineExceeded,
    FaultyAnswer,
    HandlerFailed,
    Misunderstood,
    NoRoom,
    NoWayBySms,
    OwnStoreAway,
    ServiceFailed,
    TooOften,
)
from gateway.domain.handler_contract.service_call import HandlerContract, Outcome, ServiceCall
from gateway.domain.retention.what_is_removed import LAST_KNOWN_KEPT
from gateway.use_cases.ports import Clock, Counters, HandlerRunner, Keyring
from gateway.use_cases.ports.calls import Breakers, Contracts, KeptAnswer, KeptAnswers

#: Less time than this is no fair chance: that nothing came is then not the back end's fault.
FAIR_SECONDS = 1.0
LAST_KNOWN_SECONDS = LAST_KNOWN_KEPT.total_seconds()


#: The back end was not asked, or is not to blame, and what such a call came to.
_NOT_ITS_FAULT: Mapping[type[ServiceFailed], str] = {
    NoRoom: "no_room",
    OwnStoreAway: "own_store_away",
    TooOften: "too_often",
    NoWayBySms: "no_sms",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class GuardWithBreaker:
    """Fits the `HandlerRunner` port, around another that fits it."""

    runner: HandlerRunner
    contracts: Contracts
    breakers: Breakers
    kept: KeptAnswers
    keyring: Keyring
    counters: Counters
    clock: Clock

    def run(self, call: ServiceCall, seconds: float) -> Outcome:
        """Returns the outcome; raises as the port says, and BreakerOpen.

        Where the contract says so, the last answer stands in from the first failure on.
        """
        contract = self.contracts.contract(call)
        if contract is None or seconds <= 0:
            return self.runner.run(call, seconds)
        cached = self._cached(call, contract)
        if cached is not None:
            return cached
        if not self.breakers.admits(call.handler, contract.breaker):
            return self._standing_in(call, contract)
        try:
            outcome = self._asked(call, contract, seconds)
        except (Misunderstood, TooOften):  # it is well, and has answered this very request
            raise
        except ServiceFailed:
            kept = self._kept(call, contract)
            if kept is None:
                raise
            return kept
        if contract.cache_seconds or contract.keep_last:
            keep = LAST_KNOWN_SECONDS if contract.keep_last else contract.cache_seconds
            answer = KeptAnswer(outcome, self.clock.now())
            self.kept.keep(self._key(call, contract), answer, keep)
        return outcome

    def without_asking(self, call: ServiceCall) -> Outcome | None:
        """Returns what can be said without the back end; None when it has to be asked.

        Raises BreakerOpen when it is down and nothing stands in for it.
        """
        contract = self.contracts.contract(call)
        if contract is None:
            return None
        cached = self._cached(call, contract)
        if cached is None and self.breakers.refuses([call.handler]):
            return self._standing_in(call, contract)
        return cached

    def _asked(self, call: ServiceCall, contract: HandlerContract, seconds: float) -> Outcome:
        well: bool | None = None
        came_to, began = "failed", self.clock.monotonic()
        try:
            outcome = self.runner.run(call, seconds)
            well, came_to = True, "answered"
        except tuple(_NOT_ITS_FAULT) as error:
            came_to = _NOT_ITS_FAULT[type(error)]
            raise
        except Misunderstood:  # it did answer
            well, came_to = True, "misunderstood"
            raise
        except (DeadlineExceeded, HandlerFailed) as error:
            failed = isinstance(error, HandlerFailed)
            came_to = "failed" if failed else "too_slow"
            came_to = "faulty" if isinstance(error, FaultyAnswer) else came_to
            if seconds >= FAIR_SECONDS or failed:
                well = False
            raise
        finally:
            took = self.clock.monotonic() - began
            self.counters.add("back_end_calls", back_end=call.handler, outcome=came_to)
            self.counters.observe("back_end_seconds", took, back_end=call.handler)
            self.breakers.note(call.handler, contract.breaker, well=well)
        return outcome

    def _cached(self, call: ServiceCall, contract: HandlerContract) -> Outcome | None:
        if not contract.cache_seconds:
            return None
        kept = self.kept.find(self._key(call, contract))
        if kept is None:
            return None
        age = (self.clock.now() - kept.at).total_seconds()
        return kept.outcome if 0 <= age < contract.cache_seconds else None

    def _standing_in(self, call: ServiceCall, contract: HandlerContract) -> Outcome:
        self.counters.add("back_end_refused", back_end=call.handler)
        kept = self._kept(call, contract)
        if kept is None:
            raise BreakerOpen(f"'{call.handler}' failed too often of late and is left alone.")
        return kept

    def refuses(self, back_ends: Sequence[str]) -> bool:
        """Returns whether one of them is left alone, and counts whoever meets it so."""
        refused = bool(back_ends) and self.breakers.refuses(back_ends)
        for back_end in back_ends if refused else ():
            self.counters.add("back_end_refused", back_end=back_end)
        return refused

    def _kept(self, call: ServiceCall, contract: HandlerContract) -> Outcome | None:
        """Returns the last answer to the same question, where it may stand in, with its time."""
        kept = self.kept.find(self._key(call, contract)) if contract.keep_last else None
        return None if kept is None else replace(kept.outcome, known_at=kept.at)

    def _key(self, call: ServiceCall, contract: HandlerContract) -> bytes:
        """Returns the key of all that the answer depends on, secrets too, without telling them."""
        asked = [
            call.handler,
            call.release,
            call.language,
            call.subscriber.as_stored if contract.by_subscriber else "",
            [call.answers.get(name, "") for name in contract.needs],
        ]
        return self.keyring.index("kept answer", json.dumps(asked))
