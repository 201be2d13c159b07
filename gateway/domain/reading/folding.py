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
