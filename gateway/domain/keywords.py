"""What an SMS begins with: a reserved word, a service's keyword, or neither."""

from __future__ import annotations

import enum
import unicodedata
from dataclasses import dataclass, field
from functools import lru_cache

from gateway.domain.menu import Release


class Opening(enum.StrEnum):
    """What the first word of an SMS is."""

    STOP = "stop"
    START = "start"
    HELP = "help"
    MENU = "menu"
    SERVICE = "service"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Read:
    """An SMS as far as its first word tells; `words` are those that follow it."""

    opening: Opening
    service: str = ""
    language: str = ""
    words: tuple[str, ...] = field(default=(), repr=False)


@lru_cache(maxsize=4096)
def fold(text: str) -> str:
    """Returns the text without case, accents, punctuation and spaces, for comparing words.

    >>> fold("Résultats !")
    'resultats'
    """
    if text.isascii() and text.isalnum():
        return text.casefold()
    bare = unicodedata.normalize("NFKD", text).casefold()
    return "".join(char for char in bare if char.isalnum())


def read(release: Release, text: str) -> Read:
    """Returns what an SMS asks for. START and HELP count only when nothing else is said."""
    words = text.split()
    if not words:
        return Read(Opening.UNKNOWN)
    first, rest = fold(words[0]), tuple(words[1:])
    reserved = release.reserved
    if first in reserved.stop:
        return Read(Opening.STOP)
    if not rest:
        if first in reserved.start:
            return Read(Opening.START)
        if first in reserved.help:
            return Read(Opening.HELP)
        if first in reserved.menu:
            return Read(Opening.MENU)
    if first in release.keywords:
        service, language = release.keywords[first]
        return Read(Opening.SERVICE, service, language, rest)
    return Read(Opening.UNKNOWN)
