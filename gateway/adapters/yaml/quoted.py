"""A text in double quotes, in which every reader of YAML finds it again.

Double quotes alone can hold any character: what YAML refuses as it is (YAML 1.2, 5.1), and what it
takes for the end of a line, stands there escaped.
"""

from __future__ import annotations

import re

_NAMED = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r"}
#: Controls, the ends of lines beyond ASCII, the byte order mark, and what is no character.
_NOT_AS_IT_IS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
_ESCAPED = re.compile(rf'[\\"]|{_NOT_AS_IT_IS.pattern}')
_HALF = re.compile("[\ud800-\udfff]")


class Unwritable(ValueError):
    """A text that no YAML file can hold."""


def needs_quotes(text: str) -> bool:
    """Returns whether a line holds what can be written in double quotes only."""
    return bool(_NOT_AS_IT_IS.search(text) or _HALF.search(text))


def quoted(text: str) -> str:
    """Returns the text in double quotes; raises Unwritable.

    >>> print(quoted('Say "7"' + chr(0xFFFE)))
    "Say \\"7\\"\\uFFFE"
    """
    if half := _HALF.search(text):
        raise Unwritable(f"it holds half of a character (U+{ord(half.group()):04X})")
    return '"' + _ESCAPED.sub(lambda found: _escape(found.group()), text) + '"'


def _escape(char: str) -> str:
    return _NAMED.get(char) or f"\\u{ord(char):04X}"
