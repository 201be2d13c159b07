"""Checks of what citizens type: shortcuts, keywords, reserved words and option keys."""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce
from pathlib import PurePath

from gateway.domain.faults_and_errors.fault import Fault
from gateway.domain.faults_and_errors.sentence import Sentence
from gateway.domain.faults_and_errors.source_location import Path, nearest
from gateway.domain.input_kinds.base import Complaint
from gateway.domain.input_kinds.kinds import KINDS, check
from gateway.domain.menu.release import HOME, clash
from gateway.domain.menu.screens import ChoiceScreen, InputScreen
from gateway.domain.menu_checks.candidate import Candidate, Review, option_path
from gateway.domain.menu_checks.values import known_values
from gateway.domain.reading.folding import fold
from gateway.domain.telecom.channel import Keys

#: What these mean they mean in any text; the others only where something was asked, or beside them.
_IN_ANY_TEXT = ("stop", "start", "help", "menu")

#: What the keys of a page mean.
_MEANINGS = {"back": Sentence("back"), "home": Sentence("home"), "more": Sentence("more")}


def shortcuts_given_twice(review: Review) -> Iterator[Fault]:
    """M050: two services with one shortcut."""
    menu = review.menu
    owners: dict[str, str] = {}
    for name in _copies_last(menu):
        shortcut = menu.release.services[name].shortcut
        owner = owners.setdefault(shortcut, name)
        if shortcut and owner != name:
            sentence = Sentence(
                "'%(owner)s' and '%(service)s' have one shortcut, %(shortcut)s.",
                owner=owner,
                service=name,
                shortcut=shortcut,
            )
            yield menu.fault("M050", sentence, name, "shortcut")


def _copies_last(menu: Candidate) -> list[str]:
    """Returns the services, those last whose file has another name: a copy is told, not its origin.

    Its file is called "clinics (copy).yaml" whatever its id has been changed to.
    """

    def copied(name: str) -> bool:
        return PurePath(nearest(menu.spots, (name,)).key.file).stem != name

    return sorted(menu.written_services(), key=copied)


def shortcuts_taken(review: Review) -> Iterator[Fault]:
    """M051: a shortcut that means something else on the home screen."""
    menu = review.menu
    home = menu.release.screens[HOME]
    options = home.options if isinstance(home, ChoiceScreen) else {}
    for name in menu.written_services():
        shortcut = menu.release.services[name].shortcut
        if shortcut in options:
            sentence = Sentence(
                "%(shortcut)s is the key of an option of the home screen.", shortcut=shortcut
            )
            yield menu.fault("M051", sentence, name, "shortcut")
        for meaning, channels in _meanings(review, shortcut).items():
            sentence = Sentence(
                "%(shortcut)s means %(meaning)s on channel %(channels)s.",
                shortcut=shortcut,
                meaning=_MEANINGS[meaning],
                channels=channels,
            )
            yield menu.fault("M051", sentence, name, "shortcut")


def shortcuts_reused(review: Review) -> Iterator[Fault]:
    """M058: a shortcut that was published for another service, even if long ago."""
    menu = review.menu
    for name in menu.written_services():
        shortcut = menu.release.services[name].shortcut
        owner = review.published_shortcuts.get(shortcut, name)
        if shortcut and owner != name:
            sentence = Sentence(
                "%(shortcut)s was published as the shortcut of '%(owner)s'; it is on posters.",
                shortcut=shortcut,
                owner=owner,
            )
            yield menu.fault("M058", sentence, name, "shortcut")


def keywords_given_twice(review: Review) -> Iterator[Fault]:
    """M052: a word that opens two services, or one service in two languages."""
    owners: dict[str, Path] = {}
    last = {name: number for number, name in enumerate(_copies_last(review.menu))}
    for path, word in sorted(_keywords(review.menu), key=lambda one: last[one[0][0]]):
        owner = owners.setdefault(fold(word), path)
        if owner != path:
            sentence = Sentence(
                "Keyword '%(word)s' opens both '%(owner)s' (%(language)s) and '%(service)s' "
                "(%(other)s).",
                word=word,
                owner=owner[0],
                language=owner[2],
                service=path[0],
                other=path[2],
            )
            yield review.menu.fault("M052", sentence, *path)


