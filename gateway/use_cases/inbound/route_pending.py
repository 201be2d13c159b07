"""Route all MOs that wait, oldest first."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import timedelta

from gateway.domain.telecom.retry_schedule import SCHEDULE
from gateway.use_cases.inbound.route_sms import RouteSms
from gateway.use_cases.ports import Clock, Counters, Inbox
from gateway.use_cases.ports.common import APART

log = logging.getLogger(__name__)

#: MOs leased at once: few, since whatever stands behind a slow one waits for this worker alone.
BATCH = 4
#: How long leased MOs are ours; after a crash they are due again. Longer than a job may work.
LEASE_SECONDS = 60.0
#: One job begins to route for this long at most; what is left is woken again. With the longest a
#: handler may take it stays well below the lease, and below the time RQ gives a job.
JOB_SECONDS = 8.0
#: More begun than the retry schedule has tries: the MO takes its workers with it.
MOST_ATTEMPTS = len(SCHEDULE) + 1


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutePending:
    """The use case, with the ports it needs."""

    inbox: Inbox
    route_sms: RouteSms
    counters: Counters
    clock: Clock

    def __call__(self) -> bool:
        """Returns whether everything due was dealt with; False when something is left.

        MOs are leased, so that each is routed by one worker; one that cannot be routed is put off,
        not in the way. A worker that dies loses only its lease.
        """
        stop_at = self.clock.monotonic() + JOB_SECONDS
        leased, overtaken = dict[int, int](), list[int]()
        try:
            while self.clock.monotonic() < stop_at:
                if not leased:
                    now = self.clock.now()
                    until = now + timedelta(seconds=LEASE_SECONDS)
                    leased = dict(self.inbox.lease(BATCH, now + APART, until))
                if not leased:
                    return not overtaken
                # Ours no more, whatever happens: one that takes a job's whole time is due again
                # when its lease ends, and not at once.
                inbound_id = next(iter(leased))
                if not self._settle(inbound_id, leased.pop(inbound_id)):
                    overtaken.append(inbound_id)
            return False
        finally:
            if left := [*leased, *overtaken]:
                self.inbox.give_back(left, self.clock.now())

    def _settle(self, inbound_id: int, attempt: int) -> bool:
        """Returns whether the MO was routed or put off; False when its dialogue moved meanwhile."""
        if attempt > MOST_ATTEMPTS:
            self._put_off(inbound_id, "its workers died")
            return True
        try:
            return self.route_sms(inbound_id)
        except Exception as error:
            # Whatever went wrong with this MO, the next one shall not wait for it. The type alone
            # is logged: the words of an exception may quote what a citizen wrote.
            log.error("Could not route MO %s: %s", inbound_id, type(error).__name__)
            self._put_off(inbound_id, type(error).__name__)
            return True

    def _put_off(self, inbound_id: int, error: str) -> None:
        if self.inbox.put_off(inbound_id, self.clock.now(), error):
            self.counters.add("inbound_given_up")
