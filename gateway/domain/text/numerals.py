"""Numbers written with the digits of any script, as the digits 0 to 9."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

#: Ethiopic numbers are no digits in places: ፳፻፲፰ is twenty hundreds, ten and eight (Unicode 4.8).
_ETHIOPIC = re.compile("[\u1369-\u137c]+")
_UNITS: Mapping[str, int] = {chr(0x1369 + index): index + 1 for index in range(9)}
_TENS: Mapping[str, int] = {chr(0x1372 + index): 10 * (index + 1) for index in range(9)}
_HUNDRED, _TEN_THOUSAND = "\u137b", "\u137c"


def ascii_digits(text: str) -> str:
    """Returns the text with every number as 0–9: the digits of any script, and Ethiopic numbers.

    >>> ascii_digits("٢٠٢٥"), ascii_digits("፳፻፲፰")
    ('2025', '2018')
    """
    if text.isascii():
        return text
    text = _ETHIOPIC.sub(lambda found: _from_ethiopic(found.group()), text)
    return "".join(
        str(unicodedata.decimal(char)) if unicodedata.decimal(char, None) is not None else char
        for char in text
    )


def _from_ethiopic(run: str) -> str:
    if all(char in _UNITS for char in run):
        # ፩፪፫ is no number of the old kind: who writes so uses the signs like digits.
        return "".join(str(_UNITS[char]) for char in run)
    total = hundreds = below = 0
    for char in run:
        if char == _HUNDRED:
            hundreds, below = hundreds + (below or 1) * 100, 0
        elif char == _TEN_THOUSAND:
            total, hundreds, below = (total + hundreds + below or 1) * 10_000, 0, 0
        else:
            below += _UNITS.get(char) or _TENS[char]
    return str(total + hundreds + below)
