"""Settle the MTs of which nobody knows whether the provider has them; end those whose time is over.

No row stays open: a report, the provider's own word, or a rule settles it, and at last its time.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import assert_never

from gateway.domain.faults_and_errors.errors import SendFailed
from gateway.domain.outbound.copies import copy_of
from gateway.domain.outbound.settling import (
    NOT_THERE_AFTER,
    Move,
    ReportFlow,
    SettlingRules,
    StepKind,
    Unsettled,
)
from gateway.domain.telecom.channel import Channel
from gateway.domain.telecom.delivery import DeliveryReport, DeliveryStatus
from gateway.domain.telecom.retry_schedule import SCHEDULE
from gateway.domain.telecom.sms import Lane, NewSms
from gateway.use_cases.outbound.record_delivery import RecordDelivery
from gateway.use_cases.ports import Clock, Counters, Jobs
from gateway.use_cases.ports.common import MOST_SKEW
from gateway.use_cases.ports.sms.settling import KnowsWhatItTook, Moves, Settling, Step

log = logging.getLogger(__name__)

#: Looked at, and ended, in one step: the ticker has other things to do.
AT_ONCE = 200
ENDED_AT_ONCE = 1000
#: Who has claimed MTs to look at them is done within this; after a crash others look.
CLAIM = timedelta(minutes=2)
#: Providers are asked no longer than this in one step; the rest has its turn in the next.
ASKING_SECONDS = 4.0


@dataclass(slots=True)
class _Decided:
    """What is gathered while MTs are looked at."""

    look_at: dict[int, datetime] = field(default_factory=dict)
    again: list[int] = field(default_factory=list)
    failed: list[int] = field(default_factory=list)
    copies: dict[int, NewSms] = field(default_factory=dict)
    steps: list[Step] = field(default_factory=list)
    found: list[tuple[Channel, DeliveryReport]] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class SettleUnknown:
    """The use case, with the ports it needs. One ticker runs it every few seconds.

    `asked` are the providers, by channel, that can say whether they have an MT.
    """

    settling: Settling
    rules: SettlingRules
    channels: Mapping[str, Channel]
    asked: Mapping[str, KnowsWhatItTook]
    record_delivery: RecordDelivery
    jobs: Jobs
    counters: Counters
    clock: Clock

    def __call__(self) -> bool:
        """Looks at a batch; returns whether there may be more at once.

        Nothing is sent again, nor ended, by a clock that the others do not share.
        """
        if abs(self.clock.skew()) > MOST_SKEW:
            return False
        now = self.clock.now()
        ended = self.settling.end_overdue(self.rules.validity, now, ENDED_AT_ONCE)
        for channel, status in ended:
            self.counters.add("sms_ended", channel=channel, status=status.value)
        claimed = self.settling.claim(now, now + CLAIM, AT_ONCE)
        if not claimed:
            return len(ended) >= ENDED_AT_ONCE
        decided = self._look_at(claimed, self.settling.flows())
        self._store(claimed, decided)
        return len(claimed) == AT_ONCE or len(ended) >= ENDED_AT_ONCE

    def _look_at(self, claimed: Sequence[Unsettled], flows: Mapping[str, ReportFlow]) -> _Decided:
        decided = _Decided()
        stop_at = self.clock.monotonic() + ASKING_SECONDS
        for mt in claimed:
            if not mt.noted:
                step = Step(sms_id=mt.sms.id, at=mt.since, kind=StepKind.UNKNOWN, detail=mt.why)
                decided.steps.append(step)
            can_ask = mt.sms.channel in self.asked
            in_time = self.clock.monotonic() < stop_at
            flow, now = flows.get(mt.sms.channel), self.clock.now()
            move = self.rules.next_move(mt, flow, now, can_ask=can_ask)
            if move is Move.ASK:
                if not in_time:
                    decided.look_at[mt.sms.id] = now
                    continue
                move = self._ask(mt, flow, decided)
            self._decide(mt, move, decided, can_ask=can_ask)
        return decided

    def _decide(self, mt: Unsettled, move: Move, decided: _Decided, *, can_ask: bool) -> None:
        now = self.clock.now()
        match move:
            case Move.SEND_COPY:
                decided.copies[mt.sms.id] = copy_of(mt.sms, 1, self.rules.ends_at(mt.sms))
            case Move.LEAVE:
                if not mt.left and not mt.copied:
                    step = Step(sms_id=mt.sms.id, at=now, kind=StepKind.LEFT)
                    decided.steps.append(step)
                end = self.rules.ends_at(mt.sms)
                again = self.rules.look_again(mt, now, can_ask=True) if can_ask else end
                decided.look_at[mt.sms.id] = again
            case Move.WAIT | Move.ASK:
                decided.look_at[mt.sms.id] = self.rules.look_again(mt, now, can_ask=can_ask)
            case _:
                assert_never(move)

    def _ask(self, mt: Unsettled, flow: ReportFlow | None, decided: _Decided) -> Move:
        """Asks the provider whether it has an MT; returns what is left to do about it."""
        sms = mt.sms
        try:
            found = self.asked[sms.channel].find_sent(
                sms, mt.since - CLAIM, lambda ref: self.settling.is_another(sms, ref)
            )
        except SendFailed as failure:
            self._note_asked(mt, f"cannot say: {failure}", decided)
            return self.rules.next_move(mt, flow, self.clock.now(), can_ask=False)
        except Exception as error:  # an SDK in trouble must not keep the others waiting
            log.error("Asking for MT %s raised %s", sms.id, type(error).__name__)
            self._note_asked(mt, f"cannot say: {type(error).__name__}", decided)
            return self.rules.next_move(mt, flow, self.clock.now(), can_ask=False)
        if found is not None:
            self._note_asked(mt, f"has it: {found.detail}", decided)
            decided.found.append((self.channels[sms.channel], found))
            self._count(sms.channel, "found")
            return Move.WAIT
        if self.clock.now() - mt.since < NOT_THERE_AFTER:
            return Move.WAIT
        self._note_asked(mt, "has it not", decided)
        (decided.failed if sms.attempt > len(SCHEDULE) else decided.again).append(sms.id)
        self._count(sms.channel, "not_there")
        return Move.WAIT

    def _note_asked(self, mt: Unsettled, said: str, decided: _Decided) -> None:
        at = self.clock.now()
        step = Step(sms_id=mt.sms.id, at=at, kind=StepKind.ASKED, detail=said)
        decided.steps.append(step)

    def _store(self, claimed: Sequence[Unsettled], decided: _Decided) -> None:
        now = self.clock.now()
        moves = Moves(
            look_at=decided.look_at,
            again=decided.again,
            failed=decided.failed,
            copies=decided.copies,
            steps=decided.steps,
        )
        copied = {first for first, _ in self.settling.store(moves, now)}
        if decided.found:
            self.record_delivery(decided.found)
        lanes: set[tuple[str, Lane]] = set()
        for mt in claimed:
            if mt.sms.id in copied:
                self._count(mt.sms.channel, "copied")
            if mt.sms.id in copied or mt.sms.id in decided.again:
                lanes.add((mt.sms.channel, mt.sms.lane))
            if mt.sms.id in decided.failed:
                status = DeliveryStatus.FAILED.value
                self.counters.add("sms_ended", channel=mt.sms.channel, status=status)
        for channel, lane in sorted(lanes):
            self.jobs.wake_outbound(channel, lane)
        if copied:
            log.warning("%d MTs of unknown outcome are sent once more, by rule.", len(copied))

    def _count(self, channel: str, way: str) -> None:
        self.counters.add("sms_settled", channel=channel, way=way)
