"""The kinds of screen: what a citizen answers, what a citizen sees, and what leads on unseen.

A new kind is a record here and a member of `Screen`; the type checker then names every place that
has to know it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias, TypeVar, assert_never

from gateway.domain.handler_contract.service_call import Writes
from gateway.domain.input_kinds.base import Accepts
from gateway.domain.menu.conditions import Condition
from gateway.domain.text.localised_text import LocalisedText


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One numbered line of a choice. `key` is written in the menu and never counted.

    `value` is what the answer is worth to handlers; `language` is set on the options of the
    language screen only. `when` says when the line is there; always without it. `also` are words,
    folded, that choose it as its label does. An `assumed` line is meant by a text that names none
    and answers what follows it.
    """

    key: str
    label: LocalisedText
    value: str
    goto: str
    language: str = ""
    when: Condition | None = None
    also: frozenset[str] = frozenset()
    assumed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """Options that come from a list a handler gave; keys 1, 2, 3 … in the order given.

    `within` is the field that names the places within that of a row, with commas between them: who
    says one of those in a text means the row, and answers the next question, too.
    """

    rows: str
    label: LocalisedText
    value: str
    goto: str
    within: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Several:
    """How many options of a choice are taken at once, where they lead, and what chooses none."""

    goto: str
    least: int
    most: int
    skip: str = ""

    def sample(self, keys: Iterable[str]) -> str:
        """Returns an answer of as few of the keys as may be, two where two are taken: 1 2."""
        return " ".join(list(keys)[: max(self.least, min(2, self.most))])


def one_word(value: str) -> str:
    """Returns the value of a row as it stands among those of several: `_` for each space."""
    return "_".join(value.split())


@dataclass(frozen=True, slots=True, kw_only=True)
class TellMe:
    """That an answer which is not there yet is told by SMS, once it is.

    `ask` is the call that is asked again for up to `days`; where it is empty, the one that leads
    to the screen. `without_sms` is the end that is shown instead to whom no SMS can reach.
    """

    days: int
    without_sms: str
    ask: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceScreen:
    """Asks for one of its options; either `options` or `listing` is set.

    With `several` it takes some of its options or rows at once: the answer is their values in the
    order in which they stand, with a space between. No value of an option has a space, and that of
    a row is written without (`one_word`).

    With `pages` it may be cut into pages, which no other choice of a menu's own lines is.

    `complaint` is the phrase that is said after a wrong answer. `sms` is a text that is sent as
    SMS, too, when a call leads to it on a phone. With `reads_back` one of its lines writes a
    record: only somebody who has seen the screen chooses it. `needed` says that a record or a
    report needs the answer (side_effects.py). With `tell_me` it is an end with one line, by which
    the answer is asked for (kept_questions.py). One that `acts` asks what to do: its lines are
    things to do, and open its service when they are sent.
    """

    id: str
    text: LocalisedText
    options: Mapping[str, Option] = field(default_factory=dict)
    listing: Listing | None = None
    several: Several | None = None
    pages: bool = False
    complaint: str = "choice_wrong"
    sms: LocalisedText | None = None
    reads_back: bool = False
    needed: bool = False
    tell_me: TellMe | None = None
    acts: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class InputScreen:
    """Asks for something typed. A `secret` answer goes to the next service screen, nowhere else.

    `example` is an answer that is taken; an SMS shows it when another was refused. What is typed as
    `skip` answers nothing, and the answer is an empty text. `holds` is what must be true of an
    answer beside its form, by the name of the screen; else `complaint` is shown. `needed` says that
    a record or a report needs the answer (side_effects.py). What is not asked `by_sms` would stay
    on the phone: a texter is told to dial. One SMS may give `many` answers, each of which is
    answered by itself (commands/many_values.py); 0 where it gives one.
    """

    id: str
    text: LocalisedText
    accepts: Accepts
    goto: str
    complaint: LocalisedText | None = None
    secret: bool = False
    example: LocalisedText | None = None
    skip: str = ""
    holds: Condition | None = None
    needed: bool = False
    by_sms: bool = True
    many: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceScreen:
    """Calls a handler, and goes where its outcome says.

    A declared call goes by the name `call:…`, a look-up by `lookup:…`, and what keeps a form by
    `store:…` (back_end_names.py). `writes` is what its contract declares, and `writes_by` the
    outcomes by which it has done so (side_effects.py): all of them where none is named.
    """

    id: str
    handler: str
    outcomes: Mapping[str, str]
    arguments: Mapping[str, str] = field(default_factory=dict)
    writes: Writes = Writes.NOTHING
    writes_by: tuple[str, ...] = ()

    def writes_as(self, outcome: str) -> bool:
        """Returns whether an outcome says that it was written."""
        return outcome in (self.writes_by or self.outcomes)


@dataclass(frozen=True, slots=True, kw_only=True)
class EndScreen:
    """Says a last text. With `sms` the same text is sent as SMS, too, since a screen vanishes.

    `says` names answers that the words say by themselves, so that no placeholder needs to show
    them: the checker asks for the others.
    """

    id: str
    text: LocalisedText
    sms: bool = False
    says: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenScreen:
    """Goes on to another service."""

    id: str
    goto: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BranchScreen:
    """Goes on to the first screen whose condition holds; the last way has none. Never shown.

    Made of a `next` that is a list; its id is that of the screen it belongs to, `?`, and the path
    of the list within that screen.
    """

    id: str
    ways: tuple[tuple[Condition | None, str], ...]


#: What a citizen answers, what a citizen sees, and what leads on unseen.
AskingScreen: TypeAlias = ChoiceScreen | InputScreen
ShownScreen: TypeAlias = AskingScreen | EndScreen
PassedScreen: TypeAlias = OpenScreen | BranchScreen
#: Closed: what decides by the kind of a screen is a `match` that ends in `assert_never`.
Screen: TypeAlias = ShownScreen | PassedScreen | ServiceScreen
ScreenT = TypeVar("ScreenT", bound=Screen)


def sent_too(screen: Screen) -> LocalisedText | None:
    """Returns the text that a screen sends as SMS, too; None where it sends none."""
    match screen:
        case EndScreen():
            return screen.text if screen.sms else None
        case ChoiceScreen():
            return screen.sms
        case InputScreen() | OpenScreen() | BranchScreen() | ServiceScreen():
            return None
        case _:
            assert_never(screen)
