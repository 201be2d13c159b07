"""Checks of texts: every language is there, and every placeholder stands for something."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from gateway.domain.faults_and_errors.did_you_mean import did_you_mean
from gateway.domain.faults_and_errors.fault import Fault
from gateway.domain.faults_and_errors.sentence import Sentence
from gateway.domain.faults_and_errors.source_location import Path, nearest
from gateway.domain.menu.release import HOME
from gateway.domain.menu.screens import ChoiceScreen, EndScreen, Screen
from gateway.domain.menu_checks.candidate import (
    MAIN,
    MESSAGES_FILE,
    PHRASES_FILE,
    Review,
    texts,
    texts_of,
)
from gateway.domain.menu_checks.values import KnownValues, known_values
from gateway.domain.text.localised_text import LocalisedText
from gateway.domain.text.phrases import PHRASES


def missing_languages(review: Review) -> Iterator[Fault]:
    """M030: a text that lacks a language, with no other language standing in.

    Where a file has no text in a language it is told once: the translation was never begun.
    """
    menu = review.menu
    languages = menu.release.languages
    lacking: dict[tuple[str, str], list[Path]] = {}
    begun: set[tuple[str, str]] = set()
    phrases = [one for name, one in menu.release.phrases.items() if name in PHRASES]
    for path, text in texts(menu):
        if any(text is phrase for phrase in phrases):
            continue  # told by language: one that does not come with the gateway lacks them all
        file = nearest(menu.spots, path).key.file
        for language in languages:
            if language not in text.by_language:
                lacking.setdefault((file, language), []).append(path)
            elif (*path, language) in menu.spots:
                begun.add((file, language))
    missing: dict[Path, list[str]] = {}
    for (file, language), paths in lacking.items():
        if (file, language) in begun or len(paths) == 1:
            for path in paths:
                missing.setdefault(path, []).append(language)
        else:
            sentence = Sentence(
                "%(name)s (%(language)s) is in main.yaml, and %(number)s texts of this file lack "
                "it.",
                by_command="To begin: gateway menus translations export %(language)s "
                "%(language)s.po",
                name=languages[language],
                language=language,
                number=len(paths),
            )
            yield menu.key_fault("M030", sentence, *paths[0])
    for path, codes in missing.items():
        names = ", ".join(f"{languages[language]} ({language})" for language in codes)
        yield menu.key_fault(
            "M030", Sentence("This text is missing in %(names)s.", names=names), *path
        )


def unknown_languages(review: Review) -> Iterator[Fault]:
    """M031: a language code that main.yaml does not list."""
    menu = review.menu
    languages = menu.release.languages
    for path in _paths_of_languages(review):
        code = path[-1]
        if code not in languages:
            sentence = Sentence(
                "'%(name)s' is not a language of main.yaml.%(proposal)s",
                name=code,
                proposal=did_you_mean(code, languages),
            )
            yield menu.key_fault("M031", sentence, *path)
    for code, stand_in in menu.fallbacks.items():
        if stand_in not in languages:
            proposal = did_you_mean(stand_in, languages)
            sentence = Sentence(
                "'%(name)s' is not a language of main.yaml.%(proposal)s",
                name=stand_in,
                proposal=proposal,
            )
            yield menu.fault("M031", sentence, MAIN, "fallbacks", code)


def _paths_of_languages(review: Review) -> Iterator[Path]:
    menu = review.menu
    for path, text in texts(menu):
        yield from ((*path, code) for code in text.by_language if (*path, code) in menu.spots)
    for name in menu.written_services():
        yield from ((name, "keywords", code) for code in menu.release.services[name].keywords)
    # (/main, words, stop, en, 0)
    written = (path[:-1] for path, _ in menu.reserved if path in menu.spots)
    yield from dict.fromkeys(written)
    for key in ("fallbacks", "charsets", "calendars", "clocks"):
        yield from (path for path in menu.spots if path[:2] == (MAIN, key) and len(path) == 3)


def fallback_rings(review: Review) -> Iterator[Fault]:
    """M037: languages that stand in for each other in a circle."""
    menu = review.menu
    for language in menu.fallbacks:
        seen = {language}
        following = menu.fallbacks[language]
        while following in menu.fallbacks and following not in seen:
            seen.add(following)
            following = menu.fallbacks[following]
        if following == language:
            sentence = Sentence("'%(language)s' falls back on itself.", language=language)
            yield menu.fault("M037", sentence, MAIN, "fallbacks", language)


def unknown_placeholders(review: Review) -> Iterator[Fault]:
    """M033: a placeholder for which there is no answer and no handler's value."""
    menu = review.menu
    for service in menu.written_services():
        known = known_values(review, service)
        title = menu.release.services[service].title
        yield from _unknown_names(review, (service, "title"), title, {})
        for screen in menu.screens_of(service).values():
            for path, text in texts_of(screen):
                names = _names_for(path, screen, known)
                if names is not None:
                    strange = _unknown_names(review, path, text, names, known.secrets)
                    # Where not all is known, a name that is like none may well be right.
                    yield from (f for f in strange if known.complete or "Did you" in f.sentence)
            yield from _unknown_sayings(review, screen, known)
    for path, text in texts_of(menu.release.screens[HOME]):
        if path in menu.spots:
            yield from _unknown_names(review, path, text, {})
    for name, phrase in menu.release.phrases.items():
        if name in PHRASES:
            yield from _unknown_names(review, (PHRASES_FILE, name), phrase, PHRASES[name])
    for name, message in menu.release.messages.items():
        path = (MESSAGES_FILE, "messages", name)
        yield from _unknown_names(review, path, message, menu.release.message_values)


