"""Texts that are typed: free text and names."""

from __future__ import annotations

import unicodedata

from gateway.domain.input_kinds.base import Accepts, Complaint, bounds

#: In a name, beyond letters and their marks: apostrophes, hyphens, the joiners of several scripts,
#: and the Ethiopic word space.
_BETWEEN_LETTERS = frozenset(" '’‘.-‐‑\u200c\u200d፡")


def text(accepts: Accepts, typed: str, language: str) -> str | Complaint:
    """Returns any text of an allowed length."""
    # Neither can be stored as UTF-8 text everywhere: control characters, half a surrogate pair.
    legible = all(unicodedata.category(char) not in ("Cc", "Cs") for char in typed)
    if legible and accepts.minimum <= len(typed) <= accepts.maximum:
        return typed
    return Complaint("text_wrong", bounds(accepts))


def name(accepts: Accepts, typed: str, language: str) -> str | Complaint:
    """Returns a name: letters, and what stands between them.

    One that is only too long or too short is told so, and not that it has other than letters.
    """
    letters = sum(char.isalpha() for char in typed)
    plain = all(
        char.isalpha() or char in _BETWEEN_LETTERS or unicodedata.category(char)[0] == "M"
        for char in typed
    )
    if not plain or not letters:
        return Complaint("name_wrong")
    if letters < accepts.minimum or len(typed) > accepts.maximum:
        return Complaint("text_wrong", bounds(accepts))
    return typed
