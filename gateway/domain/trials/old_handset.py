"""What an old handset makes of a page: cut at its limit, and boxes for strange letters."""

from __future__ import annotations

import re
import textwrap

from gateway.domain.telecom.channel import PageBudget
from gateway.domain.text.gsm7 import BASIC, EXTENSION, downgraded, is_gsm7, septets

#: The characters of a line and the lines of a screen: a handset of 96 by 65 points.
WIDTH, HEIGHT = 16, 5
#: What every network carries (3GPP TS 23.038 allows 182 septets or 80 units).
OLDEST = PageBudget(septets=160, ucs2=70)
BOX = "□"

_NO_PICTURE = re.compile(f"[^{re.escape(BASIC + EXTENSION)}]")


def on_old_handset(page: str) -> list[str]:
    """Returns the lines that it shows; it scrolls every `HEIGHT` of them.

    It has the letters of GSM-7 alone, and drops what is beyond its limit without a word.

    >>> on_old_handset("Njia ya ማዕከል")
    ['Njia ya □□□□']
    """
    shown = downgraded(page)
    kept = _cut(shown)
    lines = [BOX if _NO_PICTURE.match(sign) else sign for sign in kept]
    wrapped: list[str] = []
    for line in "".join(lines).split("\n"):
        wrapped += textwrap.wrap(line, WIDTH, drop_whitespace=True) or [""]
    return wrapped


def _cut(text: str) -> str:
    if not is_gsm7(text):
        return text[: OLDEST.ucs2]
    while (septets(text) or 0) > OLDEST.septets:
        text = text[:-1]
    return text


def lost_on_old_handset(page: str) -> tuple[int, str]:
    """Returns how many characters it drops, and which it shows as boxes, each once.

    >>> lost_on_old_handset("a" * 163)
    (3, '')
    """
    shown = downgraded(page)
    strange = "".join(dict.fromkeys(_NO_PICTURE.findall(shown)))
    return len(shown) - len(_cut(shown)), strange