def _unknown_sayings(review: Review, screen: Screen, known: KnownValues) -> Iterator[Fault]:
    for name in screen.says if isinstance(screen, EndScreen) else ():
        if known.complete and name not in known.answers:
            proposal = did_you_mean(name, known.answers)
            sentence = Sentence(
                "No screen of this service asks for '%(name)s'.%(proposal)s",
                name=name,
                proposal=proposal,
            )
            yield review.menu.fault("M033", sentence, screen.id, "says")


def _names_for(path: Path, screen: object, known: KnownValues) -> Mapping[str, int] | None:
    """Returns the names a text may use; None for the label of a list that nobody gives."""
    if path[1:] == ("choice", "label") and isinstance(screen, ChoiceScreen) and screen.listing:
        return known.lists.get(screen.listing.rows)
    return known.texts


def _unknown_names(
    review: Review,
    path: Path,
    text: LocalisedText,
    known: Mapping[str, int],
    secrets: frozenset[str] = frozenset(),
) -> Iterator[Fault]:
    for language, template in text.by_language.items():
        if (*path, language) not in review.menu.spots and language != next(iter(text.by_language)):
            continue  # the same words as in another language
        for name in dict.fromkeys(template.names):
            if name not in known and name not in secrets:
                proposal = did_you_mean(name, known)
                if not proposal and not known:
                    proposal = Sentence(" No placeholder is known here.")
                sentence = Sentence(
                    "Nothing gives a value for {%(name)s}.%(proposal)s",
                    name=name,
                    proposal=proposal,
                )
                yield review.menu.fault("M033", sentence, *path, language)


def secrets_in_texts(review: Review) -> Iterator[Fault]:
    """M034: a placeholder that would show a secret answer."""
    menu = review.menu
    for service in menu.written_services():
        secrets = known_values(review, service).secrets
        for screen in menu.screens_of(service).values():
            for path, text in texts_of(screen):
                for language, template in text.by_language.items():
                    for name in secrets.intersection(template.names):
                        sentence = Sentence(
                            "{%(name)s} would show the answer of a secret input.", name=name
                        )
                        yield menu.fault("M034", sentence, *path, language)


def missing_phrases(review: Review) -> Iterator[Fault]:
    """M035: a language in which a sentence of the gateway's own is nowhere written."""
    menu = review.menu
    if not menu.is_whole(PHRASES_FILE):
        return
    nothing = LocalisedText({})
    for language, called in menu.release.languages.items():
        lacking = [
            name
            for name in PHRASES
            if language not in menu.release.phrases.get(name, nothing).by_language
        ]
        if lacking:
            named = ", ".join(f"'{name}'" for name in lacking[:3])
            if len(lacking) > 3:
                named = Sentence(
                    "%(names)s and %(number)s more", names=named, number=len(lacking) - 3
                )
            sentence = Sentence(
                "%(name)s (%(language)s) does not come with the gateway, and lacks %(names)s.",
                by_command="`gateway menus phrases %(language)s --write` writes them here to be "
                "translated.",
                on_page=Sentence("Write them into phrases.yaml."),
                name=called,
                language=language,
                names=named,
            )
            yield menu.fault("M035", sentence, PHRASES_FILE)


def unknown_phrases(review: Review) -> Iterator[Fault]:
    """M036: a sentence that the gateway never says."""
    for name in review.menu.release.phrases:
        if name not in PHRASES:
            sentence = Sentence(
                "There is no phrase '%(name)s'.%(proposal)s",
                name=name,
                proposal=did_you_mean(name, PHRASES),
            )
            yield review.menu.key_fault("M036", sentence, PHRASES_FILE, name)
