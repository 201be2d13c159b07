"""What a deployment lets a page ask of who reads little."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from gateway.domain.faults_and_errors.sentence import Sentence
from gateway.domain.faults_and_errors.source_location import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingLimits:
    """What a page of a deployment asks of its readers at most; None where nothing is held to it.

    `words` of a page (`words_in` a language counts more: one word of Amharic says what three of
    French do), words of a `sentence`, `lines` of a choice, `digits` to be typed at once, and
    `answers` from home until a service says or does something. `common` are the words of each
    language that its readers know, in small letters; a language that is not there is not held to
    any. What is over a limit is a fault where it is `strict`, else advice.
    """

    words: int | None = None
    words_in: Mapping[str, int] = field(default_factory=dict)
    sentence: int | None = None
    lines: int | None = None
    digits: int | None = None
    answers: int | None = None
    strict: bool = False
    common: Mapping[str, frozenset[str]] = field(default_factory=dict, repr=False)

    def most_words(self, language: str) -> int | None:
        """Returns the limit of words of a page in a language."""
        return self.words_in.get(language, self.words)


@dataclass(frozen=True, slots=True)
class Hard:
    """What is over a limit, where it is written."""

    path: Path
    sentence: Sentence
