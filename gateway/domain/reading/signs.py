"""Signs that phones and keyboards put for others: full-width ones, long dashes, unseen joiners."""

from __future__ import annotations

#: Full-width forms stand this far behind those of ASCII (Unicode, Halfwidth and Fullwidth Forms).
_FULL_WIDTH = 0xFEE0
_PLAIN = {
    **{code: code - _FULL_WIDTH for code in range(0xFF01, 0xFF5F)},
    0x3000: " ",
    **dict.fromkeys(map(ord, "‐‑‒–—―−﹘﹣"), "-"),
    **dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad")),
}


def plain_signs(text: str) -> str:
    """Returns the text with the signs of ASCII for those that only look otherwise.

    >>> plain_signs("＜１０２３＞ 2007–04—15")
    '<1023> 2007-04-15'
    """
    return text if text.isascii() else text.translate(_PLAIN)
