"""How a session went, moment by moment, in plain words: screens and times, and never an answer."""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple, assert_never

from gateway.domain.analytics.session_course import WENT_ELSEWHERE, KeptTurn
from gateway.domain.analytics.session_ends import End
from gateway.domain.dialogue.transition import Event
from gateway.domain.faults_and_errors.sentence import Sentence
from gateway.use_cases.ports.analytics.kept_sessions import SessionPart


class Standing(enum.StrEnum):
    """How a session stands, or ended."""

    COMPLETED = "completed"
    GIVEN_UP = "given up"
    FAILED = "failed"
    BROKE_OFF = "broke off"
    ELSEWHERE = "went elsewhere"
    OPEN = "open"


_EVENTS = {event.value: event for event in Event}
_ENDS = {
    End.COMPLETED: Standing.COMPLETED,
    End.GIVEN_UP: Standing.GIVEN_UP,
    End.FAILED: Standing.FAILED,
}


class Step(NamedTuple):
    """What happened; where a screen was shown, after how many milliseconds, and if too late."""

    at: datetime
    said: Sentence
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


def _words(phrase: str) -> str:
    """Returns the name of a phrase as words."""
    return phrase.replace("_", " ")


def life_of(
    file: SessionFile,
    now: datetime,
    name_of: Callable[[str], str] = str,
    phrase_of: Callable[[str], str] = _words,
) -> Sequence[Step]:
    """Returns what happened, the earliest first.

    `name_of` names a screen by its id, and `phrase_of` tells what the gateway says by itself.
    """
    return list(_steps(file, now, name_of, phrase_of))


def _steps(
    file: SessionFile,
    now: datetime,
    name_of: Callable[[str], str],
    phrase_of: Callable[[str], str],
) -> Iterator[Step]:
    turns, began = file.turns, file.began_at
    for turn in turns:
        at = began + timedelta(seconds=turn.after)
        if turn.event == WENT_ELSEWHERE:
            yield Step(at, Sentence("It went on to another institution's service."))
            continue
        said = _shown(turn, name_of(turn.at), phrase_of)
        yield Step(at, said, turn.milliseconds, turn.is_late)
    if left_out := sum(part.course.left_out for part in file.parts if part.course):
        said = Sentence(
            "%(number)s more turns came, of which nothing is kept.",
            singular="%(number)s more turn came, of which nothing is kept.",
            number=left_out,
        )
        yield Step(file.last_at, said)
    if any(part.course is None for part in file.parts):
        said = Sentence("What happened cannot be read: the key it was sealed with is gone.")
        yield Step(file.last_at, said)
    standing = file.standing(now)
    if standing is Standing.BROKE_OFF:
        last = name_of(turns[-1].at) if turns else "?"
        said = Sentence(
            "Nothing came any more: the line dropped, or the phone was put down, at %(screen)s.",
            screen=last,
        )
        yield Step(file.last_at + file.ends_after, said)
    elif standing is Standing.OPEN:
        yield Step(now, Sentence("It may still go on."))


def _shown(turn: KeptTurn, screen: str, phrase_of: Callable[[str], str]) -> Sentence:
    event = _EVENTS.get(turn.event)
    if event is None:  # the phrase that was said: there are as many as in the menu
        return _instead(turn, screen, phrase_of)
    match event:
        case Event.SHOWN:
            return Sentence("%(screen)s was shown.", screen=screen)
        case Event.REFUSED:
            return Sentence(
                "The answer was not accepted (%(why)s). %(screen)s was shown again.",
                why=phrase_of(turn.refused_as).rstrip("."),
                screen=screen,
            )
        case Event.ENDED:
            return Sentence("The last screen was shown: %(screen)s.", screen=screen)
        case Event.GIVEN_UP:
            return Sentence(
                "Ended at %(screen)s, after too many answers that were not accepted.",
                screen=screen,
            )
        case Event.OFFERED:
            return Sentence("It was offered to go on where an earlier session had broken off.")
        case Event.CALL | Event.LOST:
            return _instead(turn, screen, phrase_of)
        case _:
            assert_never(event)


def _instead(turn: KeptTurn, screen: str, phrase_of: Callable[[str], str]) -> Sentence:
    return Sentence(
        "%(screen)s: instead of a screen it was said “%(phrase)s”.",
        screen=screen,
        phrase=phrase_of(turn.event),
    )
