"""What a language calls things: the words that are preferred, and those that mean something else.

A glossary stands beside the menu, in `glossary/LANGUAGE.yaml`. It is for translators and for the
checker; citizens never see it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One thing and its name. `refused` are words that say it wrongly, `because` of what.

    `*` at the end of a word stands for any ending, at its front for any prefix. `means` is what the
    default language calls it; `services` are those in which it is refused, all where none is named.
    """

    say: str
    because: str
    means: str = ""
    refused: tuple[str, ...] = ()
    services: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Protection:
    """Words that a screen may not leave out: each of `words`, `because` of what they spare."""

    screen: str
    words: tuple[str, ...] = field(repr=False)
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Glossary:
    """The glossary of a language. `address` says how a citizen is spoken to, as a term.

    `verbs` are the words with which a line says what it does: its first word, or its last where
    `verb_last`. A text that asks whether something shall be lost has one of the words `losing`, and
    `protects` are the words that protect who reads a screen. `plain` are words that readers know.
    """

    address: Term | None = None
    terms: Sequence[Term] = ()
    verbs: tuple[str, ...] = ()
    verb_last: bool = False
    losing: tuple[str, ...] = ()
    protects: Sequence[Protection] = ()
    plain: tuple[str, ...] = ()

    @property
    def every_term(self) -> Sequence[Term]:
        """Returns the terms, and how a citizen is addressed."""
        return [*self.terms, *([self.address] if self.address else [])]

    @property
    def every_refused(self) -> tuple[str, ...]:
        """Returns the words that any of them refuses."""
        return tuple(word for term in self.every_term for word in term.refused)


def found_in(words: Sequence[str], text: str) -> str:
    """Returns the first of some words, as the glossary has it, that a text holds; empty for none.

    >>> found_in(["kesi", "koma*"], "Kesi 7: imepokelewa"), found_in(["koma*"], "Komesha")
    ('kesi', '')
    """
    return next((word for word in words if pattern_of(word).search(text)), "")


@lru_cache(maxsize=64)
def pattern_of_any(words: tuple[str, ...]) -> re.Pattern[str]:
    """Returns what finds one of some words in a text, as each of their patterns does.

    Most texts hold none of many: one look tells.

    >>> pattern_of_any(("kesi", "koma*")).search("Sasa: komaa")[0], pattern_of_any(()).search("a")
    ('komaa', None)
    """
    either = "|".join(map(_spelt, words))
    return re.compile(rf"(?<!\w)(?:{either})(?!\w)" if words else r"(?!)", re.IGNORECASE)


@lru_cache(maxsize=1024)
def pattern_of(word: str) -> re.Pattern[str]:
    """Returns what finds a word in a text, whatever its case; `*` stands for more letters.

    The words of a phrase may stand on two lines.
    """
    return re.compile(rf"(?<!\w){_spelt(word)}(?!\w)", re.IGNORECASE)


def _spelt(word: str) -> str:
    words = [r"\w*".join(map(re.escape, each.split("*"))) for each in word.split()]
    return r"\s+".join(words)
