"""Which words of a text are among the commonest of its language, in whatever form they stand."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator

#: A word, with what hangs on it: child's, don't, l'école.
WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
#: What ends a sentence, or a part of one that is read by itself.
_END = re.compile(r"[.?!:;።፧፦፤]+(?=\s|$)|\n+")
#: How a word of English is bent: what stands behind it, and what stood there in its shortest form.
_ENGLISH = (
    ("ies", ("y",)),
    ("ied", ("y",)),
    ("iest", ("y",)),
    ("ier", ("y",)),
    ("es", ("", "e")),
    ("s", ("",)),
    ("ed", ("", "e")),
    ("ing", ("", "e")),
    ("est", ("", "e")),
    ("er", ("", "e")),
    ("ily", ("y",)),
    ("ly", ("",)),
)
#: What hangs on a word of English and is none of it.
_HUNG = ("'s", "n't", "'ll", "'")
#: No shorter stem is looked up: "us" is no plural.
_SHORTEST = 2


def uncommon(text: str, language: str, common: Container[str]) -> list[str]:
    """Returns the words of a text that are not among these, once each, in their order.

    These are in small letters. What stands in capitals is sent as it is read, such as STOP: it
    need not be understood.

    >>> uncommon("The child's clinics stopped vaccinating. Send STOP", "en", {"the", "child",
    ...     "clinic", "stop", "send"})
    ['vaccinating']
    """
    words = (word for word in WORD.findall(text) if len(word) == 1 or not word.isupper())
    return [
        word
        for word in dict.fromkeys(words)
        if not any(form in common for form in _forms(word.lower().replace("’", "'"), language))
    ]


def sentences(text: str) -> Iterator[str]:
    """Yields the sentences of a text.

    >>> list(sentences("Case 7: received. Please wait"))
    ['Case 7', 'received', 'Please wait']
    """
    return (part.strip() for part in _END.split(text) if part.strip())


def _forms(word: str, language: str) -> Iterator[str]:
    """Yields the word and what it may be a form of; a language without rules has the word alone."""
    yield word
    if language.partition("-")[0] != "en":
        return
    for hung in _HUNG:
        word = word.removesuffix(hung)
    yield word
    for stem in _stems(word):
        yield stem
        yield from _stems(stem)  # reminders, of who reminds


def _stems(word: str) -> Iterator[str]:
    for ending, stood in _ENGLISH:
        stem = word.removesuffix(ending)
        if stem != word and len(stem) >= _SHORTEST:
            yield from (stem + letters for letters in stood)
            if stem[-1] == stem[-2]:
                yield stem[:-1]  # stopped, of stop
