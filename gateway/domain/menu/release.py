"""A release: the whole menu of a deployment, compiled, immutable, and served as it is.

Screens are known by `service.screen`; the home screen is `home.home`. All references are resolved
and checked before a Release exists (`menu_checks.py`), so the engine never meets a dangling one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias, TypeVar

from gateway.domain.handler_contract.declared_call import DeclaredCall
from gateway.domain.input_kinds import Accepts
from gateway.domain.menu.conditions import Condition
from gateway.domain.text.localised_text import LocalisedText

#: Services that the gateway brings itself: the root of the tree and the choice of language.
HOME_SERVICE = "home"
HOME = "home.home"
LANGUAGE_SERVICE = "language"


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One numbered line of a choice. `key` is written in the menu and never counted.

    `value` is what the answer is worth to handlers; `language` is set on the options of the
    language screen only. `when` says when the line is there; always without it. `also` are words,
    folded, that choose it as its label does.
    """

    key: str
    label: LocalisedText
    value: str
    goto: str
    language: str = ""
    when: Condition | None = None
    also: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """Options that come from a list a handler gave; keys 1, 2, 3 … in the order given."""

    rows: str
    label: LocalisedText
    value: str
    goto: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceScreen:
    """Asks for one of its options; either `options` or `listing` is set.

    `complaint` is the phrase that is said after a wrong answer.
    """

    id: str
    text: LocalisedText
    options: Mapping[str, Option] = field(default_factory=dict)
    listing: Listing | None = None
    complaint: str = "choice_wrong"


@dataclass(frozen=True, slots=True, kw_only=True)
class InputScreen:
    """Asks for something typed. A `secret` answer goes to the next service screen, nowhere else.

    `example` is an answer that is taken; an SMS shows it when another was refused.
    """

    id: str
    text: LocalisedText
    accepts: Accepts
    goto: str
    complaint: LocalisedText | None = None
    secret: bool = False
    example: LocalisedText | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceScreen:
    """Calls a handler, or a declared call by the name `call:…`, and goes where its outcome says."""

    id: str
    handler: str
    outcomes: Mapping[str, str]
    arguments: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class EndScreen:
    """Says a last text. With `sms` the same text is sent as SMS, too, since a screen vanishes."""

    id: str
    text: LocalisedText
    sms: bool = False


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """One public service: its entry in the catalogue and its first screen.

    `goals` are the Sustainable Development Goals (1 to 17) that it serves, for reports.
    `writes` says that it stores or costs something, going by its handlers (writing_services.py).

    A dialogue that was cut short can be gone on with for `resume_seconds` after its last turn, and
    with `nudge` one SMS says so. `second_fact` names the screen whose answer is asked again before
    a dialogue goes on from another phone, and always where the service is `sensitive`. `cost` is
    what using it costs, for cards and posters. `closed` is said while the system behind it is down.
    """

    id: str
    start: str
    title: LocalisedText
    institution: str = ""
    goals: tuple[int, ...] = ()
    shortcut: str = ""
    keywords: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    writes: bool = False
    resume_seconds: int = 0
    sensitive: bool = False
    nudge: bool = False
    second_fact: str = ""
    cost: LocalisedText | None = None
    closed: LocalisedText | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReservedWords:
    """Words that come before every menu when a text begins with them, folded (see keywords.py).

    `yes` and `no` answer what was asked; they mean nothing otherwise.
    `languages` says of which language a word is: the reply to who has chosen none.
    """

    stop: frozenset[str] = frozenset()
    start: frozenset[str] = frozenset()
    help: frozenset[str] = frozenset()
    menu: frozenset[str] = frozenset()
    yes: frozenset[str] = frozenset()
    no: frozenset[str] = frozenset()
    languages: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """A checked menu. `id` is the hash of its content; the first language is the default.

    `transliterated` are the languages that are shown in the letters of GSM-7 only. With
    `ask_language` a caller whose language is not known chooses it before anything else. `messages`
    are texts that handlers have sent later, by name; `message_values` are the names that may fill
    them, with the longest value in characters. Amounts are in `currency` (ISO 4217), and dates of
    the Ethiopian calendar in the languages `ethiopic`, unless a screen says otherwise.
    """

    id: str
    languages: Mapping[str, str]
    services: Mapping[str, Service]
    screens: Mapping[str, Screen]
    phrases: Mapping[str, LocalisedText]
    shortcuts: Mapping[str, str] = field(default_factory=dict)
    keywords: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    reserved: ReservedWords = field(default_factory=ReservedWords)
    transliterated: frozenset[str] = frozenset()
    ask_language: bool = False
    institutions: Mapping[str, LocalisedText] = field(default_factory=dict)
    calls: Mapping[str, DeclaredCall] = field(default_factory=dict)
    messages: Mapping[str, LocalisedText] = field(default_factory=dict)
    message_values: Mapping[str, int] = field(default_factory=dict)
    currency: str = ""
    ethiopic: frozenset[str] = frozenset()

    @property
    def default_language(self) -> str:
        """Returns the language of a subscriber who has not chosen one."""
        return next(iter(self.languages))

    def each(self, kind: type[ScreenT]) -> Iterator[ScreenT]:
        """Yields the screens of one kind."""
        return (screen for screen in self.screens.values() if isinstance(screen, kind))

    def service_of(self, screen: str) -> Service:
        """Returns the service a screen belongs to."""
        return self.services[screen.partition(".")[0]]

    def by_shortcut(self) -> list[Service]:
        """Returns the services in the order of their shortcuts; those without one come last."""
        return sorted(self.services.values(), key=lambda each: (not each.shortcut, each.shortcut))
