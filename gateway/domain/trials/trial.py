"""A trial: who is on the phone, on what network and when, and the moves that were made."""

from __future__ import annotations

import enum
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from gateway.domain.dialogue.golden_dialogue import NOON
from gateway.domain.faults_and_errors.errors import InvalidAddress, Refused
from gateway.domain.faults_and_errors.sentence import Sentence
from gateway.domain.handler_contract.service_call import Outcome
from gateway.domain.telecom.channel import Channel, PageBudget
from gateway.domain.telecom.msisdn import Msisdn
from gateway.domain.trials.moves import MOST_MOVES, TOO_MANY, Move, move

#: Country code 999 is assigned to no country.
INVENTED = "+999700000123"
#: What a page may hold on some network, in septets; 0 is what the channel says.
PAGES = (0, 182, 160, 150, 140, 120)

NO_TRIAL = Sentence("This is no link to a trial, or one of another gateway. Begin again.")
NO_LANGUAGE = Sentence("The menu does not speak this language.")
NO_CHANNEL = Sentence("There is no such channel here.")
NO_NUMBER = Sentence("Write a number of the country, or a full one such as +999 700 000 123.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """Who dials, where and when.

    Without a `language` none is known. `channel` is one of the configuration; empty, the stage's
    own line. A page of `septets` is that of the network (0: of the channel), with the prefix
    counted or not. With `newest` each turn is the newest answer alone.
    """

    number: str = field(default=INVENTED, repr=False)
    language: str = ""
    channel: str = ""
    septets: int = 0
    count_prefix: bool = False
    newest: bool = False
    at: datetime = NOON

    @property
    def caller(self) -> Msisdn:
        """Returns the number of the phone."""
        return Msisdn.from_e164(self.number)

    def on(self, line: Channel) -> Channel:
        """Returns a line as this network has it."""
        page = line.page
        if self.septets:  # the same octets hold 16 bits or 7 each
            page = PageBudget(septets=self.septets, ucs2=self.septets * 7 // 16)
        counts = line.page.count_prefix or self.count_prefix
        return replace(line, page=replace(page, count_prefix=counts))


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """A setting and the moves made in it: all that a trial is, so it can be played anywhere."""

    setting: Setting = field(default_factory=Setting)
    moves: tuple[Move, ...] = ()

    def then(self, made: Move) -> Trial:
        """Returns the trial with one more move; raises Refused when it has too many."""
        if len(self.moves) >= MOST_MOVES:
            raise Refused(TOO_MANY)
        return replace(self, moves=(*self.moves, made))

    def back(self) -> Trial:
        """Returns the trial without its newest move."""
        return replace(self, moves=self.moves[:-1])


def written(trial: Trial) -> str:
    """Returns a trial as a text that `read` reads again."""
    one = trial.setting
    plain = {
        "number": one.number,
        "language": one.language,
        "channel": one.channel,
        "septets": one.septets,
        "prefix": one.count_prefix,
        "newest": one.newest,
        "at": one.at.astimezone(UTC).isoformat(),
        "moves": [each.written for each in trial.moves],
    }
    return json.dumps(plain, ensure_ascii=False, separators=(",", ":"))


def read(text: str) -> Trial:
    """Returns the trial of a text that `written` wrote; raises Refused for another."""
    try:
        plain = json.loads(text)
        moves = tuple(move(each) for each in plain["moves"])
        at = datetime.fromisoformat(plain["at"])
        setting = Setting(
            number=Msisdn.from_e164(plain["number"]).e164,
            language=str(plain["language"]),
            channel=str(plain["channel"]),
            septets=int(plain["septets"]),
            count_prefix=bool(plain["prefix"]),
            newest=bool(plain["newest"]),
            at=at if at.tzinfo else at.replace(tzinfo=UTC),
        )
    except (ValueError, KeyError, TypeError, InvalidAddress, OverflowError) as error:
        raise Refused(NO_TRIAL) from error
    if len(moves) > MOST_MOVES:
        raise Refused(TOO_MANY)
    return Trial(setting=setting, moves=moves)


class Note(enum.StrEnum):
    """What became of a move beside its page."""

    NOT_DIALLED = "not_dialled"
    CANNOT_DIAL = "cannot_dial"
    CANNOT_TEXT = "cannot_text"
    NOTHING_TO_CUT = "nothing_to_cut"
    NOTHING_BEFORE = "nothing_before"
    NOTHING_ASKED = "nothing_asked"
    NO_OUTCOME = "no_outcome"


#: What is said of each, in the console and by the command.
NOTES: Mapping[Note, str] = {
    Note.NOT_DIALLED: Sentence("No session is open on this phone. Dial first."),
    Note.CANNOT_DIAL: Sentence("Nothing answers that code on this channel."),
    Note.CANNOT_TEXT: Sentence("This channel cannot be texted."),
    Note.NOTHING_TO_CUT: Sentence("Nothing was there to cut off, so it arrived whole."),
    Note.NOTHING_BEFORE: Sentence("No turn was there to arrive late, so it went as it should."),
    Note.NOTHING_ASKED: Sentence("No back end was asked here, so none was slow."),
    Note.NO_OUTCOME: Sentence("There is no such back end, outcome or value."),
}


class Came(enum.StrEnum):
    """What a back end came to in a move: an outcome of its own, or one of these."""

    TOO_SLOW = "too_slow"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A back end that was asked in a move, and the outcome or `Came` that it came to."""

    name: str
    came_to: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """What came of one move.

    `page` is what the phone shows then; None where it shows none. `screen` is SERVICE.SCREEN, empty
    where the page is the gateway's own. `took_seconds` is what the gateway worked on it. `pinned`
    says what a back end comes to from then on.
    """

    move: Move
    page: str | None = field(default=None, repr=False)
    ends: bool = False
    sms: tuple[str, ...] = field(default=(), repr=False)
    screen: str = ""
    language: str = ""
    took_seconds: float = 0.0
    asked: tuple[Asked, ...] = ()
    note: Note | None = None
    pinned: Mapping[str, Outcome] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A value that the dialogue holds. A `secret` one is not held: nobody could show it."""

    name: str
    said: str = field(repr=False)
    personal: bool = False
    secret: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """What came of a trial, move by move, and how things stand after the last.

    `left_over` moves were not played, since it took too long. `open` says that the phone has a
    session. `choices` are the outcomes that each declared call which was asked can have, and
    `samples` what it comes to where nobody has pinned another.
    """

    trial: Trial
    happened: Sequence[Happened]
    held: Sequence[Held]
    line: Channel
    now: datetime
    open: bool
    left_over: int = 0
    choices: Mapping[str, Sequence[str]] = field(default_factory=dict)
    samples: Mapping[str, Outcome] = field(default_factory=dict, repr=False)

    @property
    def newest(self) -> Happened | None:
        """Returns what came of the last move that showed a page."""
        shown = [each for each in self.happened if each.page is not None]
        return shown[-1] if shown else None
