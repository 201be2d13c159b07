"""Where one citizen stands in a dialogue, as plain data that goes to JSON and back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from msgspec.structs import astuple

from gateway.domain.handler_contract.service_call import Value
from gateway.domain.record import Record


class Session(Record, frozen=True):
    """A dialogue between two turns; name its fields when you make one.

    `at` is the screen last shown; `trail` the screens to go back to, oldest first; `answers` what
    was answered, by screen id (secrets never); `values` what handlers gave, one layer for a call.
    Each step of the trail remembers how many layers there were, and what its screen was answered
    before, so that going back shows the lists and values of then. `more` says that the page shown
    was not the screen's last. `taken` is how many answers were taken since dialling, `wrong` how
    many were refused in a row. `pending` stands for the first entry of what is typed twice.
    `written` says that what was answered is stored, as a record or a report is, and `stored` which
    answers that were: a correction that is taken back has changed nothing. `done_in` is the service
    in which a record or a report was stored since dialling, or since home: what one came for is
    done there.
    """

    release: str
    language: str
    at: str
    page: int = 0
    more: bool = False
    trail: tuple[tuple[str, int, str | None], ...] = ()
    answers: Mapping[str, str] = {}  # of type Mapping, so that nobody writes to what all share
    values: tuple[Mapping[str, Value], ...] = ()
    taken: int = 0
    wrong: int = 0
    ended: bool = False
    pending: str = ""
    written: bool = False
    stored: Mapping[str, str] = {}
    done_in: str = ""

    def __repr__(self) -> str:
        """Returns where the dialogue stands, and nothing that was answered."""
        return f"Session(release={self.release!r}, at={self.at!r}, taken={self.taken})"

    def to_plain(self) -> list[object]:
        """Returns the session as JSON-ready values, compact: it is stored on every turn."""
        return list(astuple(self))

    @classmethod
    def from_plain(cls, plain: Sequence[Any]) -> Session:
        """Returns the session that `to_plain` wrote; raises ValueError or TypeError otherwise.

        What an older gateway wrote lacks the last fields, which take their defaults; what a newer
        one has beside them is left out.
        """
        release, language, at, page, more, trail, answers, values, *others = plain[
            : len(cls.__struct_fields__)
        ]
        trail, values = tuple(map(tuple, trail)), tuple(values)
        return cls(release, language, at, page, more, trail, answers, values, *others)


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What is asked before a dialogue that was cut short goes on.

    As long as `fact` is empty: whether to go on or to start again. After that the answer to
    `screen`, of which `fact` is a keyed hash. `code` is the index of the resume code that was
    typed, and `owner` whose it was (a keyed hash, in hex); `dialled` is the shortcut that was
    dialled, and `neutral` keeps the service unnamed.
    """

    screen: str = ""
    fact: str = ""
    code: str = ""
    owner: str = ""
    dialled: str = ""
    neutral: bool = False


class Seen(Record, frozen=True):
    """What is remembered of a session's texts besides the newest: keyed hashes, and no text.

    `last` is that of the newest answer and `earlier` are those of the texts before, both cut short;
    `answers` is how many the newest text holds, parted at each `*`. `folded` is the length and hash
    of the newest text with its spaces folded, where that is another text. `newest_only` says that
    each text is the newest answer alone. `odd` counts the texts in a row that nobody understood.
    """

    last: str = ""
    earlier: tuple[str, ...] = ()
    folded: tuple[int, str] = (0, "")
    newest_only: bool = False
    odd: int = 0
    answers: int = 0


#: Nothing was typed yet.
NOTHING_SEEN = Seen()


class Lasting(Record, frozen=True):
    """When a session began, in seconds since 1970, and how many it had lasted at its last turn.

    `before` is how many at the turn before that; None where there was none.
    """

    began: float
    seconds: int = 0
    before: int | None = None

    def at(self, moment: float) -> Lasting:
        """Returns it at a later turn. Clocks of nodes differ a little: it never goes back.

        >>> Lasting(1000.0).at(1021.5)
        Lasting(began=1000.0, seconds=21, before=0)
        """
        return Lasting(self.began, max(self.seconds, int(moment - self.began)), self.seconds)


class StoredTurn(Record, frozen=True):
    """What is stored after a USSD turn: the session and the reply that was given.

    `seen_length` and `seen_hash` say what of the accumulated text has been answered, without
    keeping the text, since it repeats PINs. Where each turn is the newest answer alone they are the
    number of turns, and the hash of the newest one's name.

    `offer` is set while a dialogue that was cut short is offered; `session` is that dialogue then.
    `origin` names the dialogue the session began as, so that a call that was made before the line
    dropped is recognised after it. `caller` (as it is stored) and `channel` are there only where a
    nudge may be sent. `spared` says that Redis has missed a turn of it: the database has it, too.
    `lasting` is None where an older gateway has begun the session.

    It is stored as it stands: what is added goes to the end, with what it was before
    as its default. Name its fields.
    """

    session: Session
    reply_text: str
    reply_ends: bool
    seen_length: int
    seen_hash: str
    origin: str = ""
    caller: str = ""
    channel: str = ""
    offer: Offer | None = None
    spared: bool = False
    seen: Seen = NOTHING_SEEN
    lasting: Lasting | None = None

    def __repr__(self) -> str:
        """Returns where the dialogue stands, and nothing that was shown."""
        return f"StoredTurn({self.session!r}, reply_ends={self.reply_ends})"
