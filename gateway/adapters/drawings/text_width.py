"""How wide a text is in print, and where it is broken into lines.

Texts are shaped with the fonts that the drawings carry along, so the widths are those of every
reader's machine.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import uharfbuzz

from gateway.adapters.drawings.font_faces import Face, loaded, runs

#: The width of a character that none of our fonts has, in sizes: no font of a reader's is wider.
_UNKNOWN = 1.3


def width(text: str, size: float, bold: bool = False) -> float:
    """Returns the room a line takes at a font size, in the unit of the size.

    >>> width("31", 10)
    11.44
    """
    return _ems(text, bold) * size


def wrapped(text: str, size: float, room: float, bold: bool = False) -> list[str]:
    """Returns the lines of a text, broken at spaces; within a word only where one fills a line."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and width(longer, size, bold) <= room:
            lines[-1] = longer
        else:
            lines += _pieces(word, size, room, bold)
    return lines


def _pieces(word: str, size: float, room: float, bold: bool) -> Iterator[str]:
    piece = ""
    for char in word:
        if piece and width(piece + char, size, bold) > room:
            yield piece
            piece = ""
        piece += char
    yield piece


@lru_cache(maxsize=20_000)
def _ems(text: str, bold: bool) -> float:
    return sum(_advance(face, piece, bold) for face, piece in runs(text))


def _advance(face: Face | None, piece: str, bold: bool) -> float:
    if face is None:
        return _UNKNOWN * len(piece)
    font = loaded(face, bold)
    buffer = uharfbuzz.Buffer()
    buffer.add_str(piece)
    buffer.guess_segment_properties()
    uharfbuzz.shape(uharfbuzz.Font(font), buffer)
    advance: int = sum(glyph.x_advance for glyph in buffer.glyph_positions or ())
    return advance / int(font.upem)
