"""A menu that is not yet trusted: a release as it would be, and where each part is written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, assert_never

from gateway.domain.datasets.dataset import Dataset
from gateway.domain.faults_and_errors.fault import Fault
from gateway.domain.faults_and_errors.sentence import Sentence
from gateway.domain.faults_and_errors.source_location import Path, Spot, nearest
from gateway.domain.handler_contract.service_call import HandlerContract
from gateway.domain.menu.kept_questions import written_at
from gateway.domain.menu.release import HOME, HOME_SERVICE, LANGUAGE_SERVICE, Release
from gateway.domain.menu.screens import (
    BranchScreen,
    ChoiceScreen,
    EndScreen,
    InputScreen,
    OpenScreen,
    Screen,
    ServiceScreen,
)
from gateway.domain.menu_checks.glossary import Glossary
from gateway.domain.menu_checks.reading_limits import ReadingLimits
from gateway.domain.telecom.channel import Channel
from gateway.domain.text.localised_text import LocalisedText

#: What paths begin with for the files that are no service; others begin with a service or screen.
MAIN = "/main"
PHRASES_FILE = "/phrases"
CALLS_FILE = "/calls"
MESSAGES_FILE = "/messages"
DATASETS = "/datasets"
#: Stand in for a screen that should be named and is not, and for a name that could not be read;
#: nothing is said about what leads there.
UNREAD_SCREEN = "unread_screen"
MISREAD_SCREEN = "misread_screen"
BUILT_IN = (HOME_SERVICE, LANGUAGE_SERVICE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A release that may have dangling references, with the places of its parts.

    `charsets` says in which letters a language is shown, `reserved` keeps the reserved words as
    written. `broken` names services and screens that are known to be there but could not be read:
    nothing is said about what leads to or from them. `unread` are words that stand beside them:
    what could not be read may open a service of that name. `unread_texts` are the paths of texts
    whose placeholders could not be read. Of what is in `mended`, a part was faulty and was left out
    or has a stand-in; `left_out` are the values that are therefore not here. `datasets` are those
    that stand beside the menu, `reading` the limits of what a page asks of its readers, and
    `glossaries` the words of its languages.
    """

    release: Release
    spots: Mapping[Path, Spot]
    fallbacks: Mapping[str, str] = field(default_factory=dict)
    reserved: Sequence[tuple[Path, str]] = ()
    broken: frozenset[str] = frozenset()
    unread: frozenset[str] = frozenset()
    unread_texts: frozenset[Path] = frozenset()
    left_out: frozenset[str] = frozenset()
    mended: frozenset[str] = frozenset()
    reading: ReadingLimits = field(default_factory=ReadingLimits)
    charsets: Mapping[str, str] = field(default_factory=dict)
    glossaries: Mapping[str, Glossary] = field(default_factory=dict)
    datasets: Mapping[str, Dataset] = field(default_factory=dict)
    #: Filled when it is first asked for: with thousands of screens, looking through all is slow.
    by_service: dict[str, dict[str, Screen]] = field(default_factory=dict, repr=False)

    def fault(self, code: str, sentence: Sentence, *path: str) -> Fault:
        """Returns a fault at what is written under a path."""
        return nearest(self.spots, path).offending.fault(code, sentence)

    def key_fault(self, code: str, sentence: Sentence, *path: str) -> Fault:
        """Returns a fault at the key itself."""
        return nearest(self.spots, path).key.fault(code, sentence)

    def is_known(self, screen: str) -> bool:
        """Returns whether a reference leads to a screen, be it one that could not be read."""
        service, _, name = screen.partition(".")
        if name in (UNREAD_SCREEN, MISREAD_SCREEN):
            return True
        return screen in self.release.screens or not self.broken.isdisjoint((screen, service))

    def is_whole(self, service: str) -> bool:
        """Returns whether all of a service could be read."""
        parts = (name.partition(".")[0] for name in self.broken)
        return service not in parts

    def unread_names(self, service: str) -> list[str]:
        """Returns the short names of the screens of a service that could not be read."""
        parts = (name.partition(".") for name in self.broken)
        return [name for owner, _, name in parts if owner == service and name]

    def screens_of(self, service: str) -> dict[str, Screen]:
        """Returns the screens of a service by their short names."""
        if not self.by_service:
            for id, screen in self.release.screens.items():
                owner, _, name = id.partition(".")
                self.by_service.setdefault(owner, {})[name] = screen
        return self.by_service.get(service, {})

    def written_services(self) -> list[str]:
        """Returns the ids of the services that have a file."""
        return [service for service in self.release.services if service not in BUILT_IN]


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """What is checked, and against what."""

    menu: Candidate
    contracts: Mapping[str, HandlerContract]
    channels: Sequence[Channel] = ()
    published_shortcuts: Mapping[str, str] = field(default_factory=dict)
    #: What `known_values` found, by service: every check asks for it.
    known: dict[str, Any] = field(default_factory=dict, repr=False)


