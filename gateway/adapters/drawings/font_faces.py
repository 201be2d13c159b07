"""The fonts that the gateway brings, and which of them draws a character.

They are subsets of Noto (fonts/README.md); drawings and the test phone carry them along, so that
what is drawn looks the same on a machine that has no font for its script.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path

import uharfbuzz

from gateway.adapters.drawings.fonts import FOLDER


@dataclass(frozen=True, slots=True)
class Face:
    """A family of the fonts; one without a bold cut is drawn in its only one."""

    family: str
    file: str
    has_bold: bool = True

    def path(self, bold: bool) -> Path:
        """Returns the file of a weight."""
        return FOLDER / f"{self.file}-{'Bold' if bold and self.has_bold else 'Regular'}.ttf"


#: The first that has a character draws it.
FACES = (
    Face("Noto Sans", "NotoSans"),
    Face("Noto Sans Ethiopic", "NotoSansEthiopic"),
    Face("Noto Sans Arabic", "NotoSansArabic"),
    Face("Noto Sans Devanagari", "NotoSansDevanagari"),
    Face("Noto Sans Bengali", "NotoSansBengali"),
    Face("Noto Sans Math", "NotoSansMath", has_bold=False),
)

#: Marks that sit on the letter before them, and signs that only steer how letters join.
_CLINGING = frozenset(("Mn", "Mc", "Me", "Cf"))


def runs(text: str) -> Iterator[tuple[Face | None, str]]:
    """Yields the pieces of a text with the face of each; None draws what no face has.

    >>> [(face.family if face else None, piece) for face, piece in runs("Bahir ዳር 中")]
    [('Noto Sans', 'Bahir '), ('Noto Sans Ethiopic', 'ዳር'), ('Noto Sans', ' '), (None, '中')]
    """
    faces: list[Face | None] = []
    for char in text:
        before = faces[-1] if faces else None
        clings = before is not None and unicodedata.category(char) in _CLINGING
        faces.append(before if before and clings and _has(before, char) else _first(char))
    for face, pairs in groupby(zip(faces, text, strict=True), key=lambda pair: pair[0]):
        yield face, "".join(char for _, char in pairs)


def undrawable(texts: Iterable[str]) -> str:
    """Returns the characters that no face has, each once.

    >>> undrawable(["Bahir ዳር 中", "中国"])
    '中国'
    """
    missing = (piece for text in texts for face, piece in runs(text) if face is None)
    return "".join(dict.fromkeys("".join(missing)))


def described(characters: str) -> str:
    """Returns characters with their code points and names, for a person to look them up.

    >>> described("中")
    "'中' (U+4E2D CJK UNIFIED IDEOGRAPH-4E2D)"
    """
    return ", ".join(f"'{c}' (U+{ord(c):04X} {unicodedata.name(c, '?')})" for c in characters)


@cache
def loaded(face: Face, bold: bool) -> uharfbuzz.Face:
    """Returns the font of a face, to be shaped with or to be cut."""
    return uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(face.path(bold))))


@cache
def _first(char: str) -> Face | None:
    if unicodedata.category(char) in ("Cc", "Cf", "Zs", "Zl", "Zp"):
        return FACES[0]  # nothing of it is seen
    return next((face for face in FACES if _has(face, char)), None)


def _has(face: Face, char: str) -> bool:
    return ord(char) in _characters(face)


@cache
def _characters(face: Face) -> Set[int]:
    return frozenset(loaded(face, bold=False).unicodes)
