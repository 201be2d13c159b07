"""A telephone number as somebody types it who looks for it: read out, pasted, or from a sheet."""

from __future__ import annotations

import re

from gateway.domain.reading.signs import plain_signs
from gateway.domain.telecom.msisdn import Msisdn
from gateway.domain.text.numerals import ascii_digits

_BEFORE = re.compile(r"^(?:tel|phone|mobile|no|nr|number)?\s*[.:]?\s*", re.IGNORECASE)
#: What people put between digits, and around a number. The trunk zero is no digit of a number that
#: begins with its country.
_TRUNK = re.compile(r"\(\s*0\s*\)")
_BETWEEN = re.compile(r"[\s().,/'\"_~-]+")
#: Letters that are typed for digits, by who reads a number from paper.
_LETTERS = str.maketrans("oOlI", "0011")


def typed_number(text: str, region: str) -> Msisdn:
    """Returns the number that was meant; raises InvalidAddress for what is none.

    >>> [typed_number(each, "KE").e164 for each in ("tel: 0711-000.001", "+254 (0) 711 000 001")]
    ['+254711000001', '+254711000001']
    """
    plain = _BEFORE.sub("", ascii_digits(plain_signs(text)).strip())
    international = plain.startswith(("+", "00")) or bool(_TRUNK.search(plain))
    if international:
        plain = _TRUNK.sub("", plain)
    compact = _BETWEEN.sub("", plain)
    if re.fullmatch(r"\+?[0-9oOlI]+", compact):
        compact = compact.translate(_LETTERS)
    return Msisdn.parse(compact.removeprefix("0") if compact.startswith("000") else compact, region)
