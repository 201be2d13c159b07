"""Mend what crashes left behind, and remind the workers of what is due."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass

from gateway.domain.telecom.delivery import DeliveryStatus
from gateway.use_cases.ports import Clock, Counters, Jobs, Outbox, Swept
from gateway.use_cases.ports.calls import Postings, SlowCalls
from gateway.use_cases.ports.common import MOST_SKEW

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sweep:
    """The use case, with the ports it needs. One ticker runs it every few seconds."""

    outbox: Outbox
    jobs: Jobs
    counters: Counters
    clock: Clock
    slow_calls: SlowCalls | None = None
    postings: Postings | None = None

    def __call__(self) -> Swept:
        """Returns what was found. Every wake-up may be lost: here each is given again.

        Nothing expires by a clock that the others do not share.
        """
        in_step = abs(self.clock.skew()) <= MOST_SKEW
        swept = self.outbox.sweep(self.clock.now(), expires=in_step)
        if swept.inbound_due:
            self.jobs.wake_inbound()
        for channel, lane in swept.due:
            self.jobs.wake_outbound(channel, lane)
        if any(each is not None and each.is_due(self.clock.now()) for each in self._of_calls()):
            self.jobs.wake_calls()
        for channel in swept.given_up:
            self.counters.add("sms_ended", channel=channel, status=DeliveryStatus.UNKNOWN.value)
        if lost := len(swept.given_up):
            log.warning(
                "%s MTs have an unknown outcome. See: gateway sms list --status unknown", lost
            )
        return swept

    def _of_calls(self) -> Iterator[SlowCalls | Postings | None]:
        yield self.slow_calls
        yield self.postings
