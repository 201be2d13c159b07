"""Signs that phones and keyboards put for others: full-width ones, long dashes, unseen joiners."""

from __future__ import annotations

import re

#: Marks of direction and the like: phones put them in by themselves, they come along when a text is
#: copied, and they can disguise it.
_UNSEEN = re.compile("[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
#: Joiners and soft hyphens, which have a meaning between letters alone; and what makes a picture of
#: a digit (Unicode, emoji keycap sequences).
_BETWEEN_LETTERS, _KEYCAP = "\u200c\u200d\u00ad", "\ufe0e\ufe0f\u20e3"
#: Full-width forms stand this far behind those of ASCII (Unicode, Halfwidth and Fullwidth Forms).
_FULL_WIDTH = 0xFEE0
_PLAIN = {
    **{code: code - _FULL_WIDTH for code in range(0xFF01, 0xFF5F)},
    0x3000: " ",
    **dict.fromkeys(map(ord, "‐‑‒–—―−﹘﹣"), "-"),
    **dict.fromkeys(map(ord, _BETWEEN_LETTERS + _KEYCAP)),
}


def plain_signs(text: str) -> str:
    """Returns the text with the signs of ASCII for those that only look otherwise.

    >>> plain_signs("＜１０２３＞ 2007–04—15"), plain_signs("\\u200e1\\ufe0f\\u20e3")
    ('<1023> 2007-04-15', '1')
    """
    return text if text.isascii() else _UNSEEN.sub("", text).translate(_PLAIN)


def seen_signs(text: str) -> str:
    """Returns the text of a person without the marks that nobody sees; joiners of letters stay."""
    return text if text.isascii() else _UNSEEN.sub("", text)
