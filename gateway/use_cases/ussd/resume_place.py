"""What a turn leaves behind for a session that may come back to it."""

from __future__ import annotations

from datetime import datetime, timedelta

from gateway.domain.dialogue.resume_offer import is_resume_code
from gateway.domain.dialogue.session import Offer, StoredTurn
from gateway.domain.dialogue.transition import Event
from gateway.domain.menu.release import Service
from gateway.domain.menu.screens import EndScreen
from gateway.use_cases.ports import ResumePlace
from gateway.use_cases.ussd.dialogue import TurnInHand, TurnResult

#: Ends of a session after which it can still be gone on with, from the screen before.
_UNFINISHED = frozenset({"unavailable", "too_slow", "closed", "try_again", "resume_lapsed"})


def nudges(service: Service) -> bool:
    """Returns whether a subscriber is told of a drop in this service."""
    return service.nudge and not service.sensitive and service.resume_seconds > 0


def leads_astray(turn: TurnInHand, before: StoredTurn | None, result: TurnResult) -> bool:
    """Returns whether from this turn on the answers of a session are not the home screen's.

    A session that began with a code does not count: replayed, it is led through the code again.
    Nor does one of newest answers alone, which nobody can replay.
    """
    if turn.said.alone is not None:
        return False
    known = before is not None and _is_led(turn, before.offer, before.origin)
    if known or not _is_led(turn, result.offer, result.origin):
        return False
    return not (turn.all_answers and is_resume_code(turn.all_answers[0]))


def _is_led(turn: TurnInHand, offer: Offer | None, origin: str) -> bool:
    return offer is not None or origin not in ("", turn.key.hex())


def resume_place_of(
    turn: TurnInHand, result: TurnResult, has_dropped: bool, now: datetime
) -> ResumePlace | None:
    """Returns what a turn does to the place its subscriber can come back to.

    `has_dropped` says that there is such a place already.
    """
    service = result.release.service_of(result.shown.session.at)
    if not (service.resume_seconds or has_dropped or result.offer is not None):
        return None
    last = result.release.screens.get(result.shown.session.at)
    # If only the first of its pages was read; or all that was told is stored, and only what is
    # optional is asked for.
    done = isinstance(last, EndScreen) or result.shown.session.written
    told = nudges(service) and not done and turn.channel.can_text(turn.said.subscriber)
    drops = now + timedelta(seconds=turn.channel.session_seconds) if told else None
    if result.offer is not None:
        drops = None if result.offer.code else drops
        return ResumePlace(subscriber=turn.subscriber, keep_seconds=None, nudge_at=drops)
    kept = result.shown.session.written or (isinstance(last, EndScreen) and last.sms)
    if not result.shown.ends and service.resume_seconds and not kept:
        return ResumePlace(
            subscriber=turn.subscriber, keep_seconds=service.resume_seconds, nudge_at=drops
        )
    if not has_dropped:
        return None
    progress = result.progress
    unfinished = progress.failure in _UNFINISHED or progress.step.event is Event.GIVEN_UP
    keep_seconds = None if result.shown.ends and unfinished else 0.0
    return ResumePlace(subscriber=turn.subscriber, keep_seconds=keep_seconds)


def kept_for_resume(turn: TurnInHand, result: TurnResult) -> tuple[str, str, str]:
    """Returns what a later session needs of a turn: its origin, its caller and their channel.

    The last two are empty unless a nudge may go.
    """
    origin, session = result.origin or turn.key.hex(), result.shown.session
    told = result.offer is None and not result.shown.ends
    if told and nudges(result.release.service_of(session.at)):
        return origin, turn.said.subscriber.as_stored, turn.channel.name
    return origin, "", ""
