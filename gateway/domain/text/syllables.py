"""Words of the Ethiopic script, measured and compared by what their syllables carry.

A letter of that script is a consonant with its vowel, so a word of three is as long as one of six
in an alphabet; and who misspells it mostly takes the right consonant with another vowel.
"""

from __future__ import annotations

from rapidfuzz.distance import OSA

#: Unicode 4.8: rows of eight, a row for each consonant, led by its first order.
_FIRST, _LAST, _ROW = "\u1200", "\u135a", 8
#: Of so many letters (three syllables) are the roots of most words, which differ in a consonant.
_ROOT = 6


def spelt(word: str) -> str:
    """Returns a word with two letters for each syllable: its consonant, then the syllable itself.

    Another vowel is then one letter that differs, another consonant two. Other scripts stay.

    >>> spelt("ጤና"), len(spelt("ውጤት")), spelt("result")
    ('ጠጤነና', 6, 'result')
    """
    if word.isascii():
        return word
    return "".join(
        chr(ord(char) // _ROW * _ROW) + char if is_syllabic(char) else char for char in word
    )


def is_syllabic(word: str) -> bool:
    """Returns whether a word begins with a letter of the Ethiopic script."""
    return _FIRST <= word[:1] <= _LAST


def distance(one: str, other: str) -> int:
    """Returns in how many letters two spelt words differ; two syllables swapped count as one.

    >>> distance(spelt("ሪፖርት"), spelt("ሪፖረት")), distance(spelt("ሪፖርት"), spelt("ሪርፖት"))
    (1, 2)
    """
    return min(OSA.distance(one, other), 2 * OSA.distance(one[1::2], other[1::2]))


def places(one: str, other: str) -> int:
    """Returns in how many letters two spelt words may differ and be meant as one.

    Short ones in a vowel, for many roots differ in a consonant, and never in the first syllable;
    with an ending, and beyond that length, in a whole syllable.
    """
    if max(len(one), len(other)) > _ROOT:
        return 2
    return int(one[:2] == other[:2])
