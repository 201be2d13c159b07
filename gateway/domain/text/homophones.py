"""Letters that people write for each other: in Amharic ሰላም and ሠላም, in Arabic مستشفى and مستشفي.

Comparing words by one letter of each sound forgives what is no mistake at all. What is shown keeps
the letters in which it was written.
"""

from __future__ import annotations

from collections.abc import Mapping

#: The first syllable of a series, and of the series that is said the same (Unicode 4.8: seven
#: orders follow each other in the order of their vowels).
_SAID_ALIKE = {
    0x1210: 0x1200, 0x1280: 0x1200, 0x12B8: 0x1200, 0x1220: 0x1230, 0x12D0: 0x12A0, 0x1340: 0x1338,
}  # fmt: skip
_ORDERS = 7
#: Their first order is said with the vowel of the fourth: ሀ as ሃ, አ as ኣ.
_OPEN = (0x1200, 0x12A0)
_FOURTH = 3
#: Syllables of which one is written for the other every day: ዉጤት, ጐንደር, ቊጥር.
FOR_EACH_OTHER = {
    "ዉ": "ው", "ቈ": "ቆ", "ኰ": "ኮ", "ጐ": "ጎ", "ኈ": "ሆ",
    "ቊ": "ቁ", "ቍ": "ቁ", "ኵ": "ኩ", "ጕ": "ጉ", "ኍ": "ሁ",
}  # fmt: skip
#: In Arabic ى is written as ي and ة as ه; keyboards for Persian have ی and ک.
_ARABIC = {0x0649: 0x064A, 0x06CC: 0x064A, 0x0629: 0x0647, 0x06A9: 0x0643}


def _table() -> Mapping[int, int]:
    alike = dict(_ARABIC) | {ord(one): ord(other) for one, other in FOR_EACH_OTHER.items()}
    alike |= {
        other + order: one + order for other, one in _SAID_ALIKE.items() for order in range(_ORDERS)
    }
    for first in _OPEN:
        alike |= {each: first for each, one in alike.items() if one == first + _FOURTH}
        alike[first + _FOURTH] = first
    return alike


_ALIKE = _table()


def said_alike(text: str) -> str:
    """Returns the text with one letter for each sound, for comparing words.

    >>> said_alike("ሠላም") == said_alike("ሰላም"), said_alike("ኅዳር")
    (True, 'ህዳር')
    """
    return text if text.isascii() else text.translate(_ALIKE)
