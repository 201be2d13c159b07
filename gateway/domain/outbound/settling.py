"""What is done about an MT of which nobody knows whether the provider has it. Pure.

An HTTP 5xx, a cut line or a killed worker leaves such an MT behind. Its citizen may have the SMS
already, so that a second one is an evil, and may wait for it in vain, which is a worse one.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import assert_never

from gateway.domain.telecom.sms import Lane, OutboundSms, Purpose

#: A provider is asked no sooner: what it was handed a moment ago need not be in its list yet.
ASK_AFTER = timedelta(seconds=30)
#: Its "I have no such SMS" counts from then on. Longer than any call of ours can still be open.
NOT_THERE_AFTER = timedelta(minutes=3)
#: A warning is sent again after so long though no reports show that the channel works.
URGENT_ANYHOW_AFTER = timedelta(minutes=10)
#: Reports flow on a channel while the last one is no older than this.
FLOWS_FOR = timedelta(minutes=10)
#: Between two looks: a quarter of the time that has passed, within these bounds.
SOONEST, LATEST = timedelta(seconds=30), timedelta(hours=1)


class Move(enum.StrEnum):
    """What comes next for an MT whose outcome is unknown."""

    WAIT = "wait"
    ASK = "ask"
    SEND_COPY = "send_copy"
    LEAVE = "leave"


class StepKind(enum.StrEnum):
    """What has happened to an MT off the straight way; the straight way stands in its row."""

    UNKNOWN = "unknown"
    ASKED = "asked"
    QUEUED_AGAIN = "queued_again"
    COPIED = "copied"
    LEFT = "left"
    REPORTED = "reported"
    CONTRADICTED = "contradicted"
    SETTLED = "settled"
    ENDED = "ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportFlow:
    """How the delivery reports of a channel come: the last one at `at`.

    `through` is when the newest MT was begun to be sent of which a final report has come.
    """

    at: datetime
    through: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsettled:
    """An MT whose outcome is unknown since `since`, for the reason `why`.

    `noted` is whether that is among its steps yet, `left` whether it is not sent again by rule,
    and `copied` whether it was sent again already.
    """

    sms: OutboundSms
    since: datetime
    why: str
    noted: bool = False
    left: bool = False
    copied: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SettlingRules:
    """A deployment's own: how long an MT of each lane is wanted, and which are sent again when.

    A lane that is not in `again_after` has nothing sent again by rule.
    """

    validity: Mapping[Lane, timedelta]
    again_after: Mapping[Lane, timedelta]

    def ends_at(self, sms: OutboundSms) -> datetime:
        """Returns when an MT is final in any case."""
        return sms.valid_until or sms.created_at + self.validity[sms.lane]

    def may_be_sent_again(self, mt: Unsettled) -> bool:
        """Returns whether the rule of its lane may send it once more, now or later.

        A notice was not asked for: who gets it twice is annoyed, and who does not get it waits for
        nothing. A warning is a notice that may save a life. A copy is never copied.
        """
        if mt.copied or mt.sms.resend_of is not None or mt.sms.lane not in self.again_after:
            return False
        match mt.sms.lane:
            case Lane.URGENT:
                return True
            case Lane.REPLY:
                return mt.sms.purpose not in (Purpose.NOTICE, Purpose.EMERGENCY)
            case Lane.BULK:
                return False
            case _:
                assert_never(mt.sms.lane)

    def next_move(
        self, mt: Unsettled, flow: ReportFlow | None, now: datetime, *, can_ask: bool
    ) -> Move:
        """Returns what to do now, where the provider `can_ask` or has just not been able to say."""
        age = now - mt.since
        if can_ask:
            return Move.ASK if age >= ASK_AFTER else Move.WAIT
        if not self.may_be_sent_again(mt):
            return Move.LEAVE
        if age < self.again_after[mt.sms.lane]:
            return Move.WAIT
        if shows_it_is_lost(mt, flow, now):
            return Move.SEND_COPY
        if mt.sms.lane is Lane.URGENT and age >= URGENT_ANYHOW_AFTER:
            return Move.SEND_COPY
        return Move.WAIT

    def look_again(self, mt: Unsettled, now: datetime, *, can_ask: bool) -> datetime:
        """Returns when to look at it next: seldomer as time goes by, and never after its end."""
        end = self.ends_at(mt.sms)
        if mt.left and not can_ask:
            return end
        pause = min(max((now - mt.since) / 4, SOONEST), LATEST)
        return min(now + pause, end)


def shows_it_is_lost(mt: Unsettled, flow: ReportFlow | None, now: datetime) -> bool:
    """Returns whether the provider would have reported this MT by now, if it had it.

    It has reported an MT that was begun after this one, and its reports still come.
    """
    return flow is not None and flow.through > mt.since and now - flow.at <= FLOWS_FOR
