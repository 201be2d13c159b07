"""Texts that people wrote for the same end, in one group each: what they misspell alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gateway.domain.reading.folding import fold, word_signs

#: How alike the words of two texts are, of 100, to stand in one group.
ALIKE = 70
#: Words of a text that are looked at: what somebody wants stands in its beginning.
_WORDS = 12


@dataclass(frozen=True, slots=True)
class Group:
    """Texts by their places in what was given, the first one first; `word` is common to most.

    `word` is as it was written first; it is empty where no word stands in more than half of them.
    """

    places: tuple[int, ...]
    word: str


def grouped(texts: Sequence[str]) -> list[Group]:
    """Returns texts in groups of those that are alike, the largest group first.

    Each text joins the group whose first text it is most alike, in whichever order its words are.
    A text without letters and digits is in no group.

    >>> texts = ["when is the clinic open", "Clinic open WHEN?", "school fees", "klinic open when"]
    >>> [group.places for group in grouped(texts)]
    [(0, 1, 3), (2,)]
    """
    from rapidfuzz import fuzz, process  # some megabytes: for who asks

    firsts: list[str] = []
    members: list[list[int]] = []
    for place, text in enumerate(texts):
        words = " ".join(sorted(filter(None, map(fold, _words(text)))))
        if not words:
            continue
        nearest = process.extractOne(words, firsts, scorer=fuzz.token_set_ratio, score_cutoff=ALIKE)
        if nearest is None:
            firsts.append(words)
            members.append([place])
        else:
            members[nearest[2]].append(place)
    found = [Group(tuple(places), _common([texts[each] for each in places])) for places in members]
    return sorted(found, key=lambda group: (-len(group.places), group.places))


def _words(text: str) -> list[str]:
    return text.split(maxsplit=_WORDS)[:_WORDS]


def _common(texts: Sequence[str]) -> str:
    """Returns the longest word that stands in more than half of some texts."""
    counts: dict[str, int] = {}
    written: dict[str, str] = {}
    for text in texts:
        in_it: dict[str, str] = {}
        for word in _words(text):
            if (folded := fold(word)) and not folded.isdigit():
                in_it.setdefault(folded, word_signs(word))
        for folded, word in in_it.items():
            counts[folded] = counts.get(folded, 0) + 1
            written.setdefault(folded, word)
    often = [folded for folded, count in counts.items() if 2 * count > len(texts)]
    return written[max(often, key=lambda each: (counts[each], len(each)))] if often else ""
