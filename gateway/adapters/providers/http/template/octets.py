"""A text as the octets that an SMSC sends, in hexadecimal: for APIs that take nothing else."""

from __future__ import annotations

from gateway.domain.text.gsm7 import BASIC

#: The escape stands among the basic characters (3GPP TS 23.038, 6.2.1), and is no character.
_ESCAPE = 0x1B
_BASIC = {char: code + (code >= _ESCAPE) for code, char in enumerate(BASIC)}
_EXTENSION = {
    "\f": 0x0A, "^": 0x14, "{": 0x28, "}": 0x29, "\\": 0x2F,
    "[": 0x3C, "~": 0x3D, "]": 0x3E, "|": 0x40, "€": 0x65,
}  # fmt: skip
_CHARS = {code: char for char, code in _BASIC.items()}
_EXTENDED = {code: char for char, code in _EXTENSION.items()}


def gsm7_octets(text: str) -> str:
    """Returns a GSM-7 text, a septet an octet; empty when the text is none.

    >>> gsm7_octets("é{")
    '051b28'
    """
    octets = bytearray()
    for char in text:
        if char in _BASIC:
            octets.append(_BASIC[char])
        elif char in _EXTENSION:
            octets += bytes((_ESCAPE, _EXTENSION[char]))
        else:
            return ""
    return octets.hex()


def ucs2_octets(text: str) -> str:
    """Returns a text in UTF-16, the higher octet first.

    >>> ucs2_octets("ውሃ")
    '120d1203'
    """
    return text.encode("utf-16-be", "replace").hex()


def text_in(gsm7: str, ucs2: str) -> str:
    """Returns the text in the octets of whichever alphabet there are.

    >>> text_in("051b28", ""), text_in("", "120d1203")
    ('é{', 'ውሃ')
    """
    if ucs2:
        return bytes.fromhex(ucs2).decode("utf-16-be", "replace")
    text, octets = "", iter(bytes.fromhex(gsm7))
    for code in octets:
        text += _EXTENDED.get(next(octets, 0), " ") if code == _ESCAPE else _CHARS[code]
    return text
