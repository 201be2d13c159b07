"""Send the MTs of a channel that are due: claim, commit, call the provider, store the outcome."""

from __future__ import annotations

import logging
import random
from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from gateway.domain.faults_and_errors.errors import OutcomeUnknown, SendFailed, SubscriberOptedOut
from gateway.domain.telecom.channel import Channel
from gateway.domain.telecom.consent import EVERYTHING, ConsentState
from gateway.domain.telecom.delivery import DeliveryStatus
from gateway.domain.telecom.retry_schedule import next_delay
from gateway.domain.telecom.sms import Accepted, Lane, OutboundSms, Purpose
from gateway.use_cases.ports import (
    Clock,
    ConsentChange,
    Consents,
    Counters,
    Outbox,
    Outcomes,
    Provider,
    Throttle,
)
from gateway.use_cases.ports.common import APART
from gateway.use_cases.ports.spool import WaitingSpools

log = logging.getLogger(__name__)

#: How long leased MTs are ours; after a crash they are due again. Longer than a job may work.
LEASE_SECONDS = 60.0
#: One job works this long at most; what is left is woken again. A worker that is told to stop
#: finishes its job first, so this is well below the time it is given for that.
JOB_SECONDS = 8.0
#: Windows leased at once, so that claiming is not paid for every few MTs; but no more than go out
#: in a few seconds, so that nothing waits for the lease of a worker that died.
LEASED_WINDOWS = 8
LEASED_SECONDS = 3
#: A notice that must wait for what its subscriber may have said is looked at again after so long.
HELD_SECONDS = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SendSms:
    """The use case, with the ports it needs. `pool` runs the calls of one window side by side."""

    outbox: Outbox
    consents: Consents
    spools: WaitingSpools
    providers: Mapping[str, Provider]
    channels: Mapping[str, Channel]
    delivery_urls: Mapping[str, str]
    throttle: Throttle
    counters: Counters
    clock: Clock
    pool: Executor
    chance: random.Random = field(default_factory=random.Random)

    def __call__(self, channel_name: str, lane: Lane) -> bool:
        """Returns whether everything due was dealt with; False when time ran out first.

        A window of MTs is marked as being sent, and committed, before the provider is called; no
        transaction is open during the calls. What a crash leaves marked has an unknown outcome and
        is never sent again by itself; what was only leased is sent later.
        """
        channel = self.channels[channel_name]
        stop_at = self.clock.monotonic() + JOB_SECONDS
        limit = min(
            channel.in_flight * LEASED_WINDOWS, 1 + int(channel.max_per_second * LEASED_SECONDS)
        )
        while self.clock.monotonic() < stop_at:
            now = self.clock.now()
            until = now + timedelta(seconds=LEASE_SECONDS)
            leased = self.outbox.lease(channel_name, lane, limit, now + APART, until)
            if not leased:
                return True
            if not self._send(channel, leased, stop_at):
                log.info("Notices on %s wait for what subscribers may have said.", channel_name)
                return True  # those behind would wait as well: they are looked at again in a while
        return False

    def _send(self, channel: Channel, leased: Sequence[OutboundSms], stop_at: float) -> bool:
        """Returns whether any could go on; False when all of them have to wait."""
        waiting, outcomes, held = leased, Outcomes(), 0
        try:
            while waiting and (left := stop_at - self.clock.monotonic()) > 0:
                granted, pause = self.throttle.take(
                    channel.name, min(len(waiting), channel.in_flight), channel.max_per_second
                )
                if granted == 0:
                    # A pause is a good time to be killed in: what is known shall not be lost then.
                    self.outbox.start([], outcomes, self.clock.now())
                    outcomes = Outcomes()
                    self.clock.sleep(min(pause, left))
                    continue
                window, waiting = waiting[:granted], waiting[granted:]
                going = self._hold_back(window)
                held += len(window) - len(going)
                outcomes = self._call(channel, self._start(going, outcomes))
        finally:
            self.outbox.start([], outcomes, self.clock.now())
        if waiting:
            self.outbox.give_back([sms.id for sms in waiting], self.clock.now())
        return held < len(leased)

    def _hold_back(self, window: Sequence[OutboundSms]) -> Sequence[OutboundSms]:
        """Returns what may go on now.

        What nobody has asked for waits while its subscriber's word is not read yet, or somebody's
        is still on the disk of a node: it may be STOP.
        """
        notices = [sms for sms in window if sms.purpose is Purpose.NOTICE]
        if not notices:
            return window
        if not self.spools.may_hide_a_stop():
            notices = list(self.consents.undecided(notices))
        held = {sms.id for sms in notices}
        if held:
            later = self.clock.now() + timedelta(seconds=HELD_SECONDS)
            self.outbox.give_back(list(held), later)
        return [sms for sms in window if sms.id not in held]

    def _start(self, window: Sequence[OutboundSms], outcomes: Outcomes) -> Sequence[OutboundSms]:
        """Marks what may go out as being sent, and returns it. Every MT passes here.

        Consent is asked for here, at the last moment: a STOP that is stored while the window before
        is being sent counts for this one. `outcomes` are those of the window before.
        """
        allowed = [sms.id for sms in self.consents.allowed(window)]
        refused = {}
        for sms in window:
            if sms.id not in allowed:
                refused[sms.id] = (DeliveryStatus.REFUSED, "opted_out")
                self._ended(sms, DeliveryStatus.REFUSED)
        outcomes = replace(outcomes, final={**outcomes.final, **refused})
        started = set(self.outbox.start(allowed, outcomes, self.clock.now()))
        return [sms for sms in window if sms.id in started]

    def _call(self, channel: Channel, window: Sequence[OutboundSms]) -> Outcomes:
        provider, url = self.providers[channel.name], self.delivery_urls.get(channel.name, "")
        results = self.pool.map(lambda sms: self._attempt(provider, sms, url), window)
        accepted: dict[int, Accepted] = {}
        retry_at: dict[int, tuple[datetime, str]] = {}
        final: dict[int, tuple[DeliveryStatus, str]] = {}
        now = self.clock.now()
        for sms, result in zip(window, results, strict=True):
            self.counters.add(
                "sms_attempts",
                channel=channel.name,
                result="accepted" if isinstance(result, Accepted) else result.code,
            )
            if isinstance(result, Accepted):
                accepted[sms.id] = result
                continue
            delay = self._delay(sms, result)
            if delay is not None:
                retry_at[sms.id] = (now + timedelta(seconds=delay), str(result))
            else:
                final[sms.id] = (_status(result), str(result))
                self._ended(sms, _status(result))
            if isinstance(result, SubscriberOptedOut):
                self._keep_opt_out(channel, sms)
            if result.alert:
                log.error("Channel %s refuses every MT: %s", channel.name, result)
        return Outcomes(accepted=accepted, retry_at=retry_at, final=final)

    def _attempt(self, provider: Provider, sms: OutboundSms, url: str) -> Accepted | SendFailed:
        began = self.clock.monotonic()
        try:
            return provider.send(sms, url)
        except SendFailed as failure:
            return failure
        except Exception as error:
            # A fault of ours or of an SDK in mid-call: nobody knows what the provider has done, and
            # the type alone is kept, since an exception's words may quote the number or the text.
            log.error("Sending MT %s raised %s", sms.id, type(error).__name__)
            return OutcomeUnknown("send_raised", type(error).__name__)
        finally:
            seconds = self.clock.monotonic() - began
            self.counters.observe("provider_seconds", seconds, channel=sms.channel)

    def _ended(self, sms: OutboundSms, status: DeliveryStatus) -> None:
        self.counters.add("sms_ended", channel=sms.channel, status=status.value)

    def _keep_opt_out(self, channel: Channel, sms: OutboundSms) -> None:
        """Keeps an opt-out that only the network knew of, so that no notice is tried again."""
        change = ConsentChange(
            subscriber=sms.subscriber,
            topic=EVERYTHING,
            state=ConsentState.OPTED_OUT,
            source=f"{channel.provider} send",
        )
        self.consents.change([change], self.clock.now())

    def _delay(self, sms: OutboundSms, failure: SendFailed) -> float | None:
        if not failure.retryable:
            return None
        return next_delay(sms.attempt, self.chance.random(), failure.retry_after)


def _status(failure: SendFailed) -> DeliveryStatus:
    if isinstance(failure, OutcomeUnknown):
        return DeliveryStatus.UNKNOWN
    if isinstance(failure, SubscriberOptedOut):
        return DeliveryStatus.REFUSED
    return DeliveryStatus.FAILED
