"""Letters of Latin alphabets, in those of GSM-7.

Unicode names most letters by what they were made of: "d with tail", "i with stroke". The rest are
letters of their own, and are written as they are spelled where the keyboard has none of them.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from gateway.domain.text.gsm7 import is_gsm7

_NAME = re.compile(
    r"LATIN (?P<case>SMALL|CAPITAL|LETTER SMALL CAPITAL)(?: LETTER)? "
    r"(?:AFRICAN |DOTLESS |TURNED |REVERSED |LONG )?(?P<letter>[A-Z]|[A-Z]{2,}(?: [A-Z]{1,5})?)"
    r"(?: BAR)?(?: WITH .*)?"
)
#: Letters that Unicode gives a name of their own.
_NAMED = {
    "ALPHA": "a", "OPEN E": "e", "SCHWA": "e", "OPEN O": "o", "BARRED O": "o", "IOTA": "i",
    "UPSILON": "u", "GAMMA": "g", "ENG": "ng", "ESH": "sh", "EZH": "zh", "ETH": "d", "THORN": "th",
    "THETA": "th", "CHI": "x", "BETA": "b", "OI": "gh", "OU": "ou", "AE": "ae",
    "SHARP S": "ss", "DZ": "dz", "LJ": "lj", "NJ": "nj",
}  # fmt: skip
#: Letters that are not said as the one they are named after, letters and accents that are typed for
#: an apostrophe, and signs. The clicks are typed so where no keyboard has them.
_ODD = {
    "ɲ": "ny", "Ɲ": "Ny", "ʌ": "a", "Ʌ": "A", "ɯ": "u", "Ɯ": "U",
    "ʔ": "'", "Ꞌ": "'", "ꞌ": "'", "ɂ": "'", "Ɂ": "'", "ʕ": "'",
    "ǀ": "/", "ǁ": "//", "ǂ": "=", "ǃ": "!",
    "ŉ": "'n", "ɬ": "hl", "Ɬ": "Hl", "ɮ": "dl", "œ": "oe", "Œ": "Oe",
    "†": "+", "‡": "++", "•": "-", "·": ".", "`": "'", "´": "'", "ˈ": "'", "ˊ": "'", "ˋ": "'",
}  # fmt: skip


@lru_cache(maxsize=4096)
def in_gsm7(char: str) -> str:
    """Returns a letter without what the alphabet does not have; any other character as it is.

    >>> [in_gsm7(char) for char in "ɖƑɲʃħũǃ"], in_gsm7("ش")
    (['d', 'F', 'ny', 'sh', 'h', 'u', '!'], 'ش')
    """
    if char in _ODD:
        return _ODD[char]
    base = "".join(
        letter
        for letter in unicodedata.normalize("NFKD", char)
        if not unicodedata.combining(letter)
    )
    if base and not is_gsm7(base):
        base = _ODD.get(base) or _by_name(base)
    return base or char


def _by_name(char: str) -> str:
    match = _NAME.fullmatch(unicodedata.name(char, "")) if len(char) == 1 else None
    if match is None:
        return ""
    name = match["letter"]
    written = name.lower() if len(name) == 1 else _NAMED.get(name, "")
    return written.capitalize() if match["case"] == "CAPITAL" else written
