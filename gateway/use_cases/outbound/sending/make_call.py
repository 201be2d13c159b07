"""Make one call to a provider, at its moment."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field

from gateway.domain.faults_and_errors.errors import (
    OutcomeUnknown,
    ProviderUnavailable,
    SendFailed,
    StoreUnavailable,
)
from gateway.domain.telecom.channel import Channel
from gateway.domain.telecom.sms import Lane, OutboundSms
from gateway.use_cases.outbound.channel_health import ChannelHealth
from gateway.use_cases.outbound.sending.calls_in_flight import Call, Results
from gateway.use_cases.ports import Clock, Counters, Provider, Throttle

log = logging.getLogger(__name__)

#: A machine so busy, or a Redis so far away, that this many moments pass by: the next is kept as
#: well as may be. What leaves a little late is better than what never leaves.
MOMENTS_MISSED = 10


@dataclass(slots=True)
class Missed:
    """How many calls were too late for their first moment. It may be off by a few."""

    count: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class MakeCall:
    """Calls of a lane of a channel; any number of threads may make some at the same time."""

    channel: Channel
    lane: Lane
    provider: Provider
    delivery_url: str
    throttle: Throttle
    health: ChannelHealth
    counters: Counters
    clock: Clock
    missed: Missed = field(default_factory=Missed)

    def __call__(self, call: Call) -> Results:
        """Makes a call at its moment; returns what each MT came to, and raises nothing."""
        try:
            self._keep_to(call)
        except StoreUnavailable:
            return [ProviderUnavailable("pacing_unavailable")] * len(call.mts)
        clock, mts = self.clock, call.mts
        began = clock.monotonic()
        results: Results = ()
        try:
            results = self._handed_over(self.provider, mts)
        except SendFailed as failure:
            results = [failure] * len(mts)
        except Exception as error:
            # A fault of ours or of an SDK in mid-call: nobody knows what the provider has done, and
            # the type alone is kept, since an exception's words may quote the number or the text.
            log.error("Sending MT %s raised %s", mts[0].id, type(error).__name__)
            results = [OutcomeUnknown("send_raised", type(error).__name__)] * len(mts)
        seconds = clock.monotonic() - began
        self.counters.observe("provider_seconds", seconds, channel=self.channel.name)
        self.health.saw(self.channel.name, mts, results, seconds)
        return results

    def _handed_over(self, provider: Provider, mts: Sequence[OutboundSms]) -> Results:
        if len(mts) == 1:
            return [provider.send(mts[0], self.delivery_url)]
        results = provider.send_many(mts, self.delivery_url)
        if len(results) != len(mts):
            raise OutcomeUnknown("answer_unclear", f"{len(results)} of {len(mts)}")
        return results

    def _keep_to(self, call: Call) -> None:
        """Waits for the moment of a call; one that is too late for it takes another."""
        clock, slot = self.clock, call.slot
        for tried in range(MOMENTS_MISSED):
            if (wait := slot.at - clock.monotonic()) > 0:
                clock.sleep(wait)
            if clock.monotonic() <= slot.by:
                return
            self.missed.count += not tried
            parts = sum(sms.parts for sms in call.mts)
            (slot,), _ = self.throttle.take(self.channel, self.lane, [parts], [slot], first=True)
        if (wait := slot.at - clock.monotonic()) > 0:
            clock.sleep(wait)
