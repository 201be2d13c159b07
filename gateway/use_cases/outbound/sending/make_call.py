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
from gateway.use_cases.outbound.sending.calls_in_flight import Call
from gateway.use_cases.ports import Clock, Counters, Provider, Slot, Throttle
from gateway.use_cases.ports.sms.courier import Results

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
            return self.unpaced(call)
        began, came_to = self.clock.monotonic(), self._handed_over(call.mts)
        return self.judged(call, began, came_to)

    def is_late(self, call: Call) -> bool:
        """Returns whether a call is too late for its moment, and may wait for another.

        What a busy machine lets pass by too often leaves as well as may be.
        """
        return self.clock.monotonic() > call.slot.by and call.missed < MOMENTS_MISSED

    def anew(self, calls: Sequence[Call]) -> Sequence[Call]:
        """Returns calls that were too late, with moments to come; raises StoreUnavailable."""
        self.missed.count += sum(not call.missed for call in calls)
        parts = [sum(sms.parts for sms in call.mts) for call in calls]
        before = [call.slot for call in calls]
        slots, _ = self.throttle.take(self.channel, self.lane, parts, before, first=True)
        return [
            Call(call.mts, slot, call.missed + 1) for call, slot in zip(calls, slots, strict=True)
        ]

    def unpaced(self, call: Call) -> Results:
        """Returns what a call comes to that cannot be paced: it is not made."""
        return [ProviderUnavailable("pacing_unavailable")] * len(call.mts)

    def judged(self, call: Call, began: float, came_to: Results | Exception) -> Results:
        """Returns what each MT of a call came to that was begun at a time, and takes note of it."""
        seconds, mts = self.clock.monotonic() - began, call.mts
        if isinstance(came_to, SendFailed):
            results: Results = [came_to] * len(mts)
        elif isinstance(came_to, Exception):
            # A fault of ours or of an SDK in mid-call: nobody knows what the provider has done, and
            # the type alone is kept, since an exception's words may quote the number or the text.
            log.error("Sending MT %s raised %s", mts[0].id, type(came_to).__name__)
            results = [OutcomeUnknown("send_raised", type(came_to).__name__)] * len(mts)
        elif len(came_to) != len(mts):
            results = [OutcomeUnknown("answer_unclear", f"{len(came_to)} of {len(mts)}")] * len(mts)
        else:
            results = came_to
        self.counters.observe("provider_seconds", seconds, channel=self.channel.name)
        self.health.saw(self.channel.name, mts, results, seconds)
        return results

    def _handed_over(self, mts: Sequence[OutboundSms]) -> Results | Exception:
        provider = self.provider
        try:
            if len(mts) == 1:
                return [provider.send(mts[0], self.delivery_url)]
            return provider.send_many(mts, self.delivery_url)
        except Exception as error:
            return error

    def _keep_to(self, call: Call) -> None:
        """Waits for the moment of a call; one that is too late for it takes another."""
        self._wait_for(call.slot)
        while self.is_late(call):
            (call,) = self.anew([call])
            self._wait_for(call.slot)

    def _wait_for(self, slot: Slot) -> None:
        if (wait := slot.at - self.clock.monotonic()) > 0:
            self.clock.sleep(wait)
