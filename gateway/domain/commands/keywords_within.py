"""Keywords behind the first word of a text: `Hello RESULT …`, `10231456 RESULT`, `maize price`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from gateway.domain.dialogue.keywords import Opening, Read
from gateway.domain.menu.release import Release
from gateway.domain.reading.folding import fold
from gateway.domain.reading.small_words import SMALL_WORDS

#: A keyword stands among the first words, and so many of them are tried.
_FARTHEST, _MOST_TRIED = 9, 3
#: Signs that stand for a space, as in "Fwd:RESULT" or "(RESULT)".
_SIGNS = re.compile(r"[*#,;:/|+=<>()\[\]\"!?።፡፣፤፥፦،؛\s]+")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A keyword that may be meant, as it would be read at the beginning of the text.

    `before` are the words before it that say something by themselves; they are tried as answers,
    too.
    """

    read: Read
    before: tuple[str, ...] = ()


def keywords_within(release: Release, text: str) -> Iterator[Candidate]:
    """Yields the keywords behind the first word, those with less before them first."""
    words = [word for word in _SIGNS.split(text[:_LONGEST]) if word]
    tried = 0
    for place, word in enumerate(words[1:_FARTHEST], start=1):
        folded = fold(word)
        found = release.keywords.get(folded) or release.keywords.get(_without_article(folded))
        if found is None:
            continue
        before = tuple(each for each in words[:place] if fold(each) not in SMALL_WORDS)
        service, language = found
        rest = (*before, *words[place + 1 :])
        yield Candidate(Read(Opening.SERVICE, service, language, rest, keyword=folded), before)
        tried += 1
        if tried == _MOST_TRIED:
            return


#: No more of a text is looked at: a keyword does not stand further on.
_LONGEST = 400


def _without_article(word: str) -> str:
    """Returns a word without the elided article before it: letatcivil is l'etatcivil."""
    return word[1:] if word[:1] in ("l", "d") else word


def says_of(release: Release, service: str, words: Sequence[str]) -> list[str]:
    """Returns the words that say something more than the name of the service does."""
    said = []
    for word in words:
        folded = fold(word)
        owner = release.keywords.get(folded) or release.keywords.get(folded.removesuffix("s"))
        if folded and folded not in SMALL_WORDS and (owner is None or owner[0] != service):
            said.append(word)
    return said
