"""Whether MTs leave by a channel: it is drained when it fails or slows, and recovers by trial.

The numbers here are hysteresis: it takes half of the calls to drain a channel, and four in five
that go well to take it up again, so that a channel on the border does not go to and fro.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import assert_never

from gateway.domain.faults_and_errors.errors import SendFailed
from gateway.domain.telecom.sms import OutboundSms

#: Calls are looked at for so long, in steps of ten seconds.
WINDOW = timedelta(seconds=120)
STEP_SECONDS = 10
#: Of fewer calls nothing is concluded.
LEAST_CALLS = 8
#: A call that takes longer is slow: a worker's calls then hold up those behind them.
SLOW_SECONDS = 10.0
#: How long a channel is left alone before it is tried; twice as long after each trial that failed.
FIRST_REST = timedelta(seconds=30)
FIRST_REST_OF_PAUSE = timedelta(seconds=60)
LONGEST_REST = timedelta(minutes=10)
#: So many MTs try a channel that was drained; one tries one that refused everything.
TRIAL_MTS = 5
#: Whoever began a trial and died is waited for no longer.
TRIAL_TAKES = timedelta(seconds=60)
#: Of a sender that an institution chose itself: it says nothing of the channel.
_OF_THE_SENDER = "sender_id_refused"


class Standing(enum.StrEnum):
    """How a channel is used.

    `OPEN` as configured; `DRAINED`: MTs that may leave by another channel do; `PAUSED`: nothing
    leaves; `PREFERRED`: a person lets it go before the others.
    """

    OPEN = "open"
    DRAINED = "drained"
    PAUSED = "paused"
    PREFERRED = "preferred"


@dataclass(frozen=True, slots=True, kw_only=True)
class Calls:
    """What some calls to a provider came to; `fault` is why every call of the channel would fail.

    A call is counted once: `failed` before `slow`.
    """

    made: int = 0
    failed: int = 0
    slow: int = 0
    fault: str = ""

    def __add__(self, other: Calls) -> Calls:
        """Returns both together; the fault is the later one."""
        return Calls(
            made=self.made + other.made,
            failed=self.failed + other.failed,
            slow=self.slow + other.slow,
            fault=other.fault or self.fault,
        )

    @property
    def bad(self) -> int:
        """Returns how many went other than they should."""
        return self.failed + self.slow


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelState:
    """How a channel stands, why, and since when.

    `by` is the person who decided; empty where the gateway did. `trial_at` is when it is tried
    next, and `tried` whether somebody is at it; None where nobody tries. `seen` are the calls of
    late, each with the second (since 1970) in which its step began.
    """

    name: str
    standing: Standing = Standing.OPEN
    reason: str = ""
    since: datetime | None = None
    by: str = ""
    trial_at: datetime | None = None
    tried: bool = False
    rest: timedelta = FIRST_REST
    seen: tuple[tuple[int, Calls], ...] = ()

    @property
    def of_late(self) -> Calls:
        """Returns the calls that are still looked at."""
        return sum((calls for _, calls in self.seen), Calls())

    def may_be_tried(self, now: datetime) -> bool:
        """Returns whether it is time to try it again."""
        return self.trial_at is not None and self.trial_at <= now


def is_of_channel(failure: SendFailed, sms: OutboundSms) -> bool:
    """Returns whether every MT of the channel would fail so, such as for want of balance."""
    return failure.alert and not (sms.sender and failure.code == _OF_THE_SENDER)


def noted(state: ChannelState, calls: Calls, now: datetime) -> ChannelState:
    """Returns how a channel stands after some calls. What a person has decided is not changed."""
    state = _with(state, calls, now)
    if state.by:
        return state
    if calls.fault:
        return _refusing(state, calls.fault, now)
    match state.standing:
        case Standing.OPEN | Standing.PREFERRED:
            return _of_open(state, now)
        case Standing.DRAINED:
            return _of_drained(state, now)
        case Standing.PAUSED:
            return _of_paused(state, calls, now)
        case _:
            assert_never(state.standing)


def decided(
    state: ChannelState, standing: Standing, by: str, reason: str, now: datetime
) -> ChannelState:
    """Returns the state as a person wants it; `OPEN` leaves it to the gateway from now on."""
    return ChannelState(
        name=state.name,
        standing=standing,
        reason=reason,
        since=now,
        by="" if standing is Standing.OPEN else by,
    )


def begun_trial(state: ChannelState, now: datetime) -> ChannelState:
    """Returns the state once somebody tries the channel; unchanged where it is not the time."""
    if not state.may_be_tried(now):
        return state
    return replace(state, trial_at=now + TRIAL_TAKES, tried=True)


def _with(state: ChannelState, calls: Calls, now: datetime) -> ChannelState:
    """Returns the state with some calls more, and without those of long ago."""
    step = int(now.timestamp()) // STEP_SECONDS * STEP_SECONDS
    oldest = (now - WINDOW).timestamp()
    steps = {at: each for at, each in state.seen if at >= oldest}
    steps[step] = replace(steps.get(step, Calls()) + calls, fault="")
    return replace(state, seen=tuple(sorted(steps.items())))


def _of_open(state: ChannelState, now: datetime) -> ChannelState:
    late = state.of_late
    if late.made < LEAST_CALLS or 2 * late.bad < late.made:
        return state
    return ChannelState(
        name=state.name,
        standing=Standing.DRAINED,
        reason=_why(late),
        since=now,
        trial_at=now + FIRST_REST,
    )


def _of_drained(state: ChannelState, now: datetime) -> ChannelState:
    late = state.of_late
    if late.made >= TRIAL_MTS and 5 * late.bad <= late.made:
        return ChannelState(
            name=state.name, reason=f"{late.made} calls went well enough", since=now
        )
    if late.made >= TRIAL_MTS and 2 * late.bad >= late.made:
        return _rested(state, now)
    return state


def _of_paused(state: ChannelState, calls: Calls, now: datetime) -> ChannelState:
    # Calls that were out when it was paused tell nothing: only a trial does.
    if not state.tried or calls.made <= calls.failed:
        return state
    return ChannelState(name=state.name, reason="a trial went well", since=now)


def _refusing(state: ChannelState, fault: str, now: datetime) -> ChannelState:
    if state.standing is Standing.PAUSED:
        return _rested(state, now) if state.tried else state
    return ChannelState(
        name=state.name,
        standing=Standing.PAUSED,
        reason=f"every call is refused: {fault}",
        since=now,
        trial_at=now + FIRST_REST_OF_PAUSE,
        rest=FIRST_REST_OF_PAUSE,
    )


def _rested(state: ChannelState, now: datetime) -> ChannelState:
    """Returns the state after a trial that failed: left alone for twice as long."""
    rest = min(state.rest * 2, LONGEST_REST)
    return replace(state, rest=rest, trial_at=now + rest, tried=False, seen=())


def _why(late: Calls) -> str:
    told = []
    if late.failed:
        told.append(f"{late.failed} of {late.made} calls failed")
    if late.slow:
        told.append(f"{late.slow} of {late.made} took over {SLOW_SECONDS:g} s")
    return f"{' and '.join(told)} within {WINDOW.seconds} s"
