"""The key of a line, however it is written: in brackets, as a picture, in any script."""

from __future__ import annotations

import re

from gateway.domain.reading.signs import plain_signs
from gateway.domain.text.numerals import ascii_digits

#: A minus is none of them: -1 is no key.
_KEY = re.compile(r"[\s.,:;#*()\[\]'\"]*([0-9]+)[\s.,:;#*()\[\]'\"]*")


def key_of(typed: str) -> str:
    """Returns the digits of an answer that is a number with signs around it; else the answer.

    >>> key_of("2."), key_of("(٣)"), key_of("2 bags")
    ('2', '3', '2 bags')
    """
    if typed.isascii() and typed.isalnum():
        return typed
    found = _KEY.fullmatch(ascii_digits(plain_signs(typed)))
    return found.group(1) if found else typed
