"""In which language a text is written, by the words that a menu has in one language alone."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import assert_never

from gateway.domain.menu.release import Release
from gateway.domain.menu.screens import (
    BranchScreen,
    ChoiceScreen,
    EndScreen,
    InputScreen,
    OpenScreen,
    ServiceScreen,
)
from gateway.domain.reading.folding import fold
from gateway.domain.text.localised_text import LocalisedText

_WORD = re.compile(r"[^\W\d_]{2,}")
#: So many characters of a text are looked at: whatever is longer costs no more to read.
_LOOKED_AT = 480
#: A single word tells the language of a text that has hardly more.
_SHORT_TEXT_WORDS = 3


def language_of_text(release: Release, text: str) -> str:
    """Returns the language of a text; empty where its words do not tell one of the release's.

    A word that several languages of the menu have, as names do, tells nothing. Most words count.
    """
    words = [fold(word) for word in _WORD.findall(text[:_LOOKED_AT])]
    known = _vocabulary(release)
    found = Counter(known[word] for word in words if word in known)
    ranked = [*found.most_common(2), ("", 0), ("", 0)]
    (language, most), (_, second) = ranked[:2]
    enough = most > 1 or len(words) <= _SHORT_TEXT_WORDS
    return language if most > second and enough else ""


#: The releases served of late with their words: those that are being left, and the current one.
_compiled: tuple[tuple[Release, Mapping[str, str]], ...] = ()


def _vocabulary(release: Release) -> Mapping[str, str]:
    """Returns the words that one language alone has, with the language; compiled once."""
    global _compiled  # replaced whole, so that threads need no lock
    for known, words in _compiled:
        if known is release:
            return words
    languages: dict[str, set[str]] = {}
    for language, word in _words(release):
        languages.setdefault(word, set()).add(language)
    words = {word: next(iter(found)) for word, found in languages.items() if len(found) == 1}
    _compiled = ((release, words), *_compiled[:3])
    return words


def _words(release: Release) -> Iterator[tuple[str, str]]:
    """Yields every word of a menu with its language, folded; no examples, which name people."""
    for text in _texts(release):
        for language, template in text.by_language.items():
            for piece in template.pieces[::2]:
                for word in _WORD.findall(piece):
                    yield language, fold(word)
    for service in release.services.values():
        for language, keywords in service.keywords.items():
            for word in keywords:
                yield language, fold(word)
    for word, language in release.reserved.languages.items():
        yield language, word


def _texts(release: Release) -> Iterator[LocalisedText]:
    yield from release.phrases.values()
    yield from (service.title for service in release.services.values())
    for screen in release.screens.values():
        match screen:
            case ChoiceScreen():
                yield screen.text
                yield from (each.label for each in screen.options.values() if not each.language)
            case InputScreen() | EndScreen():
                yield screen.text
            case OpenScreen() | BranchScreen() | ServiceScreen():
                pass
            case _:
                assert_never(screen)
