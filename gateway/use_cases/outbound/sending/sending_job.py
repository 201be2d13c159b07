"""One job of sending: a lane of a channel, for a few seconds."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Sequence
from concurrent.futures import Executor
from contextlib import suppress
from datetime import timedelta

from gateway.domain.faults_and_errors.errors import StoreUnavailable
from gateway.domain.telecom.channel import Channel
from gateway.domain.telecom.delivery import DeliveryStatus
from gateway.domain.telecom.sms import Lane, OutboundSms, Purpose
from gateway.use_cases.outbound.sending.calls_by_courier import CallsByCourier
from gateway.use_cases.outbound.sending.calls_in_flight import Call, CallsInFlight
from gateway.use_cases.outbound.sending.left_behind import StoreLate
from gateway.use_cases.outbound.sending.make_call import MakeCall
from gateway.use_cases.outbound.sending.note_outcomes import NoteOutcomes
from gateway.use_cases.outbound.sending.send_batches import batches
from gateway.use_cases.outbound.sending.sending_ports import SendingPorts
from gateway.use_cases.outbound.switch_channels import Sorted
from gateway.use_cases.ports import Slot
from gateway.use_cases.ports.common import APART
from gateway.use_cases.ports.consents import Weighed
from gateway.use_cases.ports.sms.courier import HasCourier
from gateway.use_cases.ports.sms.prices import TellsPricesLate

log = logging.getLogger(__name__)

#: How long leased MTs are ours; after a crash they are due again. Longer than a job may work.
LEASE_SECONDS = 60.0
#: One job works this long at most; what is left is the next one's, behind the other channels of its
#: lane. A worker that is told to stop finishes its job first.
JOB_SECONDS = 2.0
#: Windows leased at once, so that claiming is not paid for every few MTs; but no more than go out
#: in a second, so that little waits for the lease of a worker that died, or behind what another
#: institution had leased; and never so many that others wait long for SQLite's one writer.
LEASED_WINDOWS = 8
LEASED_SECONDS = 1
LEASED_AT_MOST = 1000
#: More calls in flight than this would run dry while the next are leased and marked: so many more
#: are marked ahead.
RUN_DRY_FROM = 32
#: While calls are out, what has come meanwhile is looked for this often.
LOOK_AGAIN_SECONDS = 0.1
#: When more of the calls of a job than this share were too late for their moments, since all of its
#: threads wait for the provider, the next ask for no moment, but for a while to leave in.
MISSED_SHARE = 0.25
#: A job waits so often for its last calls; one whose provider takes longer is left behind.
LAST_LOOKS = 10
#: A notice that must wait for what its subscriber may have said is looked at again after so long.
HELD_SECONDS = 5.0


class SendingJob:
    """One run of the use case: drains a lane of a channel for as long as a job may work.

    A few calls more than may be in flight are marked and given their moments ahead, so that none
    of the threads waits for the database. What calls came to is stored with the next marks.
    """

    def __init__(self, use_case: SendingPorts, channel: Channel, lane: Lane) -> None:
        self._case, self._channel, self._lane = use_case, channel, lane
        self._provider = use_case.providers[channel.name]
        self._call = call = MakeCall(
            channel=channel,
            lane=lane,
            provider=self._provider,
            delivery_url=use_case.delivery_urls.get(channel.name, ""),
            throttle=use_case.throttle,
            health=use_case.switch.health,
            counters=use_case.counters,
            clock=use_case.clock,
        )
        self._most = max(0, channel.in_flight - use_case.left.count(channel.name))
        self._calls = _calls(use_case.pool, self._most, call)
        self._notes = self._new_notes()
        self._spare = self._most // 2 + max(0, self._most - RUN_DRY_FROM)
        sends: object = self._provider
        self._price_after = sends.price_after if isinstance(sends, TellsPricesLate) else None
        self._most_to_begin = self._most + self._spare - max(1, self._most // 2)
        self._waiting: deque[list[OutboundSms]] = deque()
        self._unused: list[Slot] = []
        self._leased = self._held = self._begun = 0
        self._standing = use_case.switch.health.state(channel.name).standing

    def run(self) -> bool:
        """Returns whether everything due was dealt with."""
        if not self._most:  # as one of those that are out ends, the lane is woken
            return False
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
                        log.debug("What is due on %s has to wait.", self._channel.name)
                        drained = True
                        break
                    if not self._lease():
                        look_at = clock.monotonic() + LOOK_AGAIN_SECONDS
                        # What the channel refused as it would all is about to leave by another.
                        soon = self._notes.soon + 2 * LOOK_AGAIN_SECONDS
                        if not self._calls.count and look_at > soon:
                            drained = True
                            break
                pause = self._begin() if self._waiting and self._has_room else left
                if pause > 0:
                    self._wait(min(pause, left, LOOK_AGAIN_SECONDS if not self._waiting else left))
            if not drained:
                self._hand_over()
        finally:
            self._see_out()
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

    def _hand_over(self) -> None:
        """Leaves the rest to the next job while the last calls of this one are still out.

        Another worker takes it up at once: nobody waits for these calls before they send.
        """
        self._put_back()
        self._case.jobs.wake_outbound(self._channel.name, self._lane)

    def _see_out(self) -> None:
        """Waits for the last calls, but not for a provider that is slow with them.

        Else such a channel would hold one worker after the other, and the channels behind it.
        """
        looks = LAST_LOOKS
        while (out := self._calls.count) and looks:
            self._note(LOOK_AGAIN_SECONDS, out)
            looks -= self._calls.count == out
        if not self._calls.count:
            return
        case, name = self._case, self._channel.name
        late = self._new_notes()
        case.left.add(name, self._calls.count)
        self._calls.leave(
            StoreLate(case.left, late, case.outbox, case.jobs, case.clock, self._lane)
        )
        out = self._calls.count
        self._note(0.0)  # those that have ended just now are not told
        case.left.add(name, self._calls.count - out)

    def _new_notes(self) -> NoteOutcomes:
        case = self._case
        return NoteOutcomes(
            channel=self._channel,
            consents=case.consents,
            counters=case.counters,
            clock=case.clock,
            chance=case.chance,
        )

    def _put_back(self) -> None:
        if self._waiting:
            ids = [sms.id for group in self._waiting for sms in group]
            self._waiting.clear()
            self._case.outbox.give_back(ids, self._case.clock.now())

    @property
    def _has_room(self) -> bool:
        """Whether so many calls more can be begun that it pays to mark them."""
        return self._calls.count <= self._most_to_begin

    def _lease(self) -> bool:
        channel, now = self._channel, self._case.clock.now()
        size = self._provider.batch_size
        most = min(
            self._most * LEASED_WINDOWS * size,
            1 + int(channel.max_per_second * LEASED_SECONDS),
            LEASED_AT_MOST,
        )
        until = now + timedelta(seconds=LEASE_SECONDS)
        leased = self._case.outbox.lease(channel.name, self._lane, most, now + APART, until)
        kept = self._case.switch(channel.name, self._lane, leased) if leased else Sorted(staying=())
        self._waiting.extend(batches(kept.staying, self._provider, channel.max_per_second))
        self._leased, self._held = len(kept.staying) + kept.held, kept.held
        return bool(leased)

    def _begin(self) -> float:
        """Begins what may leave soon; returns the seconds until more may, 0 to go on at once."""
        room = self._most + self._spare - self._calls.count
        ahead = [self._waiting[place] for place in range(min(room, len(self._waiting)))]
        wanted = [sum(sms.parts for sms in group) for group in ahead]
        slots, pause = self._case.throttle.take(
            self._channel,
            self._lane,
            wanted,
            self._unused,
            at_any_time=self._call.missed.count > MISSED_SHARE * self._begun,
        )
        self._unused = []
        self._begun += len(slots)
        if not slots:
            return pause
        window = [sms for _ in slots for sms in self._waiting.popleft()]
        started = {sms.id for sms in self._start(window)}
        for group, slot in zip(ahead, slots, strict=False):
            mts = [sms for sms in group if sms.id in started]
            if mts:
                self._calls.begin(Call(mts, slot))
            else:
                self._unused.append(slot)
        return 0.0

    def _wait(self, seconds: float) -> None:
        """Waits for so long, or for room, or for all calls; stores what is known before a pause.

        To be woken for each call that ends costs more than what is done about it.
        """
        if self._calls.count:
            too_many = self._calls.count - self._most_to_begin
            wanted = too_many if self._waiting and too_many > 0 else self._calls.count
            self._note(min(seconds, LOOK_AGAIN_SECONDS), wanted)
            return
        # A pause is a good time to be killed in: what is known shall not be lost then.
        self._store()
        self._case.clock.sleep(seconds)

    def _hold_back(self, undecided: Sequence[OutboundSms]) -> None:
        """Puts back what nobody has asked for, and what its subscriber has said may end."""
        self._held += len(undecided)
        if undecided:
            later = self._case.clock.now() + timedelta(seconds=HELD_SECONDS)
            self._case.outbox.give_back([sms.id for sms in undecided], later)

    def _weigh(self, window: Sequence[OutboundSms]) -> Weighed[OutboundSms]:
        """Returns what may go out now, and what waits.

        What nobody has asked for waits while its subscriber's word is not read yet, or somebody's
        is still on the disk of a node: it may be STOP.
        """
        notices = [sms for sms in window if sms.purpose is Purpose.NOTICE]
        if not notices or not self._case.spools.may_hide_a_stop():
            return self._case.consents.weigh(window)
        rest = [sms for sms in window if sms.purpose is not Purpose.NOTICE]
        return Weighed(self._case.consents.allowed(rest), notices)

    def _start(self, window: Sequence[OutboundSms]) -> Sequence[OutboundSms]:
        """Marks what may go out as being sent, and returns it. Every MT passes here.

        Consent is asked for here, at the last moment: a STOP that is stored while those before are
        being sent counts for these. What is known of calls that have ended is stored with it.
        """
        weighed = self._weigh(window)
        self._hold_back(weighed.undecided)
        self._note(0.0)
        allowed = [sms.id for sms in weighed.allowed]
        stay = {*allowed, *(sms.id for sms in weighed.undecided)}
        for sms in window:
            if sms.id not in stay:
                self._notes.close(sms, DeliveryStatus.REFUSED, "opted_out")
        now, known = self._case.clock.now(), self._notes.known()
        late = self._price_after
        price_at = None if late is None else now + late
        started = set(self._case.outbox.start(allowed, known, now, self._channel.name, price_at))
        return [sms for sms in window if sms.id in started]

    def _store(self) -> None:
        self._case.outbox.start([], self._notes.known(), self._case.clock.now())

    def _note(self, seconds: float, wanted: int = 1) -> None:
        """Notes what ended calls came to; waits so long for so many to end."""
        self._notes(self._calls.ended(seconds, wanted))


def _calls(pool: Executor, most: int, make: MakeCall) -> CallsInFlight:
    """Returns what makes calls side by side: in one thread, where the provider's can be."""
    provider: object = make.provider
    if isinstance(provider, HasCourier):
        return CallsByCourier(pool, most, make, provider.courier)
    return CallsInFlight(pool, most, make)