def reserved_keywords(review: Review) -> Iterator[Fault]:
    """M053: a keyword that is a reserved word."""
    # In reverse, so that of two meanings the first one stays, as it does for a text.
    reserved = {fold(word): path[2] for path, word in reversed(_everywhere(review.menu))}
    for path, word in _keywords(review.menu):
        if fold(word) in reserved:
            sentence = Sentence(
                "'%(word)s' is a word for %(meaning)s and opens no service.",
                word=word,
                meaning=reserved[fold(word)],
            )
            yield review.menu.fault("M053", sentence, *path)


def not_one_word(review: Review) -> Iterator[Fault]:
    """M054: a keyword or reserved word that no single word of a text can equal."""
    for path, word in (*_keywords(review.menu), *review.menu.reserved):
        if len(word.split()) != 1 or not fold(word):
            yield review.menu.fault(
                "M054", Sentence("'%(word)s' is not a single word.", word=word), *path
            )


def reserved_twice(review: Review) -> Iterator[Fault]:
    """M056: one word with two reserved meanings that exclude each other."""
    meanings: dict[str, list[str]] = {}
    for path, word in review.menu.reserved:
        known = meanings.setdefault(fold(word), [])
        excluded = next((meaning for meaning in known if clash(meaning, path[2])), "")
        if excluded:
            sentence = Sentence(
                "'%(word)s' is a word for %(meaning)s already.", word=word, meaning=excluded
            )
            yield review.menu.fault("M056", sentence, *path)
        known.append(path[2])


def keys_taken(review: Review) -> Iterator[Fault]:
    """M055: an option, or a row of a list, with a key that means back, home or more."""
    menu = review.menu
    for screen in menu.release.each(ChoiceScreen):
        for key in screen.options:
            for meaning, channels in _meanings(review, key).items():
                sentence = Sentence(
                    "Key %(key)s means %(meaning)s on channel %(channels)s.",
                    key=key,
                    meaning=_MEANINGS[meaning],
                    channels=channels,
                )
                yield menu.key_fault("M055", sentence, *option_path(screen, key))
        if screen.several is not None and screen.several.skip:
            for meaning, channels in _meanings(review, screen.several.skip).items():
                sentence = Sentence(
                    "%(skip)s means %(meaning)s on channel %(channels)s.",
                    skip=screen.several.skip,
                    meaning=_MEANINGS[meaning],
                    channels=channels,
                )
                yield menu.fault("M055", sentence, screen.id, "choice", "skip")
        if screen.listing is not None:
            rows = known_values(review, screen.id.partition(".")[0]).rows
            count = rows.get(screen.listing.rows, 0)
            for key in map(str, range(1, count + 1)):
                for meaning, channels in _meanings(review, key).items():
                    sentence = Sentence(
                        "Row %(key)s of the list: the key means %(meaning)s on %(channels)s.",
                        key=key,
                        meaning=_MEANINGS[meaning],
                        channels=channels,
                    )
                    yield menu.fault("M055", sentence, screen.id, "choice", "each")


