"""Characters that no YAML file can hold as they are, or that end a line in one."""

from __future__ import annotations

#: Controls, the ends of lines beyond ASCII, the byte order mark, and what is no character.
HARD = [
    *(chr(code) for code in (*range(0x20), *range(0x7F, 0xA0))),
    *"\u2028\u2029\ufeff\ufffe\uffff",
]
