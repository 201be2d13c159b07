"""Send the MTs of a channel that are due: claim, commit, call the provider, store the outcome."""

from __future__ import annotations

import logging
import random
from collections import deque
from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from gateway.domain.faults_and_errors.errors import (
    OutcomeUnknown,
    ProviderUnavailable,
    SendFailed,
    StoreUnavailable,
    SubscriberOptedOut,
)
from gateway.domain.telecom.channel import Channel
from gateway.domain.telecom.consent import EVERYTHING, ConsentState
from gateway.domain.telecom.delivery import DeliveryStatus
from gateway.domain.telecom.retry_schedule import next_delay
from gateway.domain.telecom.sms import Accepted, Lane, OutboundSms, Purpose
from gateway.use_cases.outbound.calls_in_flight import Call, CallsInFlight, Results
from gateway.use_cases.outbound.send_batches import batches
from gateway.use_cases.outbound.switch_channels import Sorted, SwitchChannels
from gateway.use_cases.ports import (
    Clock,
    ConsentChange,
    Consents,
    Counters,
    Outbox,
    Outcomes,
    Provider,
    Slot,
    Throttle,
)
from gateway.use_cases.ports.common import APART
from gateway.use_cases.ports.spool import WaitingSpools

log = logging.getLogger(__name__)

#: How long leased MTs are ours; after a crash they are due again. Longer than a job may work.
LEASE_SECONDS = 60.0
#: One job works this long at most; what is left is woken again, behind the other channels of its
#: lane. A worker that is told to stop finishes its job first.
JOB_SECONDS = 2.0
#: Windows leased at once, so that claiming is not paid for every few MTs; but no more than go out
#: in a second, so that little waits for the lease of a worker that died, or behind what another
#: institution had leased; and never so many that others wait long for SQLite's one writer.
LEASED_WINDOWS = 8
LEASED_SECONDS = 1
LEASED_AT_MOST = 1000
#: While calls are out, what has come meanwhile is looked for this often.
LOOK_AGAIN_SECONDS = 0.1
#: A machine so busy, or a Redis so far away, that this many moments pass by: the next is kept as
#: well as may be. What leaves a little late is better than what never leaves.
MOMENTS_MISSED = 10
#: A notice that must wait for what its subscriber may have said is looked at again after so long.
HELD_SECONDS = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SendSms:
    """The use case, with the ports it needs. `pool` makes the calls of a job side by side."""

    outbox: Outbox
    consents: Consents
    spools: WaitingSpools
    providers: Mapping[str, Provider]
    channels: Mapping[str, Channel]
    delivery_urls: Mapping[str, str]
    throttle: Throttle
    switch: SwitchChannels
    counters: Counters
    clock: Clock
    pool: Executor
    chance: random.Random = field(default_factory=random.Random)

    def __call__(self, channel_name: str, lane: Lane) -> bool:
        """Returns whether everything due was dealt with; False when time ran out first.

        MTs are marked as being sent, and committed, before the provider is called; no transaction
        is open during the calls. What a crash leaves marked has an unknown outcome and is never
        sent again by itself; what was only leased is sent later.
        """
        return _Job(self, self.channels[channel_name], lane).run()


