"""Texts that people wrote for the same end, in one group each: what they misspell alike."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from gateway.domain.reading.folding import fold, word_signs
from gateway.domain.reading.small_words import SMALL_WORDS

#: How alike two words are, of 100, to be one word in two spellings.
ALIKE = 77
#: Words of fewer letters are one word only where they are the same: "bill" is not "mill".
_SHORT = 5
#: Words of a text that are looked at: what somebody wants stands in its beginning.
_WORDS = 12
#: What a word counts that is not the first which says something: that one is more often the matter.
_LATER = 0.6


@dataclass(frozen=True, slots=True)
class Group:
    """Texts by their places in what was given, the first one first.

    `word` stands in most of them, in this spelling or another: it is the commonest one. It is
    empty where they have none but numbers.
    """

    places: tuple[int, ...]
    word: str


def grouped(texts: Sequence[str]) -> list[Group]:
    """Returns texts in groups of those that have a word in common, the largest group first.

    So a group has what a keyword would answer. Words may be misspelt and stand in any order; those
    that say nothing by themselves, such as "how much is", make no group. A text without letters
    and digits is in none.

    >>> texts = ["pasport how much", "Price of PASSPORT?", "school fees", "i want a paspot"]
    >>> [(group.places, group.word) for group in grouped(texts)]
    [((0, 1, 3), 'pasport'), ((2,), 'school')]
    """
    said = {place: words for place, text in enumerate(texts) if (words := _telling(text))}
    spelt = _spellings(word for words in said.values() for word in words)
    left = {place: _once(spelt[word] for word in words) for place, words in said.items()}
    places: dict[str, list[int]] = defaultdict(list)
    weights: dict[str, float] = defaultdict(float)
    for place, weighed in left.items():
        for word, weight in weighed.items():
            places[word].append(place)
            weights[word] += weight
    found: list[Group] = []
    while left:
        matter = max(weights, key=lambda word: weights[word])  # of several the first one
        inside = {place: left.pop(place) for place in places[matter] if place in left}
        for weighed in inside.values():
            for word, weight in weighed.items():
                weights[word] -= weight
        del weights[matter]
        if inside:
            word = _word(inside.values(), [texts[place] for place in inside], spelt)
            found.append(Group(tuple(inside), word))
    return sorted(found, key=lambda group: (-len(group.places), group.places))


def _telling(text: str) -> list[str]:
    """Returns the words of a text that say something, as they are compared; else all it has."""
    words = [folded for word in text.split(maxsplit=_WORDS)[:_WORDS] if (folded := fold(word))]
    return [word for word in words if _says_something(word)] or words


def _says_something(word: str) -> bool:
    return len(word) > 1 and not word.isdigit() and word not in SMALL_WORDS


def _spellings(words: Iterable[str]) -> Mapping[str, str]:
    """Returns by each word the spelling that it counts as: the commonest of those like it."""
    from rapidfuzz import fuzz, process  # some megabytes: for who asks

    heads: list[str] = []
    found: dict[str, str] = {}
    for word, _ in Counter(words).most_common():
        nearest = None
        if len(word) >= _SHORT and not word.isdigit():
            nearest = process.extractOne(word, heads, scorer=fuzz.ratio, score_cutoff=ALIKE)
            heads += [] if nearest else [word]
        found[word] = nearest[0] if nearest else word
    return found


def _once(words: Iterable[str]) -> dict[str, float]:
    """Returns what each word of a text weighs, the first one most; each counts once."""
    return {word: _LATER if place else 1.0 for place, word in enumerate(dict.fromkeys(words))}


def _word(inside: Iterable[Iterable[str]], texts: Sequence[str], spelt: Mapping[str, str]) -> str:
    """Returns the word of a group as it is written most: of those in most texts the longest."""
    counts = Counter(word for words in inside for word in words if not word.isdigit())
    if not counts:
        return ""
    common = max(counts, key=lambda word: (counts[word], len(word)))
    written = Counter(
        word_signs(word)
        for text in texts
        for word in text.split(maxsplit=_WORDS)[:_WORDS]
        if spelt.get(fold(word)) == common
    )
    return written.most_common(1)[0][0]
