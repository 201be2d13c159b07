"""Texts that say nothing to anybody: signs, little pictures, thanks."""

from __future__ import annotations

import unicodedata

from gateway.domain.commands.courtesy import MOST_WORDS, folded_words, is_courtesy
from gateway.domain.menu.release import ReservedWords


def is_noise(reserved: ReservedWords, text: str) -> bool:
    """Returns whether a text has no word, or courtesy alone: nothing that a person could answer."""
    words = folded_words(text.split(maxsplit=MOST_WORDS))
    return words is not None and is_courtesy(reserved, words)


def wants_no_answer(text: str) -> bool:
    """Returns whether noise is a mere nod, by a word or a picture; `?` and `#` ask for something.

    >>> wants_no_answer("ok thanks"), wants_no_answer("👍"), wants_no_answer("?")
    (True, True, False)
    """
    return any(char.isalnum() or unicodedata.category(char) == "So" for char in text)
