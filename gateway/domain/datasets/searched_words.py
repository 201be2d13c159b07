"""The words of a name, as people look for it: `st mary` finds St. Mary's Dispensary."""

from __future__ import annotations

import unicodedata

from gateway.domain.reading.folding import fold

#: Signs within a word that people leave out.
_WITHIN = str.maketrans("", "", "'’ʼ`´")
_IN_A_WORD = "LNM"
_LONGEST = 40


def words_in(text: str) -> tuple[str, ...]:
    """Returns the different words of a text, folded, in their order.

    >>> words_in("St. Mary's (Amboro-Mbale)")
    ('st', 'marys', 'amboro', 'mbale')
    """
    plain = unicodedata.normalize("NFKC", text).translate(_WITHIN)
    spaced = "".join(char if unicodedata.category(char)[0] in _IN_A_WORD else " " for char in plain)
    folded = (fold(word)[:_LONGEST] for word in spaced.split())
    return tuple(dict.fromkeys(word for word in folded if word))
