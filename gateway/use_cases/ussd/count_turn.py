"""Count one USSD turn: whether, how and how fast it was answered."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from gateway.domain.dialogue.session import Session
from gateway.domain.menu.release import Release
from gateway.domain.telecom.ussd import UssdReply
from gateway.use_cases.ports import Clock, Counters, TurnRecord
from gateway.use_cases.ussd.dialogue import TurnInHand, TurnResult

#: The service of a turn that did not come as far as any.
NO_SERVICE = "none"


class AnsweredTurn(NamedTuple):
    """A reply, and what is counted of it. `at` is the screen; `ends` that the session is over now.

    A reply that is given again ends nothing: its session was counted before.
    """

    reply: UssdReply
    outcome: str
    at: str = ""
    begins: bool = False
    ends: bool = False


NOT_ANSWERED = AnsweredTurn(UssdReply(text="", ends=True), "failed")


def outcome_of(result: TurnResult) -> str:
    """Returns what a turn came to, in a word."""
    return result.progress.failure or result.progress.step.event


def record_of(
    turn: TurnInHand, release: Release, session: Session, event: str, now: datetime, seconds: float
) -> TurnRecord:
    """Returns the turn as statistics see it, answered at `now`, `seconds` after it began."""
    service, _, screen = session.at.partition(".")
    return TurnRecord(
        at=now,
        channel=turn.channel.name,
        service=service,
        screen=screen,
        event=event,
        language=session.language,
        milliseconds=int(seconds * 1000),
        network_code=turn.said.network_code,
        institution=release.institution_of(service),
    )


def answered_with(result: TurnResult, *, begins: bool) -> AnsweredTurn:
    """Returns the reply of a turn that was played."""
    shown = result.shown
    reply = UssdReply(text=shown.text, ends=shown.ends)
    return AnsweredTurn(reply, outcome_of(result), shown.session.at, begins, shown.ends)


def count_turn(counters: Counters, clock: Clock, turn: TurnInHand, answered: AnsweredTurn) -> None:
    """Counts a turn whose answer is ready."""
    seconds = clock.monotonic() - turn.began
    channel, outcome = turn.channel.name, answered.outcome
    service = answered.at.partition(".")[0] or NO_SERVICE
    counters.add("turns", channel=channel, service=service, outcome=outcome)
    counters.observe("answer_seconds", seconds, channel=channel)
    if seconds > turn.channel.deadline_seconds:
        counters.add("turns_late", channel=channel)
    if answered.begins:
        counters.add("sessions_begun", channel=channel)
    if answered.ends:
        counters.add("sessions_ended", channel=channel, service=service, outcome=outcome)
