"""The words of a name, as people look for it: `st mary` finds St. Mary's Dispensary."""

from __future__ import annotations

import re
import unicodedata

from gateway.domain.reading.folding import fold

#: Signs within a word that people leave out.
_WITHIN = str.maketrans("", "", "'’ʼ`´")
_IN_A_WORD = "LNM"
_LONGEST = 40
_BETWEEN = re.compile(r"[,;\n،؛፣፤]")


def words_in(text: str) -> tuple[str, ...]:
    """Returns the different words of a text, folded, in their order.

    >>> words_in("St. Mary's (Amboro-Mbale)")
    ('st', 'marys', 'amboro', 'mbale')
    """
    plain = unicodedata.normalize("NFKC", text).translate(_WITHIN)
    spaced = "".join(char if unicodedata.category(char)[0] in _IN_A_WORD else " " for char in plain)
    folded = (fold(word)[:_LONGEST] for word in spaced.split())
    return tuple(dict.fromkeys(word for word in folded if word))


def parts_of(text: str) -> tuple[str, ...]:
    """Returns the parts of a text with commas between them, each of which is looked for by itself.

    >>> parts_of("st mary, upendo,")
    ('st mary', 'upendo')
    """
    return tuple(dict.fromkeys(part.strip() for part in _BETWEEN.split(text) if part.strip()))
