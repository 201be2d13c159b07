"""What is done on the phone of a trial, one move after the other, and how each is written.

A move is what is typed, as it stands. One that begins with a colon does something else, and a word
before it says what the network or a back end makes of it:

    *384*2026#          dials
    1                   types 1
    :slow 2             types 2, and whatever is asked for that answers too late
    :text RESULT 1      sends an SMS
    :lose               loses the signal
"""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass, field
from typing import assert_never

from gateway.domain.faults_and_errors.errors import Refused
from gateway.domain.faults_and_errors.sentence import Sentence

#: So many moves are played again for each page: more than the longest form has questions.
MOST_MOVES = 60
#: The longest text of a move: three segments of an SMS, as a phone sends them.
LONGEST = 480
#: Half a year: what a warning or a reminder waits for comes within.
MOST_MINUTES = 260_000

_SERVICE_CODE = re.compile(r"\*[0-9*]*[0-9]#")

TOO_MANY = Sentence("A trial has sixty moves at most. Go back some, or begin again.")
TOO_LONG = Sentence("That is longer than a phone sends: 480 characters.")
NO_MOVE = Sentence(
    "A move is what is typed, or one of :dial CODE, :type TEXT, :text SMS, :lose, :time-out, "
    ":redial, :wait MINUTES and :outcome NAME OUTCOME, with :twice, :late, :cut or :slow before."
)
NO_CODE = Sentence("What is dialled begins with * and ends with #.")
NO_TEXT = Sentence("Write what is texted.")
NO_MINUTES = Sentence("Write how many minutes pass, as a whole number: 1440 is a day.")


class Deed(enum.StrEnum):
    """What is done."""

    DIAL = "dial"
    TYPE = "type"
    TEXT = "text"
    LOSE = "lose"
    TIME_OUT = "time-out"
    REDIAL = "redial"
    WAIT = "wait"
    OUTCOME = "outcome"


class OnTheWay(enum.StrEnum):
    """What happens to a move on its way, or behind it.

    TWICE: the network delivers it twice. LATE: that of the turn before comes once more, after it.
    CUT: what was typed before is cut off at its front. SLOW: no back end answers in time.
    """

    WELL = ""
    TWICE = "twice"
    LATE = "late"
    CUT = "cut"
    SLOW = "slow"


@dataclass(frozen=True, slots=True)
class Move:
    """One move; `said` is what is dialled, typed or texted, or what the deed needs."""

    deed: Deed
    said: str = field(default="", repr=False)
    on_the_way: OnTheWay = OnTheWay.WELL

    @property
    def minutes(self) -> int:
        """Returns how many minutes pass."""
        return int(self.said) if self.deed is Deed.WAIT else 0

    @property
    def written(self) -> str:
        """Returns the move as it is written, so that `move` reads it as the same."""
        before = f":{self.on_the_way} " if self.on_the_way else ""
        match self.deed:
            case Deed.TYPE:
                bare = not (_SERVICE_CODE.fullmatch(self.said) or self.said.startswith(":"))
                return before + (self.said if bare and self.said else f":type {self.said}")
            case Deed.DIAL:
                bare = _SERVICE_CODE.fullmatch(self.said) is not None
                return before + (self.said if bare else f":dial {self.said}")
            case Deed.TEXT | Deed.WAIT | Deed.OUTCOME:
                return f"{before}:{self.deed} {self.said}"
            case Deed.LOSE | Deed.TIME_OUT | Deed.REDIAL:
                return f"{before}:{self.deed}"
            case _:
                assert_never(self.deed)


def move(written: str) -> Move:
    """Returns the move that is written; raises Refused with what can be written.

    >>> move("*384*2026#").deed.value, move(":slow 2").on_the_way.value, move(":wait 60").minutes
    ('dial', 'slow', 60)
    """
    if len(written) > LONGEST + 20:
        raise Refused(TOO_LONG)
    way = OnTheWay.WELL
    word, _, rest = written.partition(" ")
    if word[1:] in set(OnTheWay) - {OnTheWay.WELL} and word.startswith(":"):
        way, written = OnTheWay(word[1:]), rest
        word, _, rest = written.partition(" ")
    if not written.startswith(":"):
        deed = Deed.DIAL if _SERVICE_CODE.fullmatch(written.strip()) else Deed.TYPE
        return made(deed, written, way)
    if word[1:] not in set(Deed):
        raise Refused(NO_MOVE)
    return made(Deed(word[1:]), rest, way)


def made(deed: Deed, said: str, way: OnTheWay = OnTheWay.WELL) -> Move:
    """Returns a move of parts that somebody gave; raises Refused."""
    if len(said) > LONGEST:
        raise Refused(TOO_LONG)
    match deed:
        case Deed.DIAL:
            dialled = "".join(said.split())
            if not _SERVICE_CODE.fullmatch(dialled):
                raise Refused(NO_CODE)
            said = dialled
        case Deed.WAIT:
            said = said.strip()
            if not (said.isascii() and said.isdecimal() and 0 < int(said[:9]) <= MOST_MINUTES):
                raise Refused(NO_MINUTES)
        case Deed.TEXT:
            if not said.strip():
                raise Refused(NO_TEXT)
        case Deed.OUTCOME:
            if len(said.split()) < 2:  # the name, and what it comes to
                raise Refused(NO_MOVE)
        case Deed.TYPE:
            pass
        case Deed.LOSE | Deed.TIME_OUT | Deed.REDIAL:
            if said.strip():
                raise Refused(NO_MOVE)
            said = ""
        case _:
            assert_never(deed)
    goes = deed in {Deed.DIAL, Deed.TYPE, Deed.TEXT, Deed.REDIAL}
    return Move(deed, said, way if goes else OnTheWay.WELL)