def option_path(screen: ChoiceScreen, key: str, *below: str) -> Path:
    """Returns where an option of a choice is written, or what stands below it."""
    several = ("several",) if screen.several is not None else ()
    return (screen.id, "choice", *several, key, *below)


def ways_on(menu: Candidate, screen: Screen) -> Iterator[tuple[Path, str]]:
    """Yields where a screen leads: the path of each reference, and the screen it names."""
    match screen:
        case ChoiceScreen():
            if screen.several is not None:
                yield (screen.id, "choice", "next"), screen.several.goto
            for key, option in screen.options.items() if screen.several is None else ():
                path = (screen.id, "choice", key)
                own = [key for key in ("next", "open") if (*path, key) in menu.spots]
                yield ((*path, own[0]) if own else (screen.id, "next")), option.goto
            if screen.listing is not None and screen.several is None:
                yield (screen.id, "choice", "next"), screen.listing.goto
            if screen.tell_me is not None and screen.tell_me.ask:
                yield (screen.id, "tell_me", "ask"), screen.tell_me.ask
        case InputScreen():
            yield (screen.id, "next"), screen.goto
        case ServiceScreen():
            for outcome, goto in screen.outcomes.items():
                yield (screen.id, "outcomes", outcome), goto
        case OpenScreen():
            yield (screen.id, "open"), screen.goto
        case BranchScreen():
            for number, (_, goto) in enumerate(screen.ways):
                yield (screen.id, str(number), "goto"), goto
        case EndScreen():
            pass
        case _:
            assert_never(screen)


def texts_of(screen: Screen) -> Iterator[tuple[Path, LocalisedText]]:
    """Yields the texts of a screen with the paths at which they are written."""
    match screen:
        case ChoiceScreen() if screen.tell_me is not None:
            yield (screen.id, "end"), screen.text  # its line is the gateway's own
        case ChoiceScreen():
            yield (screen.id, "text"), screen.text
            if screen.sms is not None:
                yield (screen.id, "sms"), screen.sms
            for key, option in screen.options.items():
                yield option_path(screen, key, "label"), option.label
            if screen.listing is not None:
                yield (screen.id, "choice", "label"), screen.listing.label
        case InputScreen():
            yield (screen.id, "text"), screen.text
            if screen.complaint is not None:
                yield (screen.id, "complaint"), screen.complaint
            if screen.example is not None:
                yield (screen.id, "example"), screen.example
        case EndScreen():
            yield (written_at(screen.id), "end"), screen.text
        case ServiceScreen() | OpenScreen() | BranchScreen():
            pass
        case _:
            assert_never(screen)


def texts(menu: Candidate) -> Iterator[tuple[Path, LocalisedText]]:
    """Yields every text that is written in the files, once."""
    for service in menu.written_services():
        yield (service, "title"), menu.release.services[service].title
        closed = menu.release.services[service].closed
        if closed is not None:
            yield (service, "closed"), closed
        hours = menu.release.services[service].hours
        if hours is not None and hours.text is not None:
            yield (service, "hours", "text"), hours.text
        cost = menu.release.services[service].cost
        if cost is not None:
            yield (service, "cost"), cost
    for name, institution in menu.release.institutions.items():
        yield (MAIN, "institutions", name), institution
    for name, topic in menu.release.topics.items():
        yield (MAIN, "topics", name), topic
    for name, phrase in menu.release.phrases.items():
        yield (PHRASES_FILE, name), phrase
    for name, message in menu.release.messages.items():
        yield (MESSAGES_FILE, "messages", name), message
    for screen in menu.release.screens.values():
        if screen.id.partition(".")[0] == LANGUAGE_SERVICE or written_at(screen.id) != screen.id:
            continue  # its words are phrases and the names of languages, or another screen's
        for path, text in texts_of(screen):
            # A home option without a label shows the title of its service.
            if screen.id != HOME or path in menu.spots:
                yield path, text
