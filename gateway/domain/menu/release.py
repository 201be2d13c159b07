"""A release: the whole menu of a deployment, compiled, immutable, and served as it is.

Screens are known by `service.screen`; the home screen is `home.home`. All references are resolved
and checked before a Release exists (`menu_checks.py`), so the engine never meets a dangling one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from gateway.domain.datasets.dataset import Dataset
from gateway.domain.handler_contract.declared_call import DeclaredCall
from gateway.domain.handler_contract.look_up import LookUp
from gateway.domain.handler_contract.rungs import Rung
from gateway.domain.handler_contract.service_call import HandlerContract
from gateway.domain.menu.opening_hours import OpeningHours
from gateway.domain.menu.screens import Screen, ScreenT
from gateway.domain.text.localised_text import LocalisedText

#: Services that the gateway brings itself: the root of the tree and the choice of language.
HOME_SERVICE = "home"
HOME = "home.home"
LANGUAGE_SERVICE = "language"
#: What leads to services, and is none: who goes on from there has completed nothing.
WAYS_IN = frozenset({HOME_SERVICE, LANGUAGE_SERVICE})

#: What scrypt is told (N) for what is typed twice (dialogue/confirmation.py).
ENTRY_COST = 2**14

#: Words of these meanings stand beside others, and open and answer nothing by themselves.
OPEN_NOTHING = frozenset({"courtesy", "leave", "our_sms", "beside"})


def clash(meaning: str, other: str) -> bool:
    """Returns whether no word can be reserved for both: one would never be heard.

    YES may be a word for start as well, as it is with the networks: where something was asked it
    answers, and elsewhere it takes STOP back.

    >>> clash("start", "no"), clash("start", "yes")
    (True, False)
    """
    if meaning == other or not OPEN_NOTHING.isdisjoint((meaning, other)):
        return False
    return {meaning, other} != {"start", "yes"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """One public service: its entry in the catalogue and its first screen.

    `goals` are the Sustainable Development Goals (1 to 17) that it serves, for reports.
    `writes` says that it stores or costs something, going by its handlers (side_effects.py).

    A dialogue that was cut short can be gone on with for `resume_seconds` after its last turn, and
    with `nudge` one SMS says so. `second_fact` names the screen whose answer is asked again before
    a dialogue goes on from another phone, and always where the service is `sensitive`. `proof` is
    what a citizen shows before the service shows or erases what is personal. `district_from` names
    the choice whose answer is the caller's district, by which the figures tell how callers are
    served. `cost` is what using it costs, for cards and posters. `closed` is said while the system
    behind it is down.
    `back_ends` are those without which nothing is to be had of it, and in `rest_minutes` the one
    that rests longest is asked again (back_ends.py).
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
    proof: Rung = Rung.PHONE
    cost: LocalisedText | None = None
    closed: LocalisedText | None = None
    back_ends: tuple[str, ...] = ()
    rest_minutes: int = 0
    #: When it is open (opening_hours.py); always without any.
    hours: OpeningHours | None = None
    district_from: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReservedWords:
    """Words that come before every menu when a text begins with them, folded (see keywords.py).

    `yes` and `no` answer what was asked; they mean nothing otherwise. The next four open nothing:
    they say what a word may stand beside, and how people ask for no more SMS (courtesy.py).
    `languages` says of which language a word is: the reply to who has chosen none.
    """

    stop: frozenset[str] = frozenset()
    start: frozenset[str] = frozenset()
    help: frozenset[str] = frozenset()
    menu: frozenset[str] = frozenset()
    yes: frozenset[str] = frozenset()
    no: frozenset[str] = frozenset()
    courtesy: frozenset[str] = frozenset()
    leave: frozenset[str] = frozenset()
    our_sms: frozenset[str] = frozenset()
    beside: frozenset[str] = frozenset()
    languages: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """A checked menu. `id` is the hash of its content; the first language is the default.

    `transliterated` are the languages that are shown in the letters of GSM-7 only. With
    `ask_language` a caller whose language is not known chooses it before anything else. `messages`
    are texts that handlers have sent later, by name; `message_values` are the names that may fill
    them, with the longest value in characters. Amounts are in `currency` (ISO 4217), and dates of
    the Ethiopian calendar in the languages `ethiopic`, unless a screen says otherwise; times count
    their hours from six in those of `from_six`. `look_ups`
    are by the ids of their screens, and `datasets` those that they read. `forms` are those that it
    carries, each with the hash of its content. `sms_only`
    are the screens that lead to nothing but what comes by SMS (menu_checks/ways/sms_only.py).
    `entry_cost` is another on a stage alone.
    """

    id: str
    languages: Mapping[str, str]
    services: Mapping[str, Service]
    screens: Mapping[str, Screen]
    phrases: Mapping[str, LocalisedText]
    shortcuts: Mapping[str, str] = field(default_factory=dict)
    keywords: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    #: Folded labels of services and of lines that open them, to the service and the language.
    labels: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    reserved: ReservedWords = field(default_factory=ReservedWords)
    transliterated: frozenset[str] = frozenset()
    ask_language: bool = False
    institutions: Mapping[str, LocalisedText] = field(default_factory=dict)
    #: What is written about that is no service, as STOP and START name it.
    topics: Mapping[str, LocalisedText] = field(default_factory=dict)
    calls: Mapping[str, DeclaredCall] = field(default_factory=dict)
    look_ups: Mapping[str, LookUp] = field(default_factory=dict)
    datasets: Mapping[str, Dataset] = field(default_factory=dict)
    forms: Mapping[str, str] = field(default_factory=dict)
    messages: Mapping[str, LocalisedText] = field(default_factory=dict)
    message_values: Mapping[str, int] = field(default_factory=dict)
    currency: str = ""
    ethiopic: frozenset[str] = frozenset()
    from_six: frozenset[str] = frozenset()
    sms_only: frozenset[str] = frozenset()
    entry_cost: int = ENTRY_COST

    @property
    def default_language(self) -> str:
        """Returns the language of a subscriber who has not chosen one."""
        return next(iter(self.languages))

    def institution_of(self, service: str) -> str:
        """Returns whose service it is; nothing, which is the deployment's own, for home."""
        known = self.services.get(service)
        return "" if known is None else known.institution

    @property
    def declared_contracts(self) -> Mapping[str, HandlerContract]:
        """Returns what the menu itself declares: its calls and look-ups, by their back ends."""
        declared: list[DeclaredCall | LookUp] = [*self.calls.values(), *self.look_ups.values()]
        # A look-up of a dataset that there is not has no outcomes, and nothing is checked against.
        return {each.back_end: each.contract for each in declared if each.contract.outcomes}

    def each(self, kind: type[ScreenT]) -> Iterator[ScreenT]:
        """Yields the screens of one kind."""
        return (screen for screen in self.screens.values() if isinstance(screen, kind))

    def service_of(self, screen: str) -> Service:
        """Returns the service a screen belongs to."""
        return self.services[screen.partition(".")[0]]

    def is_closed(self, service: str, at: datetime) -> bool:
        """Returns whether a service is closed at a moment, given in the deployment's zone."""
        hours = self.services[service].hours if service in self.services else None
        return hours is not None and not hours.is_open(at)

    def by_shortcut(self) -> list[Service]:
        """Returns the services in the order of their shortcuts; those without one come last."""
        return sorted(self.services.values(), key=lambda each: (not each.shortcut, each.shortcut))
