"""Route all MOs that wait, oldest first."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from gateway.domain.faults_and_errors.errors import GatewayError
from gateway.domain.telecom.retry_schedule import SCHEDULE
from gateway.use_cases.inbound.route_sms import RoutedTogether, RouteSms
from gateway.use_cases.ports import Clock, Counters, Inbox
from gateway.use_cases.ports.common import APART

log = logging.getLogger(__name__)

#: MOs leased at once, and routed together. One that took longer than `QUICK_SECONDS` leaves the
#: next alone: whatever stands behind a slow one waits for this worker, and what stands before it
#: in the same batch for the batch.
BATCH = 32
QUICK_SECONDS = 0.25
#: While several come at a time they are gathered for so long: a batch of few costs nearly what one
#: of many does. Who comes alone waits for nobody.
GATHER_SECONDS = 0.03
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
        not in the way. A worker that dies loses only its leases.
        """
        job = _Job(self)
        try:
            return job.work()
        finally:
            if left := job.left():
                self.inbox.give_back(left, self.clock.now())

    def decide(self, batch: RoutedTogether, inbound_id: int, attempt: int) -> bool:
        """Decides an MO within a batch; returns False when there is nothing of it to store."""
        if attempt > MOST_ATTEMPTS:
            self._put_off(inbound_id, "its workers died")
            return False
        try:
            return batch.decide(inbound_id)
        except Exception as error:
            self._failed(inbound_id, error)
            return False

    def alone(self, inbound_id: int) -> bool:
        """Routes an MO by itself; returns False when its dialogue moved meanwhile."""
        try:
            return self.route_sms(inbound_id)
        except Exception as error:
            self._failed(inbound_id, error)
            return True

    def _failed(self, inbound_id: int, error: Exception) -> None:
        # Whatever went wrong with this MO, the next one shall not wait for it. Of what is none of
        # ours the type alone is logged: its words may quote what a citizen wrote.
        why = str(error) if isinstance(error, GatewayError) else type(error).__name__
        log.error("Could not route MO %s: %s", inbound_id, why)
        self._put_off(inbound_id, type(error).__name__)

    def _put_off(self, inbound_id: int, error: str) -> None:
        if self.inbox.put_off(inbound_id, self.clock.now(), error):
            self.counters.add("inbound_given_up")


class _Job:
    """What one job has in hand: leased and not begun, decided and not stored, overtaken."""

    def __init__(self, pending: RoutePending) -> None:
        self._pending = pending
        self._stop_at = pending.clock.monotonic() + JOB_SECONDS
        self._leased: dict[int, int] = {}
        self._decided: list[int] = []
        self._overtaken: list[int] = []
        self._limit = BATCH

    def left(self) -> list[int]:
        """Returns what others may take at once."""
        return [*self._leased, *self._decided, *self._overtaken]

    def work(self) -> bool:
        """Returns whether everything due was dealt with."""
        pending, clock = self._pending, self._pending.clock
        while clock.monotonic() < self._stop_at:
            if not self._leased:
                now = clock.now()
                until = now + timedelta(seconds=LEASE_SECONDS)
                self._leased = dict(pending.inbox.lease(self._limit, now + APART, until))
            if not self._leased:
                return not self._overtaken
            several = 1 < len(self._leased) < self._limit
            self._route(self._next())
            if several and not self._leased:
                clock.sleep(GATHER_SECONDS)
        return False

    def _next(self) -> Sequence[int]:
        """Returns what is routed together: what a worker may have died of is routed alone."""
        fresh = [each for each, attempt in self._leased.items() if attempt == 1]
        if fresh:
            return fresh
        first, *others = self._leased
        self._give_back(others)  # so that they do not count as tried when this one kills its worker
        return [first]

    def _give_back(self, inbound_ids: Sequence[int]) -> None:
        if inbound_ids:
            self._pending.inbox.give_back(inbound_ids, self._pending.clock.now())
        for each in inbound_ids:
            del self._leased[each]

    def _route(self, several: Sequence[int]) -> None:
        pending, clock = self._pending, self._pending.clock
        try:
            batch = pending.route_sms.together(several)
        except Exception as error:
            log.error("Could not read MOs together: %s", type(error).__name__)
            self._alone(several[0])
            return
        for inbound_id in several:
            began = clock.monotonic()
            if began >= self._stop_at:
                break
            if not batch.takes(inbound_id):
                continue  # it is behind another of its subscriber: the next batch has it
            # Ours no more, whatever happens: one that takes a job's whole time is due again when
            # its lease ends, and not at once.
            attempt = self._leased.pop(inbound_id)
            if pending.decide(batch, inbound_id, attempt):
                self._decided.append(inbound_id)
            self._limit = min(BATCH, 2 * self._limit)
            if clock.monotonic() - began > QUICK_SECONDS:
                self._limit = 1
                self._give_back(list(self._leased))
                break
        self._store(batch)

    def _store(self, batch: RoutedTogether) -> None:
        try:
            stored = batch.store()
        except Exception as error:
            log.error("Could not store what MOs came to: %s", type(error).__name__)
            decided, self._decided = self._decided, []
            for inbound_id in decided:
                self._alone(inbound_id)
            return
        self._decided = []
        self._overtaken += [inbound_id for inbound_id, done in stored.items() if not done]

    def _alone(self, inbound_id: int) -> None:
        self._leased.pop(inbound_id, None)
        if not self._pending.alone(inbound_id):
            self._overtaken.append(inbound_id)
