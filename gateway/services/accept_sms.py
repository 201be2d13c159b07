"""Take in one MO exactly once; it is routed later, by a worker."""

from __future__ import annotations

from dataclasses import dataclass

from gateway.domain.channel import Channel
from gateway.domain.sms import InboundSms
from gateway.services.ports import Clock, Inbox, Jobs


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptSms:
    """The use case, with the ports it needs."""

    inbox: Inbox
    jobs: Jobs
    clock: Clock

    def __call__(self, channel: Channel, sms: InboundSms) -> bool:
        """Returns whether the MO is new; raises StoreUnavailable, and the provider tries again."""
        new = self.inbox.accept(channel.name, sms, self.clock.now()) is not None
        if new:
            self.jobs.wake_inbound()
        return new
