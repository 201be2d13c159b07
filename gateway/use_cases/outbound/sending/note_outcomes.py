"""Note what calls came to, until it is stored with the marks of the next."""

from __future__ import annotations

import logging
import random
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from gateway.domain.faults_and_errors.errors import OutcomeUnknown, SendFailed, SubscriberOptedOut
from gateway.domain.outbound.channel_state import is_of_channel
from gateway.domain.telecom.channel import Channel
from gateway.domain.telecom.consent import EVERYTHING, ConsentState
from gateway.domain.telecom.delivery import DeliveryStatus
from gateway.domain.telecom.retry_schedule import next_delay
from gateway.domain.telecom.sms import Accepted, OutboundSms
from gateway.use_cases.outbound.channel_health import FRESH_SECONDS
from gateway.use_cases.outbound.sending.calls_in_flight import Call
from gateway.use_cases.ports import Clock, ConsentChange, Consents, Counters, Outcomes
from gateway.use_cases.ports.sms.courier import Results

log = logging.getLogger(__name__)

#: What a channel refused as it would every MT is due again after so long: by then each worker knows
#: that the channel is paused, and the MT leaves by another, or waits there.
FAULT_SECONDS = FRESH_SECONDS + 0.2
#: So often. One whose channel a person lets go on all the same follows the schedule from then on.
FAULTS_MET = 2


@dataclass(slots=True, kw_only=True)
class NoteOutcomes:
    """What is known of the MTs of one job and not stored yet."""

    channel: Channel
    consents: Consents
    counters: Counters
    clock: Clock
    chance: random.Random
    #: Until then, on the monotonic clock, something noted here is due again within a moment.
    soon: float = -1.0
    _accepted: dict[int, Accepted] = field(default_factory=dict)
    _retry_at: dict[int, tuple[datetime, str]] = field(default_factory=dict)
    _final: dict[int, tuple[DeliveryStatus, str]] = field(default_factory=dict)

    def __call__(self, ended: Iterable[tuple[Call, Results]]) -> None:
        """Notes what each MT of ended calls came to."""
        for call, results in ended:
            now = self.clock.now()
            told: dict[str, int] = {}
            for sms, result in zip(call.mts, results, strict=True):
                if isinstance(result, Accepted):
                    self._accepted[sms.id] = result
                    told["accepted"] = told.get("accepted", 0) + 1
                else:
                    told[result.code] = told.get(result.code, 0) + 1
                    self._note_failure(sms, result, now)
            for code, number in told.items():
                self.counters.add("sms_attempts", number, channel=self.channel.name, result=code)

    def close(self, sms: OutboundSms, status: DeliveryStatus, why: str) -> None:
        """Notes that an MT is not tried again."""
        self._final[sms.id] = (status, why)
        self.counters.add("sms_ended", channel=sms.channel, status=status.value)

    def known(self) -> Outcomes:
        """Returns what is known, for who stores it, and forgets it."""
        known = Outcomes(accepted=self._accepted, retry_at=self._retry_at, final=self._final)
        self._accepted, self._retry_at, self._final = {}, {}, {}
        return known

    def _note_failure(self, sms: OutboundSms, result: SendFailed, now: datetime) -> None:
        delay = self._delay(sms, result)
        if delay is not None:
            self._retry_at[sms.id] = (now + timedelta(seconds=delay), str(result))
        else:
            self.close(sms, _status(result), str(result))
        if isinstance(result, SubscriberOptedOut):
            self._keep_opt_out(sms)
        if result.alert:
            log.error("Channel %s refuses every MT: %s", self.channel.name, result)

    def _keep_opt_out(self, sms: OutboundSms) -> None:
        """Keeps an opt-out that only the network knew of, so that no notice is tried again."""
        change = ConsentChange(
            subscriber=sms.subscriber,
            topic=EVERYTHING,
            state=ConsentState.OPTED_OUT,
            source=f"{self.channel.provider} send",
            channel=self.channel.name,
        )
        self.consents.change([change], self.clock.now())

    def _delay(self, sms: OutboundSms, failure: SendFailed) -> float | None:
        if not failure.retryable:
            return None
        if is_of_channel(failure, sms) and sms.attempt <= FAULTS_MET:
            self.soon = self.clock.monotonic() + FAULT_SECONDS
            return FAULT_SECONDS
        return next_delay(sms.attempt, self.chance.random(), failure.retry_after)


def _status(failure: SendFailed) -> DeliveryStatus:
    if isinstance(failure, OutcomeUnknown):
        return DeliveryStatus.UNKNOWN
    if isinstance(failure, SubscriberOptedOut):
        return DeliveryStatus.REFUSED
    return DeliveryStatus.FAILED
