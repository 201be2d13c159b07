"""Post stored rows on to another system, in a worker, until that one has taken each."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from gateway.domain.faults_and_errors.errors import BreakerOpen, OwnStoreAway, ServiceFailed
from gateway.domain.handler_contract.declared_call import PREFIX
from gateway.domain.handler_contract.form import Form
from gateway.domain.handler_contract.posting import Posting, next_try
from gateway.domain.handler_contract.service_call import ServiceCall
from gateway.use_cases.handler_calls.run_slow_calls import CALL_SECONDS, LEASE_SECONDS
from gateway.use_cases.ports import Clock, Counters, HandlerRunner
from gateway.use_cases.ports.calls import Contracts, Postings
from gateway.use_cases.ports.common import APART

log = logging.getLogger(__name__)

#: How long all rows of a form are left alone while the system they go to is.
REST = timedelta(seconds=60)


@dataclass(frozen=True, slots=True, kw_only=True)
class PostRows:
    """The use case, with the ports it needs; `forms` are those of the deployment by name."""

    postings: Postings
    forms: Mapping[str, Form]
    runner: HandlerRunner
    contracts: Contracts
    clock: Clock
    counters: Counters

    def next(self) -> Posting | None:
        """Takes the oldest row that is due, so that no other worker does; None without any."""
        now = self.clock.now()
        leased = self.postings.lease(1, now + APART, now + timedelta(seconds=LEASE_SECONDS))
        return leased[0] if leased else None

    def run(self, posting: Posting) -> None:
        """Posts a row that was taken. Every outcome of the call means that the system has it.

        A worker that dies in the middle has noted nothing: the row is due again when its lease
        ends, and goes out under the same key. A row that is changed meanwhile is posted anew.
        Raises StoreUnavailable.
        """
        try:
            posted = self._post(posting)
        except OwnStoreAway:
            return  # when the lease ends
        except BreakerOpen:
            self.postings.leave(posting.form, self.clock.now() + REST)
            return
        except ServiceFailed as error:
            self._failed(posting, str(error))
            return
        if posted:
            self.postings.taken(posting)
            self._count(posting, "taken")
        else:
            self.postings.gone(posting)
            self._count(posting, "gone")

    def _post(self, posting: Posting) -> bool:
        """Returns whether there is a row to post; raises ServiceFailed when it is not taken."""
        form = self.forms.get(posting.form)
        if form is None or not form.post_to:
            raise ServiceFailed("The form declares no post_to any more.")
        call = ServiceCall(
            handler=PREFIX + form.post_to,
            answers={},
            language=posting.language,
            subscriber=posting.subscriber,
            key=posting.key,
            at=self.clock.now(),
            channel=posting.channel,
        )
        contract = self.contracts.contract(call)
        if contract is None:
            raise ServiceFailed(f"calls.yaml declares no call '{form.post_to}' any more.")
        row = self.postings.read(posting, contract.needs, call.at)
        if row is None:
            return False
        self.runner.run(replace(call, answers=row), CALL_SECONDS)
        return True

    def _failed(self, posting: Posting, why: str) -> None:
        again_at = next_try(posting.attempt, posting.noted_at, self.clock.now())
        self.postings.failed(posting, why, again_at)
        self._count(posting, "failed" if again_at else "given_up")
        if again_at is None:
            log.error("A row of form '%s' is given up: %s", posting.form, why)
        else:
            log.warning("A row of form '%s' is posted again: %s", posting.form, why)

    def _count(self, posting: Posting, outcome: str) -> None:
        self.counters.add("rows_posted", form=posting.form, outcome=outcome)
