"""How a session ends, as far as one turn can tell."""

from __future__ import annotations

import enum
from collections.abc import Iterable
from operator import add
from typing import NamedTuple

from gateway.domain.dialogue.transition import Event

#: What was told is kept, or the answer follows by SMS: the citizen has done what there was to do.
_FOLLOWS = frozenset({"answer_by_sms", "kept", "kept_without_sms", "tell_me_kept"})


class End(enum.StrEnum):
    """What became of a session: it came to an end of its menu, or of its questions, or failed."""

    COMPLETED = "completed"
    GIVEN_UP = "given_up"
    FAILED = "failed"


def end_of(event: str, *, ends: bool) -> End | None:
    """Returns how a turn has ended its session; None where it goes on, or was over before.

    `event` is an `Event`, or the phrase that was said in place of a screen. Who is shown the first
    page of an end has completed it: `ends` may come only with its last page.

    >>> end_of("ended", ends=False), end_of("shown", ends=True), end_of("closed", ends=True)
    (<End.COMPLETED: 'completed'>, None, <End.FAILED: 'failed'>)
    """
    if event == Event.ENDED or (ends and event in _FOLLOWS):
        return End.COMPLETED
    if not ends or event == Event.SHOWN:
        return None
    return End.GIVEN_UP if event == Event.GIVEN_UP else End.FAILED


class Course(NamedTuple):
    """How sessions went on in a service, or at a screen. Sums, of which none is about a person.

    `entered` is how often it was come to from elsewhere, `moved_on` how often something else was
    gone to from there. Who neither moved on nor came to an end has dropped off, or is there still.
    """

    entered: int = 0
    moved_on: int = 0
    completed: int = 0
    given_up: int = 0
    failed: int = 0
    refused: int = 0
    turns: int = 0
    seconds: int = 0

    def plus(self, other: Course) -> Course:
        """Returns both together."""
        return Course._make(map(add, self, other))

    @property
    def dropped(self) -> int:
        """Returns how many dropped off. Never below 0: who came before the period may end in it."""
        return max(0, self.entered - self.moved_on - self.completed - self.given_up - self.failed)

    @property
    def stayed(self) -> int:
        """Returns how many came and did not go elsewhere by themselves."""
        return max(0, self.entered - self.moved_on)

    @property
    def completion(self) -> float | None:
        """Returns how many of those who stayed came to an end, of 1; None where nobody did.

        >>> Course(entered=10, moved_on=2, completed=6).completion
        0.75
        """
        return min(1.0, self.completed / self.stayed) if self.stayed else None

    @property
    def drop_off(self) -> float | None:
        """Returns how many of those who came dropped off, of 1; None where nobody came.

        >>> Course(entered=10, moved_on=2, completed=6).drop_off
        0.2
        """
        return self.dropped / self.entered if self.entered else None

    @property
    def seconds_each(self) -> float | None:
        """Returns how long a completed session took on average; None where none was completed."""
        return self.seconds / self.completed if self.completed else None

    @property
    def turns_each(self) -> float | None:
        """Returns how many turns were taken for each that came; None where nobody came."""
        return self.turns / self.entered if self.entered else None


def all_of(courses: Iterable[Course]) -> Course:
    """Returns some courses together.

    >>> all_of([Course(entered=2), Course(entered=3, completed=1)]).entered
    5
    """
    return Course._make(map(sum, zip(*courses, strict=True)))
