"""Finds the keyword that a misspelled word most likely is, if there is one and only one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from rapidfuzz import process
from rapidfuzz.distance import OSA

#: Shorter words are each other's neighbours: CASE, EASE, CAVE. Nothing is guessed of them.
SHORTEST = 4
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
    """Every word that may be guessed, folded, side by side with its meaning."""

    known: tuple[str, ...]
    meanings: tuple[Meaning, ...]


def vocabulary(words: Iterable[tuple[str, Meaning]]) -> Vocabulary:
    """Returns the words that are long enough to be guessed."""
    long = [(word, meaning) for word, meaning in words if len(word) >= SHORTEST]
    return Vocabulary(tuple(word for word, _ in long), tuple(meaning for _, meaning in long))


def nearest(words: Vocabulary, word: str, language: str = "") -> Meaning | None:
    """Returns the one meaning that is nearest to a folded word, or None.

    A letter more, less or other, and two letters swapped, count as one place each. Two services
    equally near are no answer; of the words of one service that in `language` is taken.

    >>> words = vocabulary([("result", Meaning("service", "exam", "en", "RESULT"))])
    >>> nearest(words, "reslut").written
    'RESULT'
    """
    if len(word) < SHORTEST:
        return None
    found = process.extract(
        word, words.known, scorer=OSA.distance, score_cutoff=_places(word), limit=None
    )
    allowed = [
        (distance, words.meanings[index])
        for near, distance, index in found
        if distance <= min(_places(word), _places(near))
    ]
    if not allowed:
        return None
    least = min(distance for distance, _ in allowed)
    meanings = [meaning for distance, meaning in allowed if distance == least]
    if len({(meaning.opening, meaning.service) for meaning in meanings}) > 1:
        return None
    return next((each for each in meanings if each.language == language), meanings[0])


def _places(word: str) -> int:
    return 1 if len(word) <= SHORT else 2
