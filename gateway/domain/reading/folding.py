"""Words as they are compared: without case, accents, signs and spaces."""

from __future__ import annotations

import unicodedata

from gateway.domain.text.homophones import said_alike


def fold(text: str) -> str:
    """Returns the text without case, accents, punctuation and spaces, for comparing words.

    Letters that are said alike are one letter. Nothing is kept here: it may be what a citizen said.

    >>> fold("Résultats !"), fold("ዐቁም") == fold("አቁም")
    ('resultats', True)
    """
    if text.isascii() and text.isalnum():
        return text.casefold()
    bare = unicodedata.normalize("NFKD", text).casefold()
    return said_alike("".join(char for char in bare if char.isalnum()))


def word_signs(text: str) -> str:
    """Returns the letters of a text with their marks, and its digits.

    The vowels of many scripts are marks, which are no letters by themselves.

    >>> word_signs("«विद्यालय»!"), word_signs("d'or")
    ('विद्यालय', 'dor')
    """
    return "".join(sign for sign in text if unicodedata.category(sign)[0] in "LMN")
