"""Makes the fonts in gateway/adapters/drawings/fonts out of the whole ones.

    python tools/subset_fonts.py FOLDER

FOLDER holds the TrueType files of Debian's packages fonts-noto-core and fonts-noto-mono, of the
version that fonts/README.md names. The same files give the same bytes.
"""

from __future__ import annotations

import sys
from pathlib import Path

from fontTools import subset

FONTS = Path(__file__).parent.parent / "gateway" / "adapters" / "drawings" / "fonts"

#: Letters of Europe and Africa with their tone marks, punctuation, money and measures.
_LATIN = (
    "U+0020-02FF,U+0300-036F,U+1E00-1EFF,U+2000-206F,U+2070-209F,U+20A0-20CF,U+2100-214F,"
    "U+2212,U+2260,U+2264,U+2265,U+25CC,U+2C60-2C7F,U+A720-A7FF,U+FFFD"
)
_EVERYTHING = "*"
_CHARACTERS = {
    "NotoSans-Regular": _LATIN,
    "NotoSans-Bold": _LATIN,
    "NotoSansEthiopic-Regular": _EVERYTHING,
    "NotoSansEthiopic-Bold": _EVERYTHING,
    "NotoSansArabic-Regular": _EVERYTHING,
    "NotoSansArabic-Bold": _EVERYTHING,
    "NotoSansDevanagari-Regular": _EVERYTHING,
    "NotoSansDevanagari-Bold": _EVERYTHING,
    "NotoSansBengali-Regular": _EVERYTHING,
    "NotoSansBengali-Bold": _EVERYTHING,
    "NotoSansMath-Regular": "U+2190-21FF",  # arrows; Noto Sans has none
    "NotoSansMono-Regular": "U+0020-02AF,U+0300-036F,U+1E00-1EFF,U+2010-2027,U+20A0-20CF",
}


def main(folder: Path) -> None:
    """Writes every font anew: its outlines and how letters join, without hints for old screens."""
    for name, characters in _CHARACTERS.items():
        subset.main(
            [
                str(folder / f"{name}.ttf"),
                f"--unicodes={characters}",
                f"--output-file={FONTS / name}.ttf",
                "--no-hinting",
                "--notdef-outline",
                "--name-IDs=0,1,2,3,4,5,6,7,13,14",  # whose they are, and their licence
                "--drop-tables+=DSIG",
                "--no-recalc-timestamp",
            ]
        )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
