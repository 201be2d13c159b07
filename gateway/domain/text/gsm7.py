"""The GSM 7-bit default alphabet: what a text costs in septets, and how to stay within it."""

from __future__ import annotations

import enum
import re
import unicodedata

#: 3GPP TS 23.038, 6.2.1, in the order of its codes, without 0x1B (the escape to the extension).
BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)

#: 3GPP TS 23.038, 6.2.1.1. Each costs two septets: an escape and its code.
EXTENSION = "\f^{}\\[~]|€"

_NOT_BASIC = re.compile(f"[^{re.escape(BASIC)}]")
_NOT_GSM7 = re.compile(f"[^{re.escape(BASIC + EXTENSION)}]")

#: Each says the same in the alphabet. Letters are not here: "ç" is not "c", and GSM-7 has only "Ç".
_DOWNGRADES = {
    # every blank of General Punctuation, and those of other blocks
    **dict.fromkeys(("\t", "\u00a0", "\u202f", "\u205f", "\u3000"), " "),
    **dict.fromkeys(map(chr, range(0x2000, 0x200B)), " "),
    **dict.fromkeys("\u2028\u2029\u0085", "\n"),
    # what is typed for an apostrophe: quotes, primes, modifier letters
    **dict.fromkeys("‘’‚‛′‵‹›ʹʻʼʽʾʿ՚＇", "'"),
    **dict.fromkeys("“”„‟″‶«»ˮ〃＂", '"'),
    **dict.fromkeys("‐‑‒–—―−⁃﹘﹣－", "-"),
    "…": "...",
    "‥": "..",
    "․": ".",
    "₦": "NGN",
    # what shows nothing in Latin letters: direction marks, joiners, break hints, byte order mark
    **dict.fromkeys("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e", ""),
    **dict.fromkeys("\u2066\u2067\u2068\u2069\u00ad\u200b\u200c\u200d\u2060\ufeff", ""),
    **dict.fromkeys("\u034f\u180e\u2061\u2062\u2063\u2064\ufe0e\ufe0f", ""),
}
_LOST = re.compile(f"[^{re.escape(BASIC + EXTENSION + ''.join(_DOWNGRADES))}]")


class Encoding(enum.StrEnum):
    """How a text travels: in septets, or in units of 16 bits when one character is foreign."""

    GSM7 = "GSM-7"
    UCS2 = "UCS-2"


def is_gsm7(text: str) -> bool:
    """Returns whether every character is in the alphabet or its extension."""
    return _NOT_GSM7.search(text) is None


def septets(text: str) -> int | None:
    """Returns the cost in septets, or None when the text is not GSM-7.

    >>> septets("{5 €}"), septets("አዲስ")
    (8, None)
    """
    if _NOT_BASIC.search(text) is None:
        return len(text)
    if _NOT_GSM7.search(text) is not None:
        return None
    return len(text) + sum(map(text.count, EXTENSION))


def utf16_units(text: str) -> int:
    """Returns the cost in UTF-16 units: two for a character beyond the basic plane."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def offending(text: str) -> str:
    """Returns the characters that keep a text out of GSM-7, each once, in order of appearance.

    >>> offending("Matokeo — Ngũgĩ")
    '—ũĩ'
    """
    return "".join(dict.fromkeys(_NOT_GSM7.findall(text)))


def downgraded(text: str) -> str:
    """Returns the text in GSM-7 where typography alone kept it out, else unchanged.

    Half a downgrade would cost the typography and save nothing. One foreign character makes every
    other cost 16 bits instead of 7, so a curly apostrophe can double the price of an SMS.

    >>> downgraded("Ng’ombe – ₦500…"), downgraded("አዲስ – አበባ")
    ("Ng'ombe - NGN500...", 'አዲስ – አበባ')
    """
    if _NOT_GSM7.search(text) is None:
        return text
    composed = unicodedata.normalize("NFC", text)
    if _LOST.search(composed) is not None:
        return text
    return _NOT_GSM7.sub(lambda match: _DOWNGRADES[match.group()], composed)
