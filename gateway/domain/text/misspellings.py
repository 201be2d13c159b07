"""Finds the keyword that a misspelled word most likely is, if there is one and only one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from rapidfuzz import process
from rapidfuzz.distance import OSA

from gateway.domain.text.syllables import distance, is_syllabic, places, spelt

#: Shorter words are each other's neighbours: CASE, EASE, CAVE. Nothing is guessed of them. Lengths
#: are those of words as they are spelt (syllables.py).
SHORTEST = 4
#: No word differs from another in more places and is guessed.
_MOST_PLACES = 2
#: A word up to this length may differ in one place, a longer one in two.
SHORT = 5


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a word opens: `opening` as in keywords.py, with its service and language if any.

    `written` is the word as the menu has it, for asking whether it was meant.
    """

    opening: str
    service: str
    language: str
    written: str


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Every word that may be guessed, folded and spelt, side by side with its meaning."""

    known: tuple[str, ...]
    meanings: tuple[Meaning, ...]


def vocabulary(words: Iterable[tuple[str, Meaning]]) -> Vocabulary:
    """Returns the words that are long enough to be guessed."""
    known = [(spelt(word), meaning) for word, meaning in words]
    long = [(word, meaning) for word, meaning in known if len(word) >= SHORTEST]
    return Vocabulary(tuple(word for word, _ in long), tuple(meaning for _, meaning in long))


def nearest(words: Vocabulary, word: str, language: str = "") -> Meaning | None:
    """Returns the one meaning that is nearest to a folded word, or None.

    A letter more, less or other, and two letters swapped, count as one place each; in a syllabary
    a vowel counts one and a syllable two. Two services equally near are no answer; of the words of
    one service that in `language` is taken.

    >>> words = vocabulary([("result", Meaning("service", "exam", "en", "RESULT"))])
    >>> nearest(words, "reslut").written
    'RESULT'
    """
    word = spelt(word)
    if len(word) < SHORTEST:
        return None
    allowed = [
        (differing, words.meanings[index])
        for near, differing, index in _near(words, word)
        if differing <= _places(word, near)
    ]
    if not allowed:
        return None
    least = min(differing for differing, _ in allowed)
    meanings = [meaning for differing, meaning in allowed if differing == least]
    if len({(meaning.opening, meaning.service) for meaning in meanings}) > 1:
        return None
    return next((each for each in meanings if each.language == language), meanings[0])


def _near(words: Vocabulary, word: str) -> Iterable[tuple[str, int, int]]:
    """Returns the words of the same script, in how many places each differs, and its index."""
    if is_syllabic(word):
        return [
            (near, distance(word, near), index)
            for index, near in enumerate(words.known)
            if is_syllabic(near)
        ]
    return process.extract(
        word, words.known, scorer=OSA.distance, score_cutoff=_MOST_PLACES, limit=None
    )


def _places(word: str, near: str) -> int:
    if is_syllabic(word):
        return places(word, near)
    return 1 if min(len(word), len(near)) <= SHORT else 2
