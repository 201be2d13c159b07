"""What a handler is given, and what it may answer."""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from gateway.domain.datasets.column_kinds import ColumnKind
from gateway.domain.faults_and_errors.sentence import Sentence
from gateway.domain.handler_contract.rungs import Rung
from gateway.domain.telecom.identity import Identity

Row = Mapping[str, str]
Value = str | Sequence[Row]


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceCall:
    """One call of a handler.

    `answers` are the citizen's, by screen name, secrets included. `key` is the same whenever the
    same turn is answered again: a handler that writes passes it on, and nothing is done twice.
    With other answers it is another key. It has 32 characters.
    `at` is an aware time in the deployment's zone: its date is the citizen's day. `release` is the
    menu that asked, whose declared calls count, `channel` the one that was dialled or texted,
    `institution` whose service it is; empty for the deployment's own. `subscriber` is a number, or
    what a provider gives in its place; not `by_sms`, nothing can be sent to it later.
    """

    handler: str
    answers: Mapping[str, str] = field(repr=False)
    language: str
    subscriber: Identity
    key: str
    at: datetime
    release: str = ""
    channel: str = ""
    institution: str = ""
    by_sms: bool = True


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a call: a name that the menu maps to a screen, and values its texts may show.

    A value is a text or a list of rows (for a choice). Never a sentence for the citizen: words
    live in the menu, where they are translated and measured. `known_at` is set by the gateway
    alone, on an earlier answer that stands in while a back end is closed.

    >>> Outcome("found", {"grade": "B+"}).name
    'found'
    """

    name: str
    values: Mapping[str, Value] = field(default_factory=dict, repr=False)
    known_at: datetime | None = None


class Writes(enum.StrEnum):
    """What a call writes, which decides what the citizen sees before and after it.

    A `RECORD` (a notice to a registry, an application, a payment, the erasing of data) is read back
    first and written on Yes. A `REPORT` (something broken, a question to people) is stored with its
    last needed answer, then shown, and may be corrected. A `PREFERENCE` (a subscription, a rating,
    a vote) is set at once and can be set anew. `UNTOLD` writes, and does not say what; it is for
    services that were written before there were kinds. NOTHING is false, and all others are true.
    """

    NOTHING = ""
    RECORD = "record"
    REPORT = "report"
    PREFERENCE = "preference"
    UNTOLD = "untold"


@dataclass(frozen=True, slots=True)
class TextField:
    """A value a handler gives; `max` is the longest it can be, in characters.

    A longer one, or one that is not of its `kind`, makes the whole answer faulty; Prose alone is
    shortened. `otherwise` is taken whatever the kind: what stands in where there is nothing.
    Without a kind, which one version more takes with a warning, a value is held to its `max`.
    """

    max: int
    kind: ColumnKind | None = None
    otherwise: str = ""

    def __post_init__(self) -> None:
        """Raises ValueError when the field is too narrow for what it holds."""
        if self.max < 1:
            raise ValueError(
                Sentence("A field of %(number)s characters holds nothing.", number=self.max)
            )
        if self.kind is not None and self.kind.longest > self.max:
            raise ValueError(
                Sentence(
                    "A field for up to %(longest)s characters has a max of %(max)s.",
                    longest=self.kind.longest,
                    max=self.max,
                )
            )
        if len(self.otherwise) > self.max:
            raise ValueError(
                Sentence("What stands in is longer than the field's max, %(max)s.", max=self.max)
            )


@dataclass(frozen=True, slots=True)
class ListField:
    """A list of rows a handler gives: at most `rows`, each with these fields."""

    rows: int
    fields: Mapping[str, TextField]


Field = TextField | ListField


@dataclass(frozen=True, slots=True, kw_only=True)
class Breaker:
    """When a back end counts as down: so many `failures` within `window_seconds`.

    A success takes one failure back. It is then left alone for `rest_seconds`; after that a single
    call is let through to see whether it is well again.
    """

    failures: int = 5
    window_seconds: float = 60.0
    rest_seconds: float = 30.0


@dataclass(frozen=True, slots=True)
class PostTo:
    """The declared call by which a stored row goes on, and the values that it can be given."""

    call: str
    gives: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reminds:
    """The message that reminds of a stored row, its topic, and the values that it can be given."""

    message: str
    topic: str
    gives: Mapping[str, TextField]


@dataclass(frozen=True, slots=True, kw_only=True)
class HandlerContract:
    """What a handler declares, so that menus can be checked against it without running it.

    `outcomes` maps each outcome's name to the values it gives; `needs` names the answers it reads,
    and `takes` those that it reads where they were given: a menu need not ask for them.
    `holds` says of answers how long they may be, and of which kind: the menu is held to it.
    `writes` says what it stores or costs: a misspelled keyword does not start it unasked. True is
    an older word for it, read as `Writes.UNTOLD`. `writes_by` names the outcomes by which it has
    done so, where others say that it has not.
    `slow` says that it may take longer than a turn. With `cache_seconds` an answer is used again
    for the same needs, with `keep_last` it also stands in when the back end fails: only for
    what reads, never for what writes. `by_subscriber` says that the answer depends on who asks.
    `messages` names the texts of `menus/messages.yaml` that it has sent later. `promises_sms` says
    that what it is for comes by SMS: whom none can reach is told so before the first question.
    `storable` says that it may be run later, without its answer on the screen: while the database
    is away the call is kept on the disk of the node, run when it is back, and answered by SMS.
    `personal` says that it shows or erases what is nobody else's business, and `proves` which of
    its outcomes come only to who has proven who they are, and how: a menu is held to the rung that
    its service declares (menu_checks/ways/proofs.py).
    `erases` says that what a citizen has with us or gets from us is gone afterwards, such as data
    or a warning: a menu asks for it twice.
    `reads` names the datasets that an answer rests on: whoever waits for one is asked for again as
    soon as one of these is loaded. `post_to` is where what it stores goes on to by itself, and
    `reminds` what is sent before the time that a stored row is about.
    """

    outcomes: Mapping[str, Mapping[str, Field]]
    needs: tuple[str, ...] = ()
    takes: tuple[str, ...] = ()
    holds: Mapping[str, TextField] = field(default_factory=dict)
    writes: Writes | bool = Writes.NOTHING
    writes_by: tuple[str, ...] = ()
    slow: bool = False
    breaker: Breaker = Breaker()
    cache_seconds: float = 0.0
    keep_last: bool = False
    by_subscriber: bool = True
    messages: tuple[str, ...] = ()
    promises_sms: bool = False
    storable: bool = False
    personal: bool = False
    erases: bool = False
    proves: Mapping[str, Rung] = field(default_factory=dict)
    reads: tuple[str, ...] = ()
    post_to: PostTo | None = None
    reminds: Reminds | None = None

    def __post_init__(self) -> None:
        """Raises ValueError where it proves or writes by an outcome that it does not have."""
        for key, named in (("proves", self.proves), ("writes_by", self.writes_by)):
            if unknown := set(named) - self.outcomes.keys():
                raise ValueError(f"`{key}` names '{min(unknown)}', which is no outcome.")

    @property
    def without_kind(self) -> tuple[str, ...]:
        """Returns the values that have no kind, fields of rows as `list.field`, sorted."""
        found: set[str] = set()
        for given in self.outcomes.values():
            for name, one in given.items():
                if isinstance(one, ListField):
                    found |= {f"{name}.{f}" for f, text in one.fields.items() if text.kind is None}
                elif one.kind is None:
                    found.add(name)
        return tuple(sorted(found))

    @property
    def kind(self) -> Writes:
        """Returns what it writes."""
        if isinstance(self.writes, Writes):
            return self.writes
        return Writes.UNTOLD if self.writes else Writes.NOTHING
