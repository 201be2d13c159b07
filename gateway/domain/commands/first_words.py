"""Where the first word of a text ends: people glue words together, and put signs between them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from gateway.domain.reading.folding import fold

#: So many characters of the first word are looked at for a keyword: three times the longest one,
#: for accents and signs between its letters. Whatever is longer costs no more to read.
LONGEST_OPENING = 60
#: Signs that stand for a space, as in RESULT*10231456*2025.
SIGNS = re.compile(r"[*#,;:/|+=<>()፡።፣፤፥፦،؛]+")


def readings(words: tuple[str, ...]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yields the first word and the rest, as written, and with spaces put in where they lack."""
    if not words:
        return
    first, rest = words[0], words[1:]
    yield first, rest
    if len(words) <= LONGEST_OPENING and all(_is_letter(word) for word in words):
        yield "".join(words), ()  # S T O P
    parts = tuple(part for part in SIGNS.split(first) if part)
    head = parts[0] if parts else first
    if len(parts) > 1:
        rest = (*parts[1:], *rest)
        yield head, rest
    at = _seam(head[: LONGEST_OPENING + 1])  # what is longer is no keyword
    if at:
        yield head[:at], (head[at:], *rest)


def _is_letter(word: str) -> bool:
    return len(word) <= LONGEST_OPENING and len(fold(word)) == 1


def _seam(word: str) -> int:
    """Returns where a number, or another script, begins within a word; 0 when neither does."""
    for place, char in enumerate(word):
        if unicodedata.numeric(char, -1) >= 0:
            return place
        if place and not (char.isascii() and word[place - 1].isascii()):
            before, after = _script(word[place - 1]), _script(char)
            if before and after and before != after:
                return place
    return 0


def _script(char: str) -> str:
    """Returns the script of a letter; an empty text for any other character."""
    return unicodedata.name(char, "").partition(" ")[0] if char.isalpha() else ""
