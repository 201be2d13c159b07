"""Count one USSD turn: whether, how and how fast it was answered."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from gateway.domain.dialogue.session import Session, StoredTurn
from gateway.domain.menu.release import Release
from gateway.domain.menu.screens import EndScreen
from gateway.domain.telecom.channel import Channel
from gateway.use_cases.ports import Counters, TurnRecord
from gateway.use_cases.ussd.dialogue import TurnInHand

#: The service of a turn that did not come as far as any.
NO_SERVICE = "none"


def record_of(
    turn: TurnInHand,
    release: Release,
    reached: Session,
    event: str,
    now: datetime,
    seconds: float,
    *,
    before: StoredTurn | None,
    ends: bool,
    **also: Any,
) -> TurnRecord:
    """Returns the turn as statistics see it, answered at `now`, `seconds` after it began.

    `before` is the turn before it in its session, which has `reached` what is shown, and `ends`
    says whether this one ends it; `also` is what else stands in the record.
    """
    service, _, screen = reached.at.partition(".")
    was = None if before is None else before.session
    return TurnRecord(
        at=now,
        channel=turn.channel.name,
        service=service,
        screen=screen,
        event=event,
        language=reached.language,
        milliseconds=int(seconds * 1000),
        network_code=turn.said.network_code,
        institution=release.institution_of(service),
        came_from=was.at if was else "",
        came_from_institution=release.institution_of(was.at.partition(".")[0]) if was else "",
        came_from_language=was.language if was else "",
        came_from_done=was is not None
        and (is_done(was) or isinstance(release.screens.get(was.at), EndScreen)),
        ends=ends,
        is_late=seconds > turn.channel.deadline_seconds,
        district=district_of(release, reached),
        came_from_district=district_of(release, was) if was else "",
        done=is_done(reached),
        **also,
    )


def is_done(session: Session) -> bool:
    """Returns whether what the session's service was come to for is stored."""
    return bool(session.done_in) and session.done_in == session.at.partition(".")[0]


def district_of(release: Release, session: Session) -> str:
    """Returns the district that the caller has named; empty where the service counts by none."""
    service = release.services.get(session.at.partition(".")[0])
    if service is None or not service.district_from:
        return ""
    return session.answers.get(service.district_from, "")


def count_turn(
    counters: Counters,
    channel: Channel,
    outcome: str,
    seconds: float,
    at: str,
    *,
    begins: bool,
    ends: bool,
) -> None:
    """Counts a turn whose answer is ready, `seconds` after it began.

    `at` is the screen, `begins` and `ends` say whether a session does so with it.
    """
    name, service = channel.name, at.partition(".")[0] or NO_SERVICE
    counters.add("turns", channel=name, service=service, outcome=outcome)
    counters.observe("answer_seconds", seconds, channel=name)
    if seconds > channel.deadline_seconds:
        counters.add("turns_late", channel=name)
    if begins:
        counters.add("sessions_begun", channel=name)
    if ends:
        counters.add("sessions_ended", channel=name, service=service, outcome=outcome)
