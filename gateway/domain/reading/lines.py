"""Which line of a list a text means: `1. Water`, `option 1`, `one`, `01`, `Water please`.

A text that names two lines, or says anything beside one, means none: it is asked about again.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from gateway.domain.reading.folding import fold
from gateway.domain.reading.signs import plain_signs
from gateway.domain.reading.small_words import NUMBER_WORDS, SMALL_WORDS
from gateway.domain.text.numerals import ascii_digits

#: A longer text is more than the choice of a line.
LONGEST_LETTERS, LONGEST_WORDS = 80, 10
#: Signs between the words of a choice, and within a label; an apostrophe belongs to its word, and a
#: minus to its number.
_SIGNS = re.compile(r"(?<!\S)-(?=\D)|(?<=\S)-|[\s.,:;!?()\[\]<>«»\"*#/|=_+‐-―።፡፣፤፥፦،؛।]+")

#: French articles that have lost their vowel: l'eau.
ELIDED = re.compile(r"\b([cdjlmnst]|qu)['’](?=\w)", re.IGNORECASE)
#: They say a number, or point to what is named: "the first one", "une route".
_POINTING = frozenset({"one", "un", "une"})


def words_of(text: str) -> list[str]:
    """Returns the words of a text as they are compared, without the signs between them.

    >>> words_of("(1) Water, please!")
    ['1', 'water', 'please']
    """
    parted = _SIGNS.split(ELIDED.sub(r"\1 ", ascii_digits(plain_signs(text))))
    words = [(word, fold(word)) for word in parted]
    # A number that is none as it is written, such as ² or -1, is no key.
    return [
        word if folded.isdigit() and folded != word else folded for word, folded in words if folded
    ]


def line_meant(lines: Mapping[str, str], typed: str) -> str:
    """Returns the one key that a text means; an empty text for none, or more than one.

    `lines` are the labels of the list, and other words that stand for a line, as written, to their
    keys. A longer label counts before a shorter one that is a part of it.

    >>> lines = {"Water": "1", "Water point": "2", "No": "3"}
    >>> [line_meant(lines, text) for text in ("2. water point", "No. 1", "1 water point", "two")]
    ['2', '', '', '2']
    """
    if len(typed) > LONGEST_LETTERS:
        return ""
    words = words_of(typed)
    if not words or len(words) > LONGEST_WORDS:
        return ""
    named, others = _named(lines, words)
    keys = set(lines.values())
    for place, word in enumerate(others):
        if named and word in _POINTING:
            continue
        number = _number(word)
        if number in keys:
            named.add(number)
        elif number or not _is_small(word, others[place + 1 :]):
            return ""
    return named.pop() if len(named) == 1 else ""


def lines_meant(lines: Mapping[str, str], typed: str) -> list[str]:
    """Returns the keys of all the lines that a text means, in the order of the lines.

    None where it says anything else. Keys of one digit may be typed with nothing between them, each
    once, as long as no key has two.

    >>> lines = {"Fever": "1", "Cough": "2", "Weak legs": "3"}
    >>> [lines_meant(lines, text) for text in ("13", "3, 1", "cough and fever", "14", "11", "oil")]
    [['1', '3'], ['1', '3'], ['1', '2'], [], [], []]
    """
    if len(typed) > LONGEST_LETTERS:
        return []
    words = words_of(typed)
    if len(words) > LONGEST_WORDS:
        return []
    keys = list(dict.fromkeys(lines.values()))
    gluing = max(map(len, keys), default=0) == 1
    meant, others = _named(lines, words)
    for place, word in enumerate(others):
        digits = _number(word)
        numbers = list(digits) if gluing and len(set(digits)) == len(digits) else [digits]
        if digits and meant.isdisjoint(numbers) and set(numbers) <= set(keys):
            meant.update(numbers)
        elif digits or not _is_small(word, others[place + 1 :]):
            return []
    return [key for key in keys if key in meant]


def _named(lines: Mapping[str, str], words: list[str]) -> tuple[set[str], list[str]]:
    """Returns the keys of the labels among the words, and the words that belong to none."""
    labels = _labels(lines)
    longest = max(map(len, labels), default=0)
    keys, others, at = set(), [], 0
    while at < len(words):
        runs = (tuple(words[at : at + length]) for length in range(longest, 0, -1))
        found = next((run for run in runs if labels.get(run)), ())
        if found:
            keys.add(labels[found])
        else:
            others.append(words[at])
        at += len(found) or 1
    return keys, others


def _labels(lines: Mapping[str, str]) -> Mapping[tuple[str, ...], str]:
    """Returns the words of each label, and those it begins with where no other label does."""
    labels = {tuple(words_of(label)): key for label, key in reversed([*lines.items()])}
    begun: dict[tuple[str, ...], str] = {}
    for words, key in labels.items():
        for end in range(1, len(words)):
            if not SMALL_WORDS.issuperset(words[:end]):
                begun[words[:end]] = key if begun.get(words[:end], key) == key else ""
    return {**begun, **labels}


def _is_small(word: str, following: list[str]) -> bool:
    """Returns whether a word chooses nothing; "no" does only where a number follows: "no 1"."""
    return word in SMALL_WORDS and (word != "no" or bool(following and _number(following[0])))


def _number(word: str) -> str:
    """Returns the number that a word is, without leading zeros; an empty text for none."""
    if word.isascii() and word.isdigit():
        return word.lstrip("0") or word
    return str(NUMBER_WORDS[word]) if word in NUMBER_WORDS else ""
