"""What people read on a screen, sent as a text: the names of services, and lines that open them.

A keyword is one word; a label may be several, and begin with the keyword of another service: the
Swahili for weather is HALI YA HEWA, and HALI asks for a case. So the longest label counts first.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set

from gateway.domain.commands.courtesy import asks_for_no_more, folded_words
from gateway.domain.commands.openings import RESERVED, Opening, Read
from gateway.domain.menu.release import (
    HOME,
    HOME_SERVICE,
    LANGUAGE_SERVICE,
    Release,
    ReservedWords,
    Service,
)
from gateway.domain.menu.screens import ChoiceScreen, Option, Screen
from gateway.domain.reading.folding import fold
from gateway.domain.reading.small_words import SMALL_WORDS

#: A label of more words, or a longer one, is a sentence that nobody types.
_MOST_WORDS, _LONGEST = 8, 60
_BUILT_IN = (HOME_SERVICE, LANGUAGE_SERVICE)

#: A folded label to the service that it opens, and the language that it is written in.
Labels = Mapping[str, tuple[str, str]]


def service_labels(
    services: Mapping[str, Service],
    screens: Mapping[str, Screen],
    keywords: Mapping[str, tuple[str, str]],
    reserved: ReservedWords,
) -> Labels:
    """Returns the labels that open a service when they are sent.

    First come titles and lines that lead to a service, then lines of a service's own first screen
    that are things to do, or that the keyword of another service would take. What names two
    services names none; lines of home of one word are read where home is, and a label that says
    STOP in some words means that.
    """
    home = screens.get(HOME)
    at_home = {
        folded
        for option in _options(home)
        for _, label, folded in _said(option)
        if len(label.split()) == 1
    }
    found: dict[str, tuple[str, str]] = {}
    taken: Set[str] = at_home | keywords.keys()
    lines = _lines(services, screens, keywords)
    for ranked in (_names(services, screens), lines):
        owners: dict[str, dict[str, str]] = {}
        for service, language, label in ranked:
            folded = fold(label)
            # A label may be a keyword of its own service, written as one: WATERSURVEY.
            own = keywords.get(folded, ("", ""))[0] == service and len(label.split()) > 1
            if (folded in taken and not own) or not _may_open(reserved, label):
                continue
            owners.setdefault(folded, {}).setdefault(service, language)
        for folded, claims in owners.items():
            if len(claims) == 1:
                found[folded] = next(iter(claims.items()))
        taken = taken | owners.keys()
    return found


def labelled(release: Release, words: tuple[str, ...]) -> Read | None:
    """Returns the service whose label a text begins with; one of a single word stands alone."""
    if not release.labels:
        return None
    for count in range(min(len(words), _MOST_WORDS), 0, -1):
        if count == 1 and len(words) > 1:
            return None
        run = words[:count]
        if sum(map(len, run)) > _LONGEST:
            continue
        folded = fold("".join(run))
        if folded in release.labels:
            service, language = release.labels[folded]
            return Read(Opening.SERVICE, service, language, words[count:], keyword=folded)
    return None


def _names(
    services: Mapping[str, Service], screens: Mapping[str, Screen]
) -> Iterator[tuple[str, str, str]]:
    for service in services.values():
        if service.id in _BUILT_IN:
            continue
        for language, title in service.title.by_language.items():
            yield service.id, language, "".join(title.pieces[::2])
    starts = {service.start: service.id for service in services.values()}
    for screen in screens.values():
        for option in _options(screen):
            opens = starts.get(option.goto, "")
            if opens and opens not in _BUILT_IN and opens != screen.id.partition(".")[0]:
                for language, label, _ in _said(option):
                    yield opens, language, label


def _lines(
    services: Mapping[str, Service],
    screens: Mapping[str, Screen],
    keywords: Mapping[str, tuple[str, str]],
) -> Iterator[tuple[str, str, str]]:
    """Yields lines of first screens, and their other words, that a strange keyword would take."""
    for service in services.values():
        theirs = tuple(word for word, owner in keywords.items() if owner[0] != service.id)
        first = screens.get(service.start)
        acts = isinstance(first, ChoiceScreen) and first.acts
        for option in _options(first) if service.keywords else ():
            said = [(language, label) for language, label, _ in _said(option)]
            for language, label in (*said, *(("", word) for word in option.also)):
                several = len(label.split()) > 1
                if (acts and several) or any(fold(w).startswith(theirs) for w in label.split()):
                    yield service.id, language, label


def _options(screen: Screen | None) -> list[Option]:
    return list(screen.options.values()) if isinstance(screen, ChoiceScreen) else []


def _said(option: Option) -> Iterator[tuple[str, str, str]]:
    for language, template in option.label.by_language.items():
        label = "".join(template.pieces[::2])
        yield language, label, fold(label)


def _may_open(reserved: ReservedWords, label: str) -> bool:
    """Returns whether a label says something that is no reserved word, no wish, no small word."""
    words = folded_words(label.split())
    if not words or len(words) > _MOST_WORDS or all(word in SMALL_WORDS for word in words):
        return False
    alone = len(words) == 1
    meanings = RESERVED if alone else (Opening.STOP, Opening.START)
    if any(words[0] in getattr(reserved, meaning.value) for meaning in meanings):
        return False
    return not asks_for_no_more(reserved, words)
