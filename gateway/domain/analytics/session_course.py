"""How one session went on: its screens, how each was come to, and how long answers took.

No number, no text and no answer stands in it. It is kept to help the one caller who asks why the
line dropped; figures about many are sums (`session_ends.py`).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from gateway.domain.analytics.session_ends import End, end_of

#: The event of a turn that led to the screens of another institution: what came there is not told.
WENT_ELSEWHERE = "went_elsewhere"
#: Of a longer session the first turns are kept, and the newest ones.
FIRST_KEPT, NEWEST_KEPT = 40, 20


class KeptTurn(NamedTuple):
    """One turn, `after` so many seconds since the session began.

    `at` is the screen that was shown, as an id of a release. `event` is an `Event`, or the phrase
    that was said in place of a screen. `milliseconds` is how long the caller waited for it.
    `refused_as` is the phrase of the complaint where the answer was refused. `done` says that what
    the service was come to for is stored.
    """

    after: int
    at: str
    event: str
    language: str
    milliseconds: int
    ends: bool = False
    is_late: bool = False
    refused_as: str = ""
    done: bool = False


class Course(NamedTuple):
    """The turns of a session at one institution's screens; `left_out` were more than are kept."""

    turns: tuple[KeptTurn, ...] = ()
    left_out: int = 0

    def plus(self, more: Iterable[KeptTurn]) -> Course:
        """Returns it with more turns, which came after these.

        >>> shown = KeptTurn(0, "home.home", "shown", "en", 5)
        >>> long = Course().plus([shown] * 70)
        >>> len(long.turns), long.left_out
        (60, 10)
        """
        turns = (*self.turns, *more)
        over = len(turns) - FIRST_KEPT - NEWEST_KEPT
        if over <= 0:
            return Course(turns, self.left_out)
        return Course(turns[:FIRST_KEPT] + turns[-NEWEST_KEPT:], self.left_out + over)

    @property
    def end(self) -> End | None:
        """Returns how it ended, as far as these turns tell; None where no turn has ended it."""
        for turn in reversed(self.turns):
            if turn.done:
                return End.COMPLETED
            if turn.event != WENT_ELSEWHERE and (end := end_of(turn.event, ends=turn.ends)):
                return end
        return None

    @property
    def went_elsewhere(self) -> bool:
        """Returns whether it went on to another institution's screens, and did not come back."""
        return bool(self.turns) and self.turns[-1].event == WENT_ELSEWHERE