class _Job:
    """One run of the use case: drains a lane of a channel for as long as a job may work.

    A few calls more than may be in flight are marked and given their moments ahead, so that none
    of the threads waits for the database. What calls came to is stored with the next marks.
    """

    def __init__(self, use_case: SendSms, channel: Channel, lane: Lane) -> None:
        self._case, self._channel, self._lane = use_case, channel, lane
        self._provider = use_case.providers[channel.name]
        self._url = use_case.delivery_urls.get(channel.name, "")
        self._calls = CallsInFlight(use_case.pool, channel.in_flight, self._make)
        self._spare = channel.in_flight // 2
        self._waiting: deque[list[OutboundSms]] = deque()
        self._unused: list[Slot] = []
        self._leased = self._held = 0
        self._standing = use_case.switch.health.state(channel.name).standing
        self._forget()

    def _forget(self) -> None:
        self._accepted: dict[int, Accepted] = {}
        self._retry_at: dict[int, tuple[datetime, str]] = {}
        self._final: dict[int, tuple[DeliveryStatus, str]] = {}

    def run(self) -> bool:
        """Returns whether everything due was dealt with."""
        clock = self._case.clock
        stop_at = clock.monotonic() + JOB_SECONDS
        look_at, drained = -1.0, False
        try:
            while (left := stop_at - clock.monotonic()) > 0:
                self._look_up()
                idle = not self._waiting and not self._calls.count
                if idle or (not self._waiting and clock.monotonic() >= look_at):
                    if self._leased and self._held == self._leased:
                        # Those behind would wait as well: they are looked at again in a while.
                        log.info("What is due on %s has to wait.", self._channel.name)
                        drained = True
                        break
                    if not self._lease():
                        look_at = clock.monotonic() + LOOK_AGAIN_SECONDS
                        if not self._calls.count:
                            drained = True
                            break
                pause = self._begin() if self._waiting and self._has_room else left
                if pause > 0:
                    self._wait(min(pause, left, LOOK_AGAIN_SECONDS if not self._waiting else left))
        finally:
            while self._calls.count:
                self._note(LOOK_AGAIN_SECONDS)
            self._store()
            self._case.switch.health.tell(self._channel.name)
        self._put_back()
        if self._unused:  # moments of what was held: without Redis they pass by
            with suppress(StoreUnavailable):
                self._case.throttle.take(self._channel, self._lane, [], self._unused)
        return drained

    def _look_up(self) -> None:
        """Tells how calls went; what waits here is sorted anew once the channel stands otherwise.

        Another worker may have found out, or a person decided.
        """
        health, name = self._case.switch.health, self._channel.name
        health.tell(name)
        standing = health.state(name).standing
        if standing is not self._standing:
            self._standing = standing
            self._put_back()

    def _put_back(self) -> None:
        if self._waiting:
            ids = [sms.id for group in self._waiting for sms in group]
            self._waiting.clear()
            self._case.outbox.give_back(ids, self._case.clock.now())

    @property
    def _has_room(self) -> bool:
        """Whether so many calls more can be begun that it pays to mark them."""
        return self._calls.count <= self._channel.in_flight + self._spare - max(1, self._spare)

    def _lease(self) -> bool:
        channel, now = self._channel, self._case.clock.now()
        size = self._provider.batch_size
        most = min(
            channel.in_flight * LEASED_WINDOWS * size,
            1 + int(channel.max_per_second * LEASED_SECONDS),
            LEASED_AT_MOST,
        )
        until = now + timedelta(seconds=LEASE_SECONDS)
        leased = self._case.outbox.lease(channel.name, self._lane, most, now + APART, until)
        kept = self._case.switch(channel.name, self._lane, leased) if leased else Sorted(staying=())
        self._waiting.extend(batches(kept.staying, size, channel.max_per_second))
        self._leased, self._held = len(kept.staying) + kept.held, kept.held
        return bool(leased)

    def _begin(self) -> float:
        """Begins what may leave soon; returns the seconds until more may, 0 to go on at once."""
        room = self._channel.in_flight + self._spare - self._calls.count
        ahead = [self._waiting[place] for place in range(min(room, len(self._waiting)))]
        wanted = [sum(sms.parts for sms in group) for group in ahead]
        slots, pause = self._case.throttle.take(self._channel, self._lane, wanted, self._unused)
        self._unused = []
        if not slots:
            return pause
        window = [sms for _ in slots for sms in self._waiting.popleft()]
        going = self._hold_back(window)
        self._held += len(window) - len(going)
        started = {sms.id for sms in self._start(going)}
        for group, slot in zip(ahead, slots, strict=False):
            mts = [sms for sms in group if sms.id in started]
            if mts:
                self._calls.begin(Call(mts, slot))
            else:
                self._unused.append(slot)
        return 0.0

    def _wait(self, seconds: float) -> None:
        """Waits for a call to end, or for so long; stores what is known before a pause."""
        if self._calls.count:
            self._note(seconds)
            return
        # A pause is a good time to be killed in: what is known shall not be lost then.
        self._store()
        self._case.clock.sleep(seconds)

    def _hold_back(self, window: Sequence[OutboundSms]) -> Sequence[OutboundSms]:
        """Returns what may go on now.

        What nobody has asked for waits while its subscriber's word is not read yet, or somebody's
        is still on the disk of a node: it may be STOP.
        """
        notices = [sms for sms in window if sms.purpose is Purpose.NOTICE]
        if not notices:
            return window
        if not self._case.spools.may_hide_a_stop():
            notices = list(self._case.consents.undecided(notices))
        held = {sms.id for sms in notices}
        if held:
            later = self._case.clock.now() + timedelta(seconds=HELD_SECONDS)
            self._case.outbox.give_back(list(held), later)
        return [sms for sms in window if sms.id not in held]

    def _start(self, window: Sequence[OutboundSms]) -> Sequence[OutboundSms]:
        """Marks what may go out as being sent, and returns it. Every MT passes here.

        Consent is asked for here, at the last moment: a STOP that is stored while those before are
        being sent counts for these. What is known of calls that have ended is stored with it.
        """
        self._note(0.0)
        allowed = [sms.id for sms in self._case.consents.allowed(window)]
        may = set(allowed)
        for sms in window:
            if sms.id not in may:
                self._close(sms, DeliveryStatus.REFUSED, "opted_out")
        now = self._case.clock.now()
        started = set(self._case.outbox.start(allowed, self._known(), now, self._channel.name))
        return [sms for sms in window if sms.id in started]

    def _store(self) -> None:
        self._case.outbox.start([], self._known(), self._case.clock.now())

    def _known(self) -> Outcomes:
        """Returns what is known and not stored yet."""
        known = Outcomes(accepted=self._accepted, retry_at=self._retry_at, final=self._final)
        self._forget()
        return known

    def _make(self, call: Call) -> Results:
        """Makes a call at its moment; returns what each MT came to."""
        try:
            self._keep_to(call)
        except StoreUnavailable:
            return [ProviderUnavailable("pacing_unavailable")] * len(call.mts)
        clock, mts = self._case.clock, call.mts
        began = clock.monotonic()
        results: Results = ()
        try:
            results = self._handed_over(self._provider, mts)
        except SendFailed as failure:
            results = [failure] * len(mts)
        except Exception as error:
            # A fault of ours or of an SDK in mid-call: nobody knows what the provider has done, and
            # the type alone is kept, since an exception's words may quote the number or the text.
            log.error("Sending MT %s raised %s", mts[0].id, type(error).__name__)
            results = [OutcomeUnknown("send_raised", type(error).__name__)] * len(mts)
        seconds = clock.monotonic() - began
        self._case.counters.observe("provider_seconds", seconds, channel=self._channel.name)
        self._case.switch.health.saw(self._channel.name, mts, results, seconds)
        return results

    def _handed_over(self, provider: Provider, mts: Sequence[OutboundSms]) -> Results:
        if len(mts) == 1:
            return [provider.send(mts[0], self._url)]
        results = provider.send_many(mts, self._url)
        if len(results) != len(mts):
            raise OutcomeUnknown("answer_unclear", f"{len(results)} of {len(mts)}")
        return results

    def _keep_to(self, call: Call) -> None:
        """Waits for the moment of a call; one that is too late for it takes another."""
        clock, slot = self._case.clock, call.slot
        for _ in range(MOMENTS_MISSED):
            if (wait := slot.at - clock.monotonic()) > 0:
                clock.sleep(wait)
            if clock.monotonic() <= slot.by:
                return
            parts = sum(sms.parts for sms in call.mts)
            (slot,), _ = self._case.throttle.take(
                self._channel, self._lane, [parts], [slot], first=True
            )
        if (wait := slot.at - clock.monotonic()) > 0:
            clock.sleep(wait)

    def _note(self, seconds: float) -> None:
        """Notes what ended calls came to; waits so long for one to end."""
        for call, results in self._calls.ended(seconds):
            now = self._case.clock.now()
            for sms, result in zip(call.mts, results, strict=True):
                self._note_one(sms, result, now)

    def _note_one(self, sms: OutboundSms, result: Accepted | SendFailed, now: datetime) -> None:
        channel = self._channel
        code = "accepted" if isinstance(result, Accepted) else result.code
        self._case.counters.add("sms_attempts", channel=channel.name, result=code)
        if isinstance(result, Accepted):
            self._accepted[sms.id] = result
            return
        delay = self._delay(sms, result)
        if delay is not None:
            self._retry_at[sms.id] = (now + timedelta(seconds=delay), str(result))
        else:
            self._close(sms, _status(result), str(result))
        if isinstance(result, SubscriberOptedOut):
            self._keep_opt_out(sms)
        if result.alert:
            log.error("Channel %s refuses every MT: %s", channel.name, result)

    def _close(self, sms: OutboundSms, status: DeliveryStatus, why: str) -> None:
        self._final[sms.id] = (status, why)
        self._case.counters.add("sms_ended", channel=sms.channel, status=status.value)

    def _keep_opt_out(self, sms: OutboundSms) -> None:
        """Keeps an opt-out that only the network knew of, so that no notice is tried again."""
        change = ConsentChange(
            subscriber=sms.subscriber,
            topic=EVERYTHING,
            state=ConsentState.OPTED_OUT,
            source=f"{self._channel.provider} send",
            channel=self._channel.name,
        )
        self._case.consents.change([change], self._case.clock.now())

    def _delay(self, sms: OutboundSms, failure: SendFailed) -> float | None:
        if not failure.retryable:
            return None
        return next_delay(sms.attempt, self._case.chance.random(), failure.retry_after)


def _status(failure: SendFailed) -> DeliveryStatus:
    if isinstance(failure, OutcomeUnknown):
        return DeliveryStatus.UNKNOWN
    if isinstance(failure, SubscriberOptedOut):
        return DeliveryStatus.REFUSED
    return DeliveryStatus.FAILED
