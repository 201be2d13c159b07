"""How a session went, moment by moment, in plain words: screens and times, and never an answer."""

from __future__ import annotations

import enum
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from gateway.domain.analytics.session_course import WENT_ELSEWHERE, KeptTurn
from gateway.domain.analytics.session_ends import End
from gateway.domain.dialogue.transition import Event
from gateway.domain.text.told import Told
from gateway.use_cases.ports.analytics.kept_sessions import SessionPart

_REFUSED = "The answer was not accepted (%(why)s). %(screen)s was shown again."
#: What each event says; of all others the phrase that was said in place of a screen is told.
SENTENCES = {
    Event.SHOWN: "%(screen)s was shown.",
    Event.ENDED: "The last screen was shown: %(screen)s.",
    Event.GIVEN_UP: "Ended at %(screen)s, after too many answers that were not accepted.",
    Event.LOST: "The menu led nowhere from %(screen)s.",
    Event.OFFERED: "It was offered to go on where an earlier session had broken off.",
    Event.CALL: "%(screen)s asked another system.",
}
_PHRASE = "%(screen)s: instead of a screen it was said “%(phrase)s”."
_ELSEWHERE = "It went on to another institution's service."
_LEFT_OUT = "%(number)s more turns followed, of which nothing is kept."
_UNREADABLE = "What happened cannot be read: the key it was sealed with is gone."
_BROKE_OFF = "Nothing came any more: the line dropped, or the phone was put down, at %(screen)s."
_GOES_ON = "It may still go on."
LATE = "later than the deadline"
ALL = (
    *SENTENCES.values(), _REFUSED, _PHRASE, _ELSEWHERE, _LEFT_OUT, _UNREADABLE, _BROKE_OFF,
    _GOES_ON,
)  # fmt: skip


class Standing(enum.StrEnum):
    """How a session stands, or ended."""

    COMPLETED = "completed"
    GIVEN_UP = "given up"
    FAILED = "failed"
    BROKE_OFF = "broke off"
    ELSEWHERE = "went elsewhere"
    OPEN = "open"


_ENDS = {
    End.COMPLETED: Standing.COMPLETED,
    End.GIVEN_UP: Standing.GIVEN_UP,
    End.FAILED: Standing.FAILED,
}


class Step(NamedTuple):
    """What happened; where a screen was shown, after how many milliseconds, and if too late."""

    told: Told
    milliseconds: int | None = None
    is_late: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionFile:
    """A session as far as somebody may see it: its parts, in the order in which they began.

    `ends_after` is how long the channel waits for an answer.
    """

    parts: Sequence[SessionPart]
    ends_after: timedelta

    @property
    def id(self) -> int:
        """Returns the number by which it is asked for."""
        return self.parts[0].id

    @property
    def began_at(self) -> datetime:
        """Returns when it began."""
        return self.parts[0].began_at

    @property
    def last_at(self) -> datetime:
        """Returns when its newest turn was answered."""
        return max(part.last_at for part in self.parts)

    @property
    def turns(self) -> Sequence[KeptTurn]:
        """Returns the turns of all parts, in their order.

        Of a turn that leads from one part to another both tell: what was shown is enough.
        """
        mine = [turn for part in self.parts if part.course for turn in part.course.turns]
        seen = {turn.after for turn in mine if turn.event != WENT_ELSEWHERE}
        told = [turn for turn in mine if turn.event != WENT_ELSEWHERE or turn.after not in seen]
        return sorted(told, key=lambda turn: turn.after)

    @property
    def services(self) -> Sequence[str]:
        """Returns the services it was at, in their order."""
        return list(dict.fromkeys(turn.at.partition(".")[0] for turn in self.turns if turn.at))

    def standing(self, now: datetime) -> Standing:
        """Returns how it stands at a moment."""
        turns = self.turns
        if turns and turns[-1].event == WENT_ELSEWHERE:
            return Standing.ELSEWHERE
        ends = [part.course.end for part in self.parts if part.course and part.course.end]
        if ends:
            return _ENDS[ends[-1]]
        return Standing.BROKE_OFF if self.last_at + self.ends_after < now else Standing.OPEN


def life_of(file: SessionFile, now: datetime) -> Sequence[Step]:
    """Returns what happened, the earliest first; a screen stands in it by its id."""
    return list(_steps(file, now))


def _steps(file: SessionFile, now: datetime) -> Iterator[Step]:
    turns, began = file.turns, file.began_at
    for turn in turns:
        at = began + timedelta(seconds=turn.after)
        if turn.event == WENT_ELSEWHERE:
            yield Step(Told(at, _ELSEWHERE))
            continue
        yield Step(_shown(turn, at), turn.milliseconds, turn.is_late)
    if left_out := sum(part.course.left_out for part in file.parts if part.course):
        yield Step(Told(file.last_at, _LEFT_OUT, {"number": left_out}))
    if any(part.course is None for part in file.parts):
        yield Step(Told(file.last_at, _UNREADABLE))
    standing = file.standing(now)
    if standing is Standing.BROKE_OFF:
        last = turns[-1].at if turns else ""
        yield Step(Told(file.last_at + file.ends_after, _BROKE_OFF, {"screen": last}))
    elif standing is Standing.OPEN:
        yield Step(Told(now, _GOES_ON))


def _shown(turn: KeptTurn, at: datetime) -> Told:
    if turn.event == Event.REFUSED:
        return Told(at, _REFUSED, {"screen": turn.at, "why": _words(turn.refused_as)})
    sentence = SENTENCES.get(turn.event)  # type: ignore[call-overload] # any phrase may stand here
    if sentence is None:
        return Told(at, _PHRASE, {"screen": turn.at, "phrase": _words(turn.event)})
    return Told(at, sentence, {"screen": turn.at})


def _words(phrase: str) -> str:
    """Returns the name of a phrase as words."""
    return phrase.replace("_", " ")
