"""How wide a text is in print, and where it is broken into lines: without a font, and never short.

The widths are upper bounds of the sans-serif fonts that `FONTS` names, in bold, found by measuring
them in a browser; so a line that is computed to fit does fit.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

#: Fonts by preference: each system has one of them, and one for the Ethiopic script.
FONTS = "'Noto Sans', 'Noto Sans Ethiopic', 'Abyssinica SIL', 'DejaVu Sans', Arial, sans-serif"

_NARROW = frozenset("iIljtf.,:;!|'’()[]፡ ")
_WIDE = frozenset("mwMW@%—")
_SIGNS = frozenset("#*+=&<>")
_EMS = {"narrow": 0.4, "wide": 1.05, "digit": 0.61, "capital": 0.74, "ethiopic": 0.98, "cjk": 1.05}
_OTHER = 0.64


def width(text: str, size: float) -> float:
    """Returns the most room a line takes at a font size, in the unit of the size.

    >>> width("31", 10)
    12.2
    """
    return sum(map(_ems, text)) * size


def _ems(char: str) -> float:
    if char in _NARROW:
        return _EMS["narrow"]
    if char in _WIDE:
        return _EMS["wide"]
    if char.isdigit():
        return _EMS["digit"]
    if unicodedata.combining(char):
        return 0.0
    if "\u1200" <= char <= "\u139f":
        return _EMS["ethiopic"]
    if unicodedata.east_asian_width(char) in "WF":
        return _EMS["cjk"]
    return _EMS["capital"] if char.isupper() or char in _SIGNS else _OTHER


def wrapped(text: str, size: float, room: float) -> list[str]:
    """Returns the lines of a text, broken at spaces; within a word only where one fills a line."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and width(longer, size) <= room:
            lines[-1] = longer
        else:
            lines += _pieces(word, size, room)
    return lines


def _pieces(word: str, size: float, room: float) -> Iterator[str]:
    piece = ""
    for char in word:
        if piece and width(piece + char, size) > room:
            yield piece
            piece = ""
        piece += char
    yield piece
