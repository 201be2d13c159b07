"""Texts that are typed: free text and names."""

from __future__ import annotations

import re
import unicodedata

from gateway.domain.input_kinds.base import Accepts, Complaint, bounds

#: In a name, beyond letters and their marks: apostrophes, hyphens, the joiners of several scripts,
#: and the Ethiopic word space.
_BETWEEN_LETTERS = frozenset(" '’‘.-‐‑\u200c\u200d፡")

#: Signs that are typed for an apostrophe or a hyphen.
_PLAIN_IN_NAMES = str.maketrans(
    {"`": "'", "´": "'", "ʼ": "'", "＇": "'"} | dict.fromkeys("–—―−", "-")
)
#: Son, daughter, wife or child of: Juma s/o Musa.
_OF_WHOM = re.compile(r"(?<= )[sdwc]/o(?= )", re.IGNORECASE)
#: What is said before a name, in each of the shipped languages.
_SAYINGS = (
    r"(?:(?:my|his|her|the|child(?:'?s)?|baby(?:'?s)?) )*names?(?: is| are|:)",
    r"(?:i am|i'm|it's)(?: called| named)?",
    r"(?:she|he) is (?:called|named)",
    r"jina(?: langu| lake| la mtoto| letu)?(?: ni|:)",
    r"(?:n|an)aitwa|mimi ni",
    r"(?:je m|il s|elle s)['’]appelle",
    r"(?:mon |son |le )?(?:pr[ée])?nom(?: est| ?:)",
    r"(?:የ[^ ]+ )?ስ(?:ሜ|ሙ|ሟ|ም)(?: ?[፦:፡])?",
)
_SAYS_A_NAME = re.compile(f"(?:{'|'.join(_SAYINGS)})\\s+", re.IGNORECASE)
_LONGEST_SAYING = 40
_BEHIND_A_NAME = (" ነው", " ይባላል", " ትባላለች", " እባላለሁ", " እባላለው")


def text(accepts: Accepts, typed: str, language: str) -> str | Complaint:
    """Returns any text of an allowed length."""
    # Neither can be stored as UTF-8 text everywhere: control characters, half a surrogate pair.
    legible = all(unicodedata.category(char) not in ("Cc", "Cs") for char in typed)
    if legible and accepts.minimum <= len(typed) <= accepts.maximum:
        return typed
    return Complaint("text_wrong", bounds(accepts))


def name(accepts: Accepts, typed: str, language: str) -> str | Complaint:
    """Returns a name: letters, and what stands between them, without "my name is" before it.

    One that is only too long or too short is told so, and not that it has other than letters.
    """
    typed = _bare_name(typed.translate(_PLAIN_IN_NAMES).strip(" ,;:!"))
    letters = sum(char.isalpha() for char in typed)
    plain = all(
        char.isalpha() or char in _BETWEEN_LETTERS or unicodedata.category(char)[0] == "M"
        for char in _OF_WHOM.sub(" ", typed.replace(", ", " ", 1))
    )
    if not plain or not letters:
        return Complaint("name_wrong")
    if letters < accepts.minimum or len(typed) > accepts.maximum:
        return Complaint("text_wrong", bounds(accepts))
    return typed


def _bare_name(typed: str) -> str:
    """Returns a name without what people say before and behind it; whole if nothing is left."""
    found = _SAYS_A_NAME.match(typed[:_LONGEST_SAYING])
    bare = typed[found.end() :] if found else typed
    if found and bare.endswith(_BEHIND_A_NAME):
        bare = bare.rpartition(" ")[0]
    return bare.strip(" ,;:!") or typed