def answers_taken(review: Review) -> Iterator[Fault]:
    """M055: an input whose answer could not be given, since it is a key or skips the question.

    The key for more means that only while there is more to read. Free text loses nothing worth
    saying.
    """
    menu = review.menu
    for screen in menu.release.each(InputScreen):
        yield from _skips_taken(review, screen)
        if KINDS[screen.accepts.kind].free_text:
            continue
        taken: dict[tuple[str, str], list[str]] = {}
        for channel, keys in _keys(review).items():
            for meaning, key in (("back", keys.back), ("home", keys.home)):
                if _is_taken(screen, key):
                    taken.setdefault((key, meaning), []).append(channel)
        if taken:
            means = reduce(
                lambda one, other: Sentence("%(one)s and %(other)s", one=one, other=other),
                (
                    Sentence(
                        "%(key)s, which means %(meaning)s on channel %(channels)s",
                        key=key,
                        meaning=_MEANINGS[meaning],
                        channels=", ".join(channels),
                    )
                    for (key, meaning), channels in taken.items()
                ),
            )
            sentence = Sentence(
                "The screen takes %(means)s. Ask so that it is no answer, or give the channel "
                "other keys.",
                means=means,
            )
            yield menu.fault("M055", sentence, screen.id, "input")


def _is_taken(screen: InputScreen, key: str) -> bool:
    """Returns whether a key would be an answer, going by the answer alone."""
    found = check(screen.accepts, key)
    if isinstance(found, Complaint) or screen.holds is None:
        return not isinstance(found, Complaint)
    own = screen.id.partition(".")[2]
    return screen.holds.names != (own,) or screen.holds.holds({own: found})


def _skips_taken(review: Review, screen: InputScreen) -> Iterator[Fault]:
    """M055: what skips a question is a key, or one of its answers. Free text loses nothing."""
    skip = screen.skip
    if not skip:
        return
    for meaning, channels in _meanings(review, skip).items():
        sentence = Sentence(
            "%(skip)s means %(meaning)s on channel %(channels)s; let other digits skip.",
            skip=skip,
            meaning=_MEANINGS[meaning],
            channels=channels,
        )
        yield review.menu.fault("M055", sentence, screen.id, "skip")
    taken = not KINDS[screen.accepts.kind].free_text
    if taken and _is_taken(screen, skip):
        sentence = Sentence(
            "The screen takes %(skip)s as an answer; let other digits skip, such as 9%(skip)s.",
            skip=skip,
        )
        yield review.menu.fault("M055", sentence, screen.id, "skip")


def labels_given_twice(review: Review) -> Iterator[Fault]:
    """M057: two options that a text could not tell apart."""
    menu = review.menu
    for screen in menu.release.each(ChoiceScreen):
        for language in menu.release.languages:
            owners: dict[str, str] = {}
            for key, option in screen.options.items():
                template = option.label.by_language.get(language)
                label = fold("".join(template.pieces[::2])) if template else ""
                owner = owners.setdefault(label, key)
                exclusive = option.when or screen.options[owner].when
                if label and owner != key and not exclusive:
                    sentence = Sentence(
                        "Option %(owner)s has the same label in language %(language)s.",
                        owner=owner,
                        language=language,
                    )
                    path = option_path(screen, key, "label", language)
                    yield menu.fault("M057", sentence, *path)


def _everywhere(menu: Candidate) -> list[tuple[Path, str]]:
    """Returns the words that are reserved in any text."""
    return [(path, word) for path, word in menu.reserved if path[2] in _IN_ANY_TEXT]


def _keywords(menu: Candidate) -> Iterator[tuple[Path, str]]:
    for name in menu.written_services():
        for language, words in menu.release.services[name].keywords.items():
            for index, word in enumerate(words):
                yield (name, "keywords", language, str(index)), word


def _meanings(review: Review, key: str) -> dict[str, str]:
    """Returns what a key means beside an option, and on which channels."""
    found: dict[str, list[str]] = {}
    for channel, meant in _keys(review).items():
        for meaning in ("back", "home", "more"):
            if getattr(meant, meaning) == key:
                found.setdefault(meaning, []).append(channel)
    return {meaning: ", ".join(names) for meaning, names in found.items()}


def _keys(review: Review) -> dict[str, Keys]:
    """Returns the keys of each channel by its name; those of the house without any channel."""
    return {channel.name: channel.keys for channel in review.channels} or {"any": Keys()}
