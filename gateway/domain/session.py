"""Where one citizen stands in a dialogue, as plain data that goes to JSON and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from gateway.domain.service_call import Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A dialogue between two turns.

    `at` is the screen last shown; `trail` the screens to go back to, oldest first; `answers` what
    was answered, by screen id (secrets never); `values` what handlers gave, one layer for a call.
    Each step of the trail remembers how many layers there were, and what its screen was answered
    before, so that going back shows the lists and values of then. `more` says that the page shown
    was not the screen's last. `count` is how many answers were taken since dialling, `wrong` how
    many were refused in a row. `pending` stands for the first entry of what is typed twice.
    """

    release: str
    language: str
    at: str
    page: int = 0
    more: bool = False
    trail: tuple[tuple[str, int, str | None], ...] = field(default=(), repr=False)
    answers: Mapping[str, str] = field(default_factory=dict, repr=False)
    values: tuple[Mapping[str, Value], ...] = field(default=(), repr=False)
    count: int = 0
    wrong: int = 0
    ended: bool = False
    pending: str = field(default="", repr=False)

    def to_plain(self) -> list[object]:
        """Returns the session as JSON-ready values, compact: it is stored on every turn."""
        return [
            self.release,
            self.language,
            self.at,
            self.page,
            self.more,
            self.trail,
            self.answers,
            self.values,
            self.count,
            self.wrong,
            self.ended,
            self.pending,
        ]

    @classmethod
    def from_plain(cls, plain: list[object]) -> Session:
        """Returns the session that `to_plain` wrote."""
        if len(plain) == 11:  # a session stored by a gateway that did not know `pending`
            plain = [*plain, ""]
        release, language, at, page, more, trail, answers, values, count, wrong, ended, pending = (
            plain
        )
        return cls(
            release=release,  # type: ignore[arg-type]
            language=language,  # type: ignore[arg-type]
            at=at,  # type: ignore[arg-type]
            page=page,  # type: ignore[arg-type]
            more=more,  # type: ignore[arg-type]
            trail=tuple(tuple(step) for step in trail),  # type: ignore[attr-defined]
            answers=answers,  # type: ignore[arg-type]
            values=tuple(values),  # type: ignore[arg-type]
            count=count,  # type: ignore[arg-type]
            wrong=wrong,  # type: ignore[arg-type]
            ended=ended,  # type: ignore[arg-type]
            pending=pending,  # type: ignore[arg-type]
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What is asked before a dialogue that was cut short goes on.

    As long as `fact` is empty: whether to go on or to start again. After that the answer to
    `screen`, of which `fact` is a keyed hash. `code` is the index of the resume code that was
    typed, `dialled` the shortcut that was dialled, and `neutral` keeps the service unnamed.
    """

    screen: str = ""
    fact: str = ""
    code: str = ""
    dialled: str = ""
    neutral: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptTurn:
    """What is stored after a USSD turn: the session and the reply that was given.

    `seen_length` and `seen_hash` say what of the accumulated text has been answered, without
    keeping the text, since it repeats PINs. `began_at` is in seconds since the epoch.

    `offer` is set while a dialogue that was cut short is offered; `session` is that dialogue then.
    `origin` names the dialogue the session began as, so that a call that was made before the line
    dropped is recognised after it. `caller` (E.164) and `channel` are there only where a nudge may
    be sent.
    """

    session: Session
    reply_text: str = field(repr=False)
    reply_ends: bool
    seen_length: int
    seen_hash: str
    began_at: float
    offer: Offer | None = None
    origin: str = ""
    caller: str = field(default="", repr=False)
    channel: str = ""
