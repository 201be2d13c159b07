"""Fill the outbox from broadcasts that are being sent: a few recipients at a time.

The ticker does it. However many recipients there are, only a step of them is in memory, and only
what leaves within seconds waits in the outbox. A step stores its MTs and the cursor behind them in
one transaction, so that nobody is doubled or skipped, wherever the process dies.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import assert_never

from gateway.domain.broadcast.broadcast import Broadcast
from gateway.domain.broadcast.pacing import AHEAD_SECONDS, STEP, due_now, next_after, pace_of
from gateway.domain.broadcast.states import State
from gateway.domain.faults_and_errors.sentence import Sentence
from gateway.domain.telecom.channel import Channel
from gateway.domain.telecom.quiet_hours import QuietHours
from gateway.domain.telecom.segments import segment
from gateway.domain.telecom.sms import Lane, NewSms, Purpose
from gateway.use_cases.broadcast.act_on import OverBudget
from gateway.use_cases.broadcast.its_own import NotTheirs
from gateway.use_cases.broadcast.wording_members import UNREADABLE, Worded, Words
from gateway.use_cases.ports import Clock, Counters, Jobs, Releases
from gateway.use_cases.ports.common import MOST_SKEW
from gateway.use_cases.ports.sms.broadcasts import (
    WORDED_BY,
    Audiences,
    Broadcasts,
    Filled,
    RecipientLists,
)

log = logging.getLogger(__name__)

#: How long one round may take, so that the ticker's other tasks have their turn.
WORK_SECONDS = 2.0
#: Rows that are held, taken back or removed in one statement.
AT_ONCE = 5000
#: Why a broadcast ended before all were written to.
EXPIRED = "expired"


@dataclass(frozen=True, slots=True, kw_only=True)
class FillBroadcasts:
    """The use case, with the ports it needs.

    `turns_per_second` are the USSD turns that the gateway is expected to answer; 0 where nobody has
    said. `over_budget` returns why an institution may not spend so many segments more,
    `not_theirs` why it may not write about a topic, or by a channel, any more.
    """

    broadcasts: Broadcasts
    audiences: Audiences
    lists: RecipientLists
    releases: Releases
    channels: Mapping[str, Channel]
    quiet: QuietHours
    jobs: Jobs
    turns_per_second: float
    over_budget: OverBudget
    not_theirs: NotTheirs
    counters: Counters
    clock: Clock

    def __call__(self) -> None:
        """Takes each broadcast as far as it can go now, in turn, and for so long."""
        stop_at = self.clock.monotonic() + WORK_SECONDS
        while self.clock.monotonic() < stop_at:
            went_on = [self._step(each) for each in self.broadcasts.moving()]
            if not any(went_on):
                return

    def _step(self, broadcast: Broadcast) -> bool:
        """Returns whether a broadcast can go further at once."""
        now = self.clock.now()
        match broadcast.state:
            case State.SCHEDULED:
                return self._begin(broadcast, now)
            case State.CANCELLED:
                return self._end(broadcast, State.CANCELLED, broadcast.why, now)
            case State.PAUSED if broadcast.has_expired(now) and self._in_step:
                return self._end(broadcast, State.DONE, EXPIRED, now)
            case State.PAUSED:
                return self.broadcasts.hold(broadcast.id, AT_ONCE, now) > 0
            case State.SENDING:
                return self._send(broadcast, now)
            case State.DRAFT | State.CHECKED | State.WAITING | State.APPROVED | State.DONE:
                return False  # a person has the word, or nothing is left to do
            case _:
                assert_never(broadcast.state)

    @property
    def _in_step(self) -> bool:
        """Returns whether the clock may end what holds until a time: an end is for good."""
        return abs(self.clock.skew()) <= MOST_SKEW

    def _begin(self, broadcast: Broadcast, now: datetime) -> bool:
        if broadcast.start_at is None or broadcast.start_at > now:
            return False
        begun = replace(broadcast, state=State.SENDING, next_at=now)
        return self.broadcasts.change(begun, now)

    def _send(self, broadcast: Broadcast, now: datetime) -> bool:
        if broadcast.has_expired(now):
            return self._in_step and self._end(broadcast, State.DONE, EXPIRED, now)
        if broadcast.lane is Lane.BULK and self.quiet.hold(now):
            if not broadcast.held:
                return self.broadcasts.change(replace(broadcast, held=True), now)
            return self.broadcasts.hold(broadcast.id, AT_ONCE, now) > 0
        if broadcast.held:
            if self.broadcasts.release(broadcast.id, AT_ONCE, now):
                self._wake(broadcast, self.channels)
                return True
            return self.broadcasts.change(replace(broadcast, held=False), now)
        if broadcast.filled_at is None:
            return self._fill(broadcast, now)
        return self._end(broadcast, State.DONE, "", now)

    def _fill(self, broadcast: Broadcast, now: datetime) -> bool:
        channel = self._channel_of(broadcast)
        if channel is None:
            return self._stop(broadcast, Sentence("No channel sends SMS any more."), now)
        pace = pace_of(
            broadcast.per_minute,
            channel.max_per_second,
            bool(broadcast.service_code),
            self.turns_per_second,
        )
        next_at = broadcast.next_at or now
        ahead = max(1, round(channel.max_per_second * AHEAD_SECONDS))
        room = ahead - self.broadcasts.waiting(broadcast.id, ahead)
        most = min(STEP, room, due_now(next_at, now, pace))
        if most <= 0:
            return False
        found = self.audiences.members(broadcast, broadcast.cursor, most)
        left_out: Counter[str] = Counter({UNREADABLE: found.unreadable})
        words = Words(broadcast, self.releases.current(), self.channels)
        worded = list(words.of(found.members, left_out))
        whose = broadcast.institution
        why = self.not_theirs(whose, broadcast.topic, channel.name) or self.over_budget(
            whose, _segments(worded), now
        )
        if why and not broadcast.is_emergency:
            return self._stop(broadcast, why, now)
        step = Filled(
            sms=[_sms(broadcast, each, words.service) for each in worded],
            cursor=found.cursor,
            left_out=dict(+left_out),
            next_at=next_after(next_at, now, len(worded), pace),
            ends=found.ends,
        )
        if self.broadcasts.fill(broadcast, step, now):
            lane = broadcast.lane.value
            self.counters.add("broadcast_sms", len(worded), institution=whose, lane=lane)
            self._wake(broadcast, {each.channel for each in worded})
        return True

    def _end(self, broadcast: Broadcast, state: State, why: str, now: datetime) -> bool:
        """Takes back what has not left of one that ends early, and closes one of which all has."""
        id = broadcast.id
        is_early = state is State.CANCELLED or why == EXPIRED
        if is_early and self.broadcasts.take_back(id, AT_ONCE, now):
            return True
        if self.broadcasts.waiting(id, 1):
            return False
        if is_early:  # what was on its way when it ended may be unknown by now
            self.broadcasts.let_lapse(id, now)
        if self.lists.discard(id, AT_ONCE):
            return True
        ended = replace(broadcast, state=state, why=why, closed_at=now, held=False)
        if self.broadcasts.change(ended, now):
            log.info("Broadcast %d is %s.", id, state.value)
            self.counters.add(
                "broadcasts_ended", institution=broadcast.institution, state=state.value
            )
        return False

    def _stop(self, broadcast: Broadcast, why: str, now: datetime) -> bool:
        paused = replace(broadcast, state=State.PAUSED, held=True, why=why)
        if self.broadcasts.change(paused, now):
            log.error("Broadcast %d is paused. %s", broadcast.id, why)
            self.counters.add("broadcasts_paused", institution=broadcast.institution)
        return True

    def _channel_of(self, broadcast: Broadcast) -> Channel | None:
        sending = {name: each for name, each in self.channels.items() if each.sends}
        return sending.get(broadcast.channel) or next(iter(sending.values()), None)

    def _wake(self, broadcast: Broadcast, channels: Iterable[str]) -> None:
        for name in channels:
            self.jobs.wake_outbound(name, broadcast.lane)


def _segments(worded: Iterable[Worded]) -> int:
    alike = Counter(each.text for each in worded)
    return sum(number * len(segment(text).parts) for text, number in alike.items())


def _sms(broadcast: Broadcast, each: Worded, service: str) -> NewSms:
    return NewSms(
        channel=each.channel,
        subscriber=each.member.subscriber,
        text=each.text,
        lane=broadcast.lane,
        purpose=Purpose.EMERGENCY if broadcast.is_emergency else Purpose.NOTICE,
        key=f"broadcast:{broadcast.id}",
        member=each.member.index,
        topic=broadcast.topic,
        institution=broadcast.institution,
        valid_until=broadcast.valid_until,
        template_id=f"{WORDED_BY}{each.language}",
        service=service,
        language=each.language,
    )
