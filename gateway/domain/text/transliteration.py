"""Texts in the letters of GSM-7, for handsets that can show no others and pages that hold more.

Ethiopic is written as it is spoken in Amharic; Latin letters lose the marks that the alphabet does
not have, and blanks, quotes and dashes become those of a keyboard. Other scripts stay as they are:
a wrong reading is worse than a dearer page.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from gateway.domain.text.gsm7 import downgraded, is_gsm7
from gateway.domain.text.latin_letters import in_gsm7
from gateway.domain.text.numerals import ascii_digits

#: The vowel of a syllable in the names of Unicode, and how Amharic writes it in Latin letters. The
#: sixth order, `e`, is mostly silent.
_VOWELS = {
    "a": "e", "u": "u", "i": "i", "aa": "a", "ee": "e", "e": "", "o": "o",
    "wa": "we", "wi": "wi", "waa": "wa", "wee": "we", "we": "wi", "yaa": "ya", "oa": "o",
}  # fmt: skip
_SYLLABLE = re.compile(
    r"ETHIOPIC SYLLABLE (?:GLOTTAL |PHARYNGEAL |SEBATBEIT )?(\w*?)(YAA|OA|W?(?:AA|EE|A|U|I|E|O))"
)
#: Consonants that Unicode names otherwise than Amharic is written.
_CONSONANTS = {
    "hh": "h", "x": "h", "sz": "s", "ts": "ts", "tz": "ts", "c": "ch",
    "th": "t", "ch": "ch", "ph": "p", "q": "k",
    "qh": "k", "kx": "h",
}  # fmt: skip
#: Whose first order is said with an open a.
_OPEN = frozenset({"h", ""})
_SIGNS = {
    "፡": " ", "።": ".", "፣": ",", "፤": ";", "፥": ":", "፦": ":", "፧": "?", "፨": ".", "፠": "*",
}  # fmt: skip
#: Ethiopic: its first block, the supplement, and the extension.
_SYLLABLES = re.compile("[\u1200-\u135a\u1380-\u138f\u2d80-\u2dde]")


def transliterated(text: str) -> str:
    """Returns the text with every letter that can be written in GSM-7 written so.

    >>> transliterated("ሰላም፣ አዲስ አበባ።"), transliterated("Forêt, ça va, Ngũgĩ")
    ('selam, adis abeba.', 'Foret, ca va, Ngugi')
    """
    if is_gsm7(text):
        return text
    composed = unicodedata.normalize("NFC", ascii_digits(text))
    return downgraded("".join(_written(composed)))


def _written(text: str) -> Iterator[str]:
    silent = True  # whether what came before has no vowel that could carry a consonant
    readable = False  # whether a mark here belongs to a letter that was written without it
    for at, char in enumerate(text):
        if readable and unicodedata.category(char) == "Mn":
            continue
        syllable = _syllable(char)
        if syllable is None:
            written = char if is_gsm7(char) else _SIGNS.get(char) or in_gsm7(char)
            yield written
            silent, readable = True, is_gsm7(downgraded(written))
            continue
        readable = True
        consonant, vowel = syllable
        if not vowel and silent and _syllable(text[at + 1 : at + 2]) is not None:
            vowel = "i"
        yield consonant + vowel
        silent = not vowel


def _syllable(char: str) -> tuple[str, str] | None:
    """Returns consonant and vowel of an Ethiopic syllable; None for any other character."""
    if not _SYLLABLES.fullmatch(char):
        return None
    match = _SYLLABLE.fullmatch(unicodedata.name(char, ""))
    if match is None:
        return None
    name, order = match[1].lower(), match[2].lower()
    if not name and order[0] in "wy":  # here w and y are the consonants themselves
        name, order = order[0], order[1:]
    consonant = _CONSONANTS.get(name, name)
    if order == "a" and consonant in _OPEN:
        return consonant, "a"
    if order == "e" and not consonant:
        return "", "i"
    return consonant, _VOWELS[order]
