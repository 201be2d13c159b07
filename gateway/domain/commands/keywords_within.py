"""Keywords behind the first word of a text: `Hello RESULT …`, `10231456 RESULT`, `maize price`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from gateway.domain.commands.openings import Opening, Read
from gateway.domain.commands.service_keywords import in_either_number
from gateway.domain.menu.release import Release
from gateway.domain.reading.folding import fold
from gateway.domain.reading.lines import ELIDED
from gateway.domain.reading.small_words import CASES, PROSE_WORDS, SMALL_WORDS

#: A keyword stands among the first words, and so many of them are tried.
_FARTHEST, _MOST_TRIED = 9, 3
_LONGEST_SMALL = 20
#: Signs that stand for a space, as in "Fwd:RESULT" or "(RESULT)".
_SIGNS = re.compile(r"[*#,;:/|+=<>()\[\]\"!?።፡፣፤፥፦،؛\s]+")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A keyword that may be meant, as it would be read at the beginning of the text.

    `before` are the words before it that say something by themselves; they are tried as answers,
    too.
    """

    read: Read
    before: tuple[str, ...] = field(default=(), repr=False)


def keywords_within(release: Release, text: str) -> Iterator[Candidate]:
    """Yields the keywords behind the first word, those with less before them first."""
    words = [word for word in _SIGNS.split(ELIDED.sub(r"\1 ", text[:_LONGEST])) if word]
    tried = 0
    for place, word in enumerate(words[:_FARTHEST]):
        folded = fold(word)
        found = _keyword(release, folded) if place or folded not in release.keywords else None
        if found is None:
            continue
        before = tuple(each for each in words[:place] if fold(each) not in SMALL_WORDS)
        service, language = found
        # Of a question: "where is the hospital".
        asked = SMALL_WORDS & PROSE_WORDS
        ahead = [each for each in words[:place] if fold(each) not in asked] if before else []
        rest = (*ahead, *words[place + 1 :])
        yield Candidate(Read(Opening.SERVICE, service, language, rest, keyword=folded), before)
        tried += 1
        if tried == _MOST_TRIED:
            return


#: No more of a text is looked at: a keyword does not stand further on.
_LONGEST = 400


#: Articles, cases and the infinitive, which are written as one with the word behind them.
_PREFIXES = ("l", "d", "ku", "የ", "ለ", "በ", "ከ", "ስለ")


def _keyword(release: Release, word: str) -> tuple[str, str] | None:
    """Returns the service and language of a folded keyword, with what is written as one with it."""
    bare = [word.removeprefix(prefix) for prefix in _PREFIXES if word.startswith(prefix)]
    forms = (*in_either_number(word), *bare)
    return next((release.keywords[form] for form in forms if form in release.keywords), None)


def says_of(release: Release, service: str, words: Sequence[str]) -> list[str]:
    """Returns the words that say something more than the name of the service does."""
    title = release.services[service].title.by_language.values()
    titles = [ELIDED.sub(r"\1 ", "".join(each.pieces[::2])) for each in title]
    named = {fold(word) for each in titles for word in each.split()}
    named |= {word[1:] for word in named if word[:1] in CASES}
    said = []
    for word in words:
        folded = fold(word)
        if not folded or folded in SMALL_WORDS or folded in named:
            continue
        owner = _keyword(release, folded)
        if owner is None or owner[0] != service:
            said.append(word)
    return said


def first_said(words: Sequence[str]) -> int:
    """Returns the place of the first word that says something; 0 where none does."""
    said = (place for place, word in enumerate(words) if fold(word) not in SMALL_WORDS)
    return next(said, 0)


def begins_small(text: str) -> bool:
    """Returns whether a text begins with a small word, and a keyword may follow."""
    first, *_ = text.split(None, 1) or [""]
    if len(first) > _LONGEST_SMALL:
        return False
    return fold(first) in SMALL_WORDS or ELIDED.match(first) is not None or first[:1] in CASES
