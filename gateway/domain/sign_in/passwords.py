"""Which passwords are refused: those that others would try.

Length counts and nothing else is asked for, as NIST SP 800-63B has it: no mix of signs, no change
by age. A password is never the only thing that is asked; there is a one-time code beside it.
"""

from __future__ import annotations

import enum
import unicodedata
from collections.abc import Container

#: In characters. With a one-time code beside it 8 would do; 12 leaves no list of leaked ones much.
LEAST = 12
#: In characters: a longer one makes a server work, and nobody safer.
MOST = 128
#: A text of fewer characters that differ is typed by holding a key.
_LEAST_DIFFERENT = 5


class Weakness(enum.StrEnum):
    """Why a password is refused."""

    SHORT = "short"
    LONG = "long"
    SAME_SIGNS = "same signs"
    OWN_NAME = "own name"
    COMMON = "common"


def prepared(password: str) -> str:
    """Returns a password as it is hashed: what two keyboards write differently is one (NFKC)."""
    return unicodedata.normalize("NFKC", password)


def weakness(password: str, name: str, common: Container[str]) -> Weakness | None:
    """Returns why a person's password is refused; None when it is taken.

    `common` are words and passwords in small letters: with digits and signs around them they are
    tried first.

    >>> weakness("Password2026!", "asha", {"password"}), weakness("maji ya mto ruvu", "asha", {})
    (<Weakness.COMMON: 'common'>, None)
    """
    text = prepared(password).casefold()
    if len(text) < LEAST:
        return Weakness.SHORT
    if len(text) > MOST:
        return Weakness.LONG
    if len(set(text)) < _LEAST_DIFFERENT:
        return Weakness.SAME_SIGNS
    word = text.strip("".join({each for each in text if not each.isalpha()}))
    if not word or text in common or word in common:
        return Weakness.COMMON
    if name and name.casefold() in text and len(text) - len(name) < LEAST // 2:
        return Weakness.OWN_NAME
    return None
