"""What a text most likely begins with: a misspelt keyword, or one that is glued to a word."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from gateway.domain.commands.courtesy import folded_words, is_courtesy
from gateway.domain.commands.first_words import LONGEST_OPENING, readings
from gateway.domain.commands.openings import RESERVED, Opening, Read
from gateway.domain.commands.service_keywords import named, written
from gateway.domain.menu.release import Release
from gateway.domain.reading.folding import fold
from gateway.domain.text.misspellings import Meaning, Vocabulary, nearest, vocabulary
from gateway.domain.text.syllables import spelt

#: A keyword glued to a word needs this many letters, and the word that many: REPORTwater. They are
#: counted as words are spelt: a syllable as two.
_GLUED_KEYWORD, _GLUED_WORD = 5, 3


def guess(release: Release, words: tuple[str, ...], language: str) -> Read | None:
    """Returns what the first word is most likely to be."""
    if len(words) > 1 and len(words[0] + words[1]) <= LONGEST_OPENING:
        joined = named(release, fold(words[0] + words[1]), words[2:])
        if joined is not None:
            return replace(joined, meant=written(release, fold(words[0] + words[1])))
    for first, rest in readings(words):
        if len(first) > LONGEST_OPENING:
            continue
        meaning = nearest(_vocabulary(release), fold(first), language)
        if meaning is None:
            continue
        if meaning.opening != Opening.SERVICE:
            if not is_courtesy(release.reserved, folded_words(rest) or rest):
                continue
            rest = ()
        if meaning.opening == Opening.STOP and fold(meaning.written).endswith(fold(first)):
            continue  # SUBSCRIBE is the opposite of UNSUBSCRIBE
        stop = _ends_in_stop(release, fold(first)) if meaning.opening == Opening.START else ""
        if stop:  # USTOP is nearer to UNSTOP, and a misspelt STOP never takes one back
            return Read(Opening.STOP, "", meaning.language, rest, stop.upper(), stop)
        return Read(
            Opening(meaning.opening),
            meaning.service,
            meaning.language,
            rest,
            meaning.written,
            fold(meaning.written),
        )
    return _glued(release, words)


def _ends_in_stop(release: Release, folded: str) -> str:
    return next((word for word in sorted(release.reserved.stop) if folded.endswith(word)), "")


def _glued(release: Release, words: tuple[str, ...]) -> Read | None:
    """Returns the longest keyword that the first word begins with, if a word is left of it."""
    first = words[0] if words else ""
    for end in range(min(len(first) - 1, LONGEST_OPENING), 0, -1):
        folded = fold(first[:end])
        if folded not in release.keywords or len(spelt(folded)) < _GLUED_KEYWORD:
            continue
        if len(spelt(fold(first[end : end + LONGEST_OPENING]))) >= _GLUED_WORD:
            service, language = release.keywords[folded]
            rest = (first[end:], *words[1:])
            meant = written(release, folded)
            return Read(Opening.SERVICE, service, language, rest, meant, folded)
    return None


#: The releases served of late with their words: those that are being left, and the current one.
_compiled: tuple[tuple[Release, Vocabulary], ...] = ()


def _vocabulary(release: Release) -> Vocabulary:
    """Returns the words of a release, compiled once."""
    global _compiled  # replaced whole, so that threads need no lock
    for known, words in _compiled:
        if known is release:
            return words
    words = vocabulary(_meanings(release))
    _compiled = ((release, words), *_compiled[:3])
    return words


def _meanings(release: Release) -> Iterator[tuple[str, Meaning]]:
    for opening in RESERVED:
        for word in sorted(getattr(release.reserved, opening.value)):
            language = release.reserved.languages.get(word, "")
            yield word, Meaning(opening.value, "", language, word.upper())
    for word, (service, language) in release.keywords.items():
        yield word, Meaning(Opening.SERVICE.value, service, language, written(release, word))
